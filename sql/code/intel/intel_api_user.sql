-- The number of the API user of the running transaction; NULL for people and for nobody. As org().
CREATE OR REPLACE FUNCTION muster.intel_api_user() RETURNS bigint LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN pg_catalog.left(pg_catalog.current_setting('backtrace_functions'), 7) OPERATOR(pg_catalog.=) 'muster_'
                 AND pg_catalog.substr(pg_catalog.current_setting('backtrace_functions'), 41, 1) OPERATOR(pg_catalog.=) 'i'
                THEN pg_catalog.substr(pg_catalog.current_setting('backtrace_functions'), 42)::pg_catalog.int8 END
$$;
