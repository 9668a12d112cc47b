-- Removes the second factor of an account at once, by a command on the server: above all of platform administrators, for whom nobody else
-- can. Verdicts: ok, not_found, no_factor.
CREATE OR REPLACE FUNCTION muster.server_factor_reset(p_email text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_user app_user;
BEGIN
    SELECT * INTO v_user FROM app_user u WHERE u.email = lower(p_email);
    IF v_user.id IS NULL THEN
        RETURN 'not_found';
    END IF;
    PERFORM FROM second_factor f WHERE f.org_id = v_user.org_id AND f.user_id = v_user.id AND f.confirmed_at IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'no_factor';
    END IF;
    PERFORM audit_append(v_user.org_id, NULL, 'platform.factor_reset', 'user', v_user.id,
                         jsonb_build_object('sessions', factor_end(v_user.org_id, v_user.id)));
    RETURN 'ok';
END
$$;
