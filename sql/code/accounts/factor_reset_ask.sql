-- Asks that the second factor of somebody who lost it be removed: the person gets a mail with a link to answer by, and a job does it when
-- the time is over. The link lives longer than that, so that a worker which was away does it late rather than never. Of two who ask at the
-- same time one is told that it waits already. Verdicts: ok, and those of factor_reset_refusal().
CREATE OR REPLACE FUNCTION muster.factor_reset_ask(p_user uuid, p_to text, p_token bytea, p_sealed text, OUT verdict text, OUT ends_at timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    verdict := factor_reset_refusal(p_user);
    IF verdict IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO account_token (org_id, user_id, purpose, token_hash, expires_at)
    VALUES (org(), p_user, 'reset_factor', p_token, now() + interval '7 days') ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        verdict := 'waiting';
        RETURN;
    END IF;
    verdict := 'ok';
    ends_at := factor_reset_at(now());
    PERFORM mail_queue(p_user, p_to, 'factor_reset_asked', NULL, p_sealed);
    IF job_queue('factor_reset', jsonb_build_object('userId', p_user), ends_at, 70, 'platform', 10000) IS NULL THEN
        RAISE EXCEPTION 'too many second factors wait to be removed' USING ERRCODE = 'MU040';
    END IF;
    PERFORM audit('user.factor_reset_asked', 'user', p_user, NULL);
END
$$;
