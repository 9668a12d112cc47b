-- A sign-in that failed. For an account that exists it is noted in its organisation's log; for an unknown address a row of its own is
-- written instead, so that both cost one round trip and one commit (rule A8).
CREATE OR REPLACE FUNCTION muster.sign_in_refused(p_user uuid, p_org uuid, p_reason text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF p_org IS NOT NULL THEN
        PERFORM audit_append(p_org, NULL, 'user.sign_in_refused', 'user', p_user, jsonb_build_object('reason', p_reason));
    ELSE
        PERFORM unknown_noted('signin-unknown', p_key);
    END IF;
END
$$;
