-- Gives the platform's role, or takes it: then the person administers the own organisation, which therefore never loses its last
-- administrator by this. Verdicts: ok, not_found, inactive, suspended, ending, already, not_platform.
CREATE OR REPLACE FUNCTION muster.server_platform_admin(p_email text, p_revoke boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_user app_user;
BEGIN
    PERFORM seats_lock_of(u.org_id) FROM app_user u WHERE u.email = lower(p_email);
    SELECT * INTO v_user FROM app_user u WHERE u.email = lower(p_email) FOR NO KEY UPDATE;
    IF v_user.id IS NULL THEN
        RETURN 'not_found';
    ELSIF p_revoke AND v_user.role <> 'SUPER_ADMIN' THEN
        RETURN 'not_platform';
    ELSIF NOT p_revoke AND v_user.role = 'SUPER_ADMIN' THEN
        RETURN 'already';
    ELSIF NOT p_revoke AND v_user.status <> 'ACTIVE' THEN
        RETURN 'inactive';
    ELSIF NOT p_revoke AND EXISTS (SELECT FROM org o WHERE o.org_id = v_user.org_id AND o.suspended_at IS NOT NULL) THEN
        RETURN 'suspended';
    ELSIF NOT p_revoke AND org_is_ending(v_user.org_id) THEN
        RETURN 'ending';
    END IF;
    UPDATE app_user u SET role = CASE WHEN p_revoke THEN 'CLIENT_ADMIN' ELSE 'SUPER_ADMIN' END
    WHERE u.org_id = v_user.org_id AND u.id = v_user.id;
    PERFORM mail_queue_in(v_user.org_id, v_user.id, v_user.email, 'role_changed', NULL, NULL);
    PERFORM audit_append(v_user.org_id, NULL, CASE WHEN p_revoke THEN 'platform.role_taken' ELSE 'platform.role_given' END, 'user', v_user.id,
                         jsonb_build_object('from', v_user.role, 'to', CASE WHEN p_revoke THEN 'CLIENT_ADMIN' ELSE 'SUPER_ADMIN' END));
    RETURN 'ok';
END
$$;
