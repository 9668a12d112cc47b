-- A sign-in that failed. For an account that exists it is noted in its organisation's log; for an unknown address a row of its own is
-- written instead, so that both cost one round trip and one commit (rule A8).
CREATE OR REPLACE FUNCTION muster.sign_in_refused(p_email text, p_reason text, p_key bytea, p_spellings text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
BEGIN
    SELECT u.org_id, u.id INTO v_org, v_user FROM app_user u WHERE u.email = ANY (p_email || p_spellings)
    ORDER BY array_position(p_email || p_spellings, u.email) LIMIT 1;
    IF FOUND THEN
        PERFORM audit_append(v_org, NULL, 'user.sign_in_refused', 'user', v_user, jsonb_build_object('reason', p_reason));
    ELSE
        PERFORM unknown_noted('signin-unknown', p_key);
    END IF;
END
$$;
