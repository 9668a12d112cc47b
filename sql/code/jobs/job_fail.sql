-- The state that a failed attempt leads to: QUEUED for a later one; DEAD, or CANCELLED when somebody wanted that, when it was the last
-- or another makes no sense; NULL when the job is no longer this attempt's. Pauses double from p_first seconds to p_most, each a fifth
-- longer or shorter by chance.
CREATE OR REPLACE FUNCTION muster.job_fail(p_id uuid, p_attempt integer, p_error text, p_permanent boolean, p_first integer DEFAULT 30,
                                           p_most integer DEFAULT 1800) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_state text;
BEGIN
    UPDATE muster.job j SET
        state = CASE WHEN NOT p_permanent AND j.attempts < j.max_attempts THEN 'QUEUED' WHEN j.cancelled THEN 'CANCELLED' ELSE 'DEAD' END,
        finished_at = CASE WHEN p_permanent OR j.attempts >= j.max_attempts THEN now() END,
        run_at = now() + CASE WHEN j.cancelled THEN interval '0' ELSE
            make_interval(secs => least(greatest(p_most, 1), greatest(p_first, 1) * 2 ^ least(j.attempts - 1, 20)) * (0.8 + 0.4 * random())) END,
        attempts = least(j.attempts, j.max_attempts), lease_until = NULL, last_error = left(p_error, 500)
    WHERE j.id = p_id AND j.state = 'RUNNING' AND j.attempts = p_attempt
    RETURNING j.state INTO v_state;
    RETURN v_state;
END
$$;
