-- The state that a failed attempt leads to: QUEUED for a later one, DEAD when it was the last or another makes no sense, NULL when the
-- job is no longer this attempt's. Pauses double from 30 seconds to half an hour, each a fifth longer or shorter by chance.
CREATE OR REPLACE FUNCTION muster.job_fail(p_id uuid, p_attempt integer, p_error text, p_permanent boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    UPDATE job j SET
        state = CASE WHEN p_permanent OR j.attempts >= j.max_attempts THEN 'DEAD' ELSE 'QUEUED' END,
        finished_at = CASE WHEN p_permanent OR j.attempts >= j.max_attempts THEN now() END,
        run_at = now() + make_interval(secs => least(1800, 30 * 2 ^ least(j.attempts - 1, 10)) * (0.8 + 0.4 * random())),
        lease_until = NULL, last_error = left(p_error, 500)
    WHERE j.id = p_id AND j.state = 'RUNNING' AND j.attempts = p_attempt
    RETURNING * INTO v_job;
    IF v_job.state = 'DEAD' AND v_job.mail_id IS NOT NULL THEN
        UPDATE mail m SET state = 'DEAD', finished_at = now() WHERE m.org_id = v_job.org_id AND m.id = v_job.mail_id;
    END IF;
    RETURN v_job.state;
END
$$;
