-- Removes a person for good: who is removed is erased. What was made with others stays without the person, and neither an open
-- invitation nor a verified domain leads back in. Verdicts: ok, not_found, last_admin, self, platform.
CREATE OR REPLACE FUNCTION muster.user_remove(p_user uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_refusal text := user_refusal(p_user, NULL, 'REMOVED');
    v_old app_user;
BEGIN
    IF v_refusal IS NULL THEN
        PERFORM seats_lock();
        v_refusal := user_refusal(p_user, NULL, 'REMOVED');
    END IF;
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    PERFORM person_hold(p_user);
    SELECT * INTO v_old FROM app_user u WHERE u.org_id = org() AND u.id = p_user;
    PERFORM person_erase(p_user, 'removal');
    INSERT INTO removed_person (org_id, email_digest) VALUES (org(), email_digest(v_old.email)) ON CONFLICT DO NOTHING;
    PERFORM audit('user.removed', 'user', p_user, jsonb_build_object('role', v_old.role));
    RETURN 'ok';
END
$$;
