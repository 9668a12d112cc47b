-- The fence: fails, and with it the transaction, when the job is no longer this attempt's; holds it until the end of the transaction.
CREATE OR REPLACE FUNCTION muster.job_hold(p_id uuid, p_attempt integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM FROM job j WHERE j.id = p_id AND j.state = 'RUNNING' AND j.attempts = p_attempt FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'MU040', MESSAGE = 'the job is somebody else''s by now';
    END IF;
END
$$;
