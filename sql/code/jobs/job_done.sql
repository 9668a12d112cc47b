-- False when the job is no longer this attempt's.
CREATE OR REPLACE FUNCTION muster.job_done(p_id uuid, p_attempt integer, p_result jsonb DEFAULT NULL) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    WITH done AS (
        UPDATE muster.job SET state = 'DONE', lease_until = NULL, finished_at = now(), last_error = NULL, percent = 100, result = p_result
        WHERE id = p_id AND state = 'RUNNING' AND attempts = p_attempt RETURNING 1)
    SELECT EXISTS (SELECT FROM done)
$$;
