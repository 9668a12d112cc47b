-- Notes an act of the running person in the running transaction; returns the entry's number. Runs as muster_lookup because the
-- families must not be able to write the log in any other way. Of an API user, which is no person, its number is in the detail.
CREATE OR REPLACE FUNCTION muster.audit(p_action text, p_target_type text, p_target uuid, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN RETURN audit_append(org(), person(), p_action, p_target_type, p_target,
    CASE WHEN intel_api_user() IS NULL THEN p_detail ELSE coalesce(p_detail, '{}') || jsonb_build_object('api_user', intel_api_user()) END); END $$;
