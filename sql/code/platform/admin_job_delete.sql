-- Gives a dead letter up: the job is gone, and the mail with it. Verdicts: ok, not_found, not_dead.
CREATE OR REPLACE FUNCTION muster.admin_job_delete(p_job uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_job FROM job j WHERE j.id = p_job FOR UPDATE;
    IF v_job.id IS NULL THEN
        RETURN 'not_found';
    ELSIF v_job.state <> 'DEAD' THEN
        RETURN 'not_dead';
    END IF;
    DELETE FROM mail m WHERE m.org_id = v_job.org_id AND m.id = v_job.mail_id;
    DELETE FROM job j WHERE j.org_id IS NOT DISTINCT FROM v_job.org_id AND j.id = p_job;
    PERFORM platform_audit(v_job.org_id, 'platform.job_deleted', 'job', p_job, jsonb_build_object('kind', v_job.kind));
    RETURN 'ok';
END
$$;
