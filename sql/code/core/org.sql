-- The tenant of the running transaction; NULL when nobody has entered. Nobody but enter_as() can have said it, whatever the search path.
CREATE OR REPLACE FUNCTION muster.org() RETURNS uuid LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN pg_catalog.left(pg_catalog.current_setting('backtrace_functions'), 7) OPERATOR(pg_catalog.=) 'muster_'
                THEN pg_catalog.substr(pg_catalog.current_setting('backtrace_functions'), 8, 32)::pg_catalog.uuid END
$$;
