-- A worker lives and goes on: its lease begins anew, and how far it is (NULL: as before) is there to see. Says whether it should go on:
-- go, cancelled, or lost when the job is no longer this attempt's.
CREATE OR REPLACE FUNCTION muster.job_beat(p_id uuid, p_attempt integer, p_lease integer, p_percent integer, p_progress text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_verdict text;
BEGIN
    UPDATE job j SET run_at = now() + make_interval(secs => least(greatest(p_lease, 1), 86400)),
        lease_until = now() + make_interval(secs => least(greatest(p_lease, 1), 86400)),
        percent = coalesce(least(greatest(p_percent, 0), 100), j.percent), progress = coalesce(left(p_progress, 200), j.progress)
    WHERE j.id = p_id AND j.state = 'RUNNING' AND j.attempts = p_attempt
    RETURNING CASE WHEN j.cancelled THEN 'cancelled' ELSE 'go' END INTO v_verdict;
    RETURN coalesce(v_verdict, 'lost');
END
$$;
