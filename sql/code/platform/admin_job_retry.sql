-- Puts a dead letter back into the queue. Verdicts: ok, not_found, not_dead (also when the same work waits already).
CREATE OR REPLACE FUNCTION muster.admin_job_retry(p_job uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_job FROM job j WHERE j.id = p_job FOR UPDATE;
    IF v_job.id IS NULL THEN
        RETURN 'not_found';
    ELSIF NOT job_retry(p_job) THEN
        RETURN 'not_dead';
    END IF;
    PERFORM platform_audit(v_job.org_id, 'platform.job_retried', 'job', p_job, jsonb_build_object('kind', v_job.kind));
    RETURN 'ok';
END
$$;
