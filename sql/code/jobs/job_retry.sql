-- Puts a dead letter back into the queue, with all its attempts; false when it is none (or the same work waits already).
CREATE OR REPLACE FUNCTION muster.job_retry(p_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    UPDATE job j SET state = 'QUEUED', run_at = now(), attempts = 0, finished_at = NULL, percent = 0, progress = NULL
    WHERE j.id = p_id AND j.state = 'DEAD' AND NOT (j.org_id IS NULL AND EXISTS (
        SELECT FROM job o WHERE o.org_id IS NULL AND o.kind = j.kind AND o.state IN ('QUEUED', 'RUNNING')))
    RETURNING * INTO v_job;
    IF v_job.id IS NULL THEN
        RETURN false;
    END IF;
    UPDATE mail m SET state = 'QUEUED', finished_at = NULL WHERE m.org_id = v_job.org_id AND m.id = v_job.mail_id;
    NOTIFY muster_jobs;
    RETURN true;
END
$$;
