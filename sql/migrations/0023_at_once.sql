-- What happens when two do the same at once, or one while others are at work.

-- As in 0011 and 0017, and the verdict gone: whoever asks was erased by a request that came a moment earlier.
CREATE OR REPLACE FUNCTION muster.account_delete(p_email text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
BEGIN
    PERFORM seats_lock(org()), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    SELECT * INTO v_me FROM app_user u WHERE u.org_id = org() AND u.id = person() FOR UPDATE;
    IF v_me.id IS NULL THEN
        verdict := 'gone';
    ELSIF v_me.email <> p_email THEN
        verdict := 'email_mismatch';
    ELSIF is_last_platform_admin(person()) THEN
        verdict := 'last_platform_admin';
    ELSIF is_last_admin(person()) THEN
        verdict := 'last_admin';
    ELSE
        PERFORM audit('user.erased', 'user', person(), jsonb_build_object('role', v_me.role));
        receipt := person_erase(person(), 'account');
        verdict := 'ok';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION muster.organization_delete(p_name text, p_email text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM seats_lock(org()), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    IF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person()) THEN
        verdict := 'gone';
    ELSIF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person() AND u.email = p_email) THEN
        verdict := 'email_mismatch';
    ELSIF NOT EXISTS (SELECT FROM org o WHERE o.org_id = org() AND o.name = p_name) THEN
        verdict := 'name_mismatch';
    ELSIF is_last_platform_admin(NULL) THEN
        verdict := 'last_platform_admin';
    ELSE
        receipt := org_erase(org());
        verdict := 'ok';
    END IF;
END
$$;

-- As in 0012 and 0013. The lock of a change to an organisation leaves alone what only refers to the organisation, above all entries of its
-- log: those are written with the end of the chain locked, for which the change waits in turn.
CREATE OR REPLACE FUNCTION muster.refuse_suspended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_since timestamptz;
BEGIN
    SELECT o.suspended_at INTO v_since FROM org o WHERE o.org_id = NEW.org_id FOR SHARE;
    IF v_since IS NOT NULL THEN
        RAISE EXCEPTION 'the organisation is suspended' USING ERRCODE = 'MU002';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION muster.admin_org_change(p_org uuid, p_name text, p_plan text, p_status text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old org;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_old FROM org o WHERE o.org_id = p_org FOR NO KEY UPDATE;
    IF v_old.org_id IS NULL THEN
        RETURN 'not_found';
    ELSIF p_plan IS NOT NULL AND NOT EXISTS (SELECT FROM plan p WHERE p.name = p_plan) THEN
        RETURN 'no_plan';
    ELSIF p_status = 'SUSPENDED' AND EXISTS (SELECT FROM app_user u WHERE u.org_id = p_org AND u.role = 'SUPER_ADMIN') THEN
        RETURN 'platform';
    END IF;
    IF p_name <> v_old.name THEN
        UPDATE org o SET name = p_name WHERE o.org_id = p_org;
        PERFORM platform_audit(p_org, 'platform.organization_renamed', 'organization', p_org, NULL);
    END IF;
    IF p_plan <> v_old.plan THEN
        UPDATE org o SET plan = p_plan WHERE o.org_id = p_org;
        PERFORM platform_audit(p_org, 'platform.plan_changed', 'organization', p_org,
                               jsonb_build_object('plan', p_plan, 'before', v_old.plan));
    END IF;
    IF p_status = 'SUSPENDED' AND v_old.suspended_at IS NULL THEN
        UPDATE org o SET suspended_at = now() WHERE o.org_id = p_org;
        DELETE FROM user_session s WHERE s.org_id = p_org;
        DELETE FROM pending_session s WHERE s.org_id = p_org;
        DELETE FROM api_key k WHERE k.org_id = p_org;
        PERFORM platform_audit(p_org, 'platform.organization_suspended', 'organization', p_org, NULL);
    ELSIF p_status = 'ACTIVE' AND v_old.suspended_at IS NOT NULL THEN
        UPDATE org o SET suspended_at = NULL WHERE o.org_id = p_org;
        PERFORM platform_audit(p_org, 'platform.organization_resumed', 'organization', p_org, NULL);
    END IF;
    RETURN 'ok';
END
$$;
