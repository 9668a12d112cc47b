-- Gives a job back: somebody else goes on at once, and this attempt does not count. False when the job is no longer this attempt's.
CREATE OR REPLACE FUNCTION muster.job_back(p_id uuid, p_attempt integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    UPDATE job j SET state = 'QUEUED', run_at = now(), lease_until = NULL, attempts = j.attempts - 1
    WHERE j.id = p_id AND j.state = 'RUNNING' AND j.attempts = p_attempt;
    IF FOUND THEN
        NOTIFY muster_jobs;
    END IF;
    RETURN FOUND;
END
$$;
