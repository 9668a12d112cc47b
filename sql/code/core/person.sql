-- The person of the running transaction; NULL when nobody has entered, or an organisation was entered as nobody or as an API user. As org().
CREATE OR REPLACE FUNCTION muster.person() RETURNS uuid LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN pg_catalog.left(pg_catalog.current_setting('backtrace_functions'), 7) OPERATOR(pg_catalog.=) 'muster_'
                 AND pg_catalog.length(pg_catalog.current_setting('backtrace_functions')) OPERATOR(pg_catalog.>) 40
                 AND pg_catalog.substr(pg_catalog.current_setting('backtrace_functions'), 41, 1) OPERATOR(pg_catalog.<>) 'i'
                THEN pg_catalog.substr(pg_catalog.current_setting('backtrace_functions'), 41)::pg_catalog.uuid END
$$;
