-- Removes a person for good: who is removed is erased. What was made with others stays without the person, and neither an open
-- invitation nor a verified domain leads back in. Verdicts: ok, not_found, last_admin, self, platform.
CREATE OR REPLACE FUNCTION muster.user_remove(p_user uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old app_user;
BEGIN
    PERFORM seats_lock(org());
    SELECT * INTO v_old FROM app_user u WHERE u.org_id = org() AND u.id = p_user;
    IF v_old.id IS NULL THEN
        RETURN 'not_found';
    ELSIF is_last_admin(p_user) THEN
        RETURN 'last_admin';
    ELSIF p_user = person() THEN
        RETURN 'self';
    ELSIF v_old.role = 'SUPER_ADMIN' THEN
        RETURN 'platform';
    END IF;
    PERFORM person_hold(p_user);
    PERFORM audit('user.removed', 'user', p_user, jsonb_build_object('role', v_old.role));
    PERFORM person_erase(p_user, 'removal');
    INSERT INTO removed_person (org_id, email_digest) VALUES (org(), email_digest(org(), v_old.email)) ON CONFLICT DO NOTHING;
    RETURN 'ok';
END
$$;
