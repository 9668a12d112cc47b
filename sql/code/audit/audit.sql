-- Notes an act of the running person in the running transaction; returns the entry's number. Runs as muster_lookup because the
-- families must not be able to write the log in any other way.
CREATE OR REPLACE FUNCTION muster.audit(p_action text, p_target_type text, p_target uuid, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN RETURN audit_append(org(), person(), p_action, p_target_type, p_target, p_detail); END $$;
