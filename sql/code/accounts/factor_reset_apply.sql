-- Removes a second factor as was asked: by its person's answer (p_token, of the link in the mail), or, with NULL, because the time is over.
-- False when it was not asked for, is not due, or was called off. The factor is held first, as whoever signs in with it does, so of the
-- two at once one wins wholly. Who was deactivated or came to administer the platform meanwhile, and everybody in an organisation that is
-- suspended, could not object by signing in: then it is called off.
CREATE OR REPLACE FUNCTION muster.factor_reset_apply(p_user uuid, p_token bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_actor uuid := CASE WHEN p_token IS NOT NULL THEN person() END;
    v_may boolean;
    v_sessions bigint;
BEGIN
    PERFORM FROM second_factor f WHERE f.org_id = org() AND f.user_id = p_user FOR UPDATE;
    DELETE FROM account_token t
    WHERE t.org_id = org() AND t.user_id = p_user AND t.purpose = 'reset_factor'
      AND CASE WHEN p_token IS NULL THEN factor_reset_at(t.created_at) <= now() ELSE t.token_hash = p_token END;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    SELECT u.status = 'ACTIVE' AND u.role <> 'SUPER_ADMIN' AND o.suspended_at IS NULL INTO v_may
    FROM app_user u JOIN org o ON o.org_id = u.org_id WHERE u.org_id = org() AND u.id = p_user;
    IF NOT v_may THEN
        PERFORM audit_append(org(), v_actor, 'user.factor_reset_cancelled', 'user', p_user, '{"by": "circumstances"}');
        RETURN false;
    END IF;
    v_sessions := factor_end(org(), p_user);
    PERFORM audit_append(org(), v_actor, 'user.factor_reset', 'user', p_user,
                         jsonb_build_object('by', CASE WHEN p_token IS NULL THEN 'time' ELSE 'person' END, 'sessions', v_sessions));
    RETURN true;
END
$$;
