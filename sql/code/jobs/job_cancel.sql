-- Cancels a job that the running person may see: a worker ends it soon, with whatever its kind gives back then. False when there is no
-- such job or it has ended.
CREATE OR REPLACE FUNCTION muster.job_cancel(p_id uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    UPDATE job j SET cancelled = true, run_at = CASE j.state WHEN 'QUEUED' THEN now() ELSE j.run_at END
    WHERE j.id = p_id AND j.state IN ('QUEUED', 'RUNNING') AND job_seen(j);
    IF FOUND THEN
        NOTIFY muster_jobs;
    END IF;
    RETURN FOUND;
END
$$;
