-- Name, plan, status, each NULL to stay. Suspending ends all sessions and keys for good (rule A7). Verdicts: ok, not_found, no_plan,
-- platform (an organisation with a platform administrator in it is not suspended). The lock leaves alone what only refers to the
-- organisation.
CREATE OR REPLACE FUNCTION muster.admin_org_change(p_target uuid, p_name text, p_plan text, p_status text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old org;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_old FROM org o WHERE o.org_id = p_target FOR NO KEY UPDATE;
    IF v_old.org_id IS NULL THEN
        RETURN 'not_found';
    ELSIF p_plan IS NOT NULL AND NOT EXISTS (SELECT FROM plan p WHERE p.name = p_plan) THEN
        RETURN 'no_plan';
    ELSIF p_status = 'SUSPENDED' AND EXISTS (SELECT FROM app_user u WHERE u.org_id = p_target AND u.role = 'SUPER_ADMIN') THEN
        RETURN 'platform';
    END IF;
    UPDATE org o SET name = coalesce(p_name, o.name), plan = coalesce(p_plan, o.plan),
        suspended_at = CASE p_status WHEN 'SUSPENDED' THEN coalesce(o.suspended_at, now()) WHEN 'ACTIVE' THEN NULL ELSE o.suspended_at END
    WHERE o.org_id = p_target;
    IF p_status = 'SUSPENDED' AND v_old.suspended_at IS NULL THEN
        DELETE FROM user_session s WHERE s.org_id = p_target;
        DELETE FROM pending_session s WHERE s.org_id = p_target;
        DELETE FROM api_key k WHERE k.org_id = p_target;
    END IF;
    IF p_name <> v_old.name THEN
        PERFORM platform_audit(p_target, 'platform.organization_renamed', 'organization', p_target, NULL);
    END IF;
    IF p_plan <> v_old.plan THEN
        PERFORM platform_audit(p_target, 'platform.plan_changed', 'organization', p_target,
                               jsonb_build_object('plan', p_plan, 'before', v_old.plan));
    END IF;
    IF p_status = 'SUSPENDED' AND v_old.suspended_at IS NULL THEN
        PERFORM platform_audit(p_target, 'platform.organization_suspended', 'organization', p_target, NULL);
    ELSIF p_status = 'ACTIVE' AND v_old.suspended_at IS NOT NULL THEN
        PERFORM platform_audit(p_target, 'platform.organization_resumed', 'organization', p_target, NULL);
    END IF;
    RETURN 'ok';
END
$$;
