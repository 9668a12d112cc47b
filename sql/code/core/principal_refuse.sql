-- Ends the pipeline of a caller who may not. Anybody can cause this, any number of times, so the server's log does not hear of it (roles.sql
-- lets muster_lookup say so).
CREATE OR REPLACE FUNCTION muster.principal_refuse(p_state text) RETURNS void LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_catalog.set_config('log_min_messages', 'fatal', true);
    RAISE EXCEPTION USING ERRCODE = p_state, MESSAGE = 'refused';
END
$$;
