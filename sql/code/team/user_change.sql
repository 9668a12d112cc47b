-- Changes role, status or both (NULL: as it is). A deactivated person's sessions and keys end with it and do not come back.
-- Verdicts: ok, not_found, last_admin, self, platform; MU001 when there is no seat to become active again.
CREATE OR REPLACE FUNCTION muster.user_change(p_user uuid, p_role text, p_status text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_refusal text := user_refusal(p_user, p_role, p_status);
    v_old app_user;
    v_role text;
    v_status text;
    v_seats integer;
BEGIN
    IF v_refusal IS NULL THEN
        PERFORM seats_lock();
        SELECT * INTO v_old FROM app_user u WHERE u.org_id = org() AND u.id = p_user FOR NO KEY UPDATE;
        v_refusal := user_refusal(p_user, p_role, p_status);
    END IF;
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    v_role := coalesce(p_role, v_old.role);
    v_status := coalesce(p_status, v_old.status);
    IF v_status = 'ACTIVE' AND v_old.status <> 'ACTIVE' THEN
        SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
        IF (SELECT count(*) FROM app_user u WHERE u.org_id = org() AND u.status = 'ACTIVE') >= v_seats THEN
            RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
        END IF;
    END IF;
    UPDATE app_user u SET role = v_role, status = v_status WHERE u.org_id = org() AND u.id = p_user;
    IF v_status <> v_old.status THEN
        -- Also when active again: a sign-in at the moment of the deactivation may have left a session.
        DELETE FROM user_session s WHERE s.org_id = org() AND s.user_id = p_user;
        DELETE FROM pending_session s WHERE s.org_id = org() AND s.user_id = p_user;
        DELETE FROM api_key k WHERE k.org_id = org() AND k.user_id = p_user;
    END IF;
    IF v_role <> v_old.role THEN
        PERFORM mail_queue(p_user, v_old.email, 'role_changed', NULL, NULL);
        PERFORM audit('user.role_changed', 'user', p_user, jsonb_build_object('from', v_old.role, 'to', v_role));
    END IF;
    IF v_status <> v_old.status THEN
        PERFORM audit(CASE v_status WHEN 'ACTIVE' THEN 'user.reactivated' ELSE 'user.deactivated' END, 'user', p_user, NULL);
    END IF;
    RETURN 'ok';
END
$$;
