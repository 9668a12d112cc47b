-- Deactivates or activates. Verdicts: ok, not_found, self, platform, last_admin; MU001 without a seat.
CREATE OR REPLACE FUNCTION muster.admin_user_change(p_user uuid, p_status text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old app_user;
    v_seats integer;
BEGIN
    PERFORM platform_only();
    FOR v_locked IN 0..1 LOOP -- who is refused waits for nobody
        SELECT * INTO v_old FROM app_user u WHERE u.id = p_user;
        IF v_old.id IS NULL THEN
            RETURN 'not_found';
        ELSIF p_user = person() THEN
            RETURN 'self';
        ELSIF v_old.role = 'SUPER_ADMIN' THEN
            RETURN 'platform';
        ELSIF v_old.status = p_status THEN
            RETURN 'ok';
        ELSIF v_locked = 0 THEN
            PERFORM seats_lock_of(v_old.org_id);
            PERFORM FROM app_user u WHERE u.org_id = v_old.org_id AND u.id = p_user FOR NO KEY UPDATE;
        END IF;
    END LOOP;
    IF p_status = 'ACTIVE' THEN
        SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v_old.org_id;
        IF (SELECT count(*) FROM app_user u WHERE u.org_id = v_old.org_id AND u.status = 'ACTIVE') >= v_seats THEN
            RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
        END IF;
    ELSIF v_old.role = 'CLIENT_ADMIN' AND NOT EXISTS (
            SELECT FROM app_user u WHERE u.org_id = v_old.org_id AND u.id <> p_user AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN')
                                     AND u.status = 'ACTIVE') THEN
        RETURN 'last_admin';
    END IF;
    UPDATE app_user u SET status = p_status WHERE u.org_id = v_old.org_id AND u.id = p_user;
    -- Also when active again: a sign-in at the moment of the deactivation may have left a session.
    DELETE FROM user_session s WHERE s.org_id = v_old.org_id AND s.user_id = p_user;
    DELETE FROM pending_session s WHERE s.org_id = v_old.org_id AND s.user_id = p_user;
    DELETE FROM api_key k WHERE k.org_id = v_old.org_id AND k.user_id = p_user;
    PERFORM platform_audit(v_old.org_id, CASE p_status WHEN 'ACTIVE' THEN 'platform.user_reactivated' ELSE 'platform.user_deactivated' END,
                           'user', p_user, NULL);
    RETURN 'ok';
END
$$;
