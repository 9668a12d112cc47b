-- The platform's administrators delete organisations and set retention periods.

-- The end of an organisation, whoever decides it: everything in it, and what lies elsewhere about the addresses of its people.
-- Returns the receipt. The caller holds the locks and has checked who may.
CREATE FUNCTION muster.org_erase(p_org uuid) RETURNS uuid LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
    v_receipt uuid;
BEGIN
    FOR r IN SELECT * FROM personal_data d WHERE d.link_kind = 'email' ORDER BY d.table_name, d.link LOOP
        EXECUTE format('DELETE FROM muster.%I t USING muster.app_user u WHERE u.org_id = $1 AND t.%I = u.email', r.table_name, r.link) USING p_org;
    END LOOP;
    DELETE FROM org o WHERE o.org_id = p_org;
    INSERT INTO erasure_receipt (kind) VALUES ('organization') RETURNING id INTO v_receipt;
    RETURN v_receipt;
END
$$;

-- As in 0011, by the function above.
CREATE OR REPLACE FUNCTION muster.organization_delete(p_name text, p_email text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM seats_lock(org()), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    IF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person() AND u.email = p_email) THEN
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

-- Deletes an organisation for good, its audit log with it; the act is in the administrator's own log. Verdicts: ok (with the receipt),
-- not_found, name_mismatch, platform (there is a platform administrator in it).
CREATE FUNCTION muster.admin_org_delete(p_org uuid, p_name text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org org;
BEGIN
    PERFORM platform_only();
    PERFORM seats_lock(p_org), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    SELECT * INTO v_org FROM org o WHERE o.org_id = p_org FOR UPDATE;
    IF v_org.org_id IS NULL THEN
        verdict := 'not_found';
    ELSIF v_org.name IS DISTINCT FROM p_name THEN
        verdict := 'name_mismatch';
    ELSIF EXISTS (SELECT FROM app_user u WHERE u.org_id = p_org AND u.role = 'SUPER_ADMIN') THEN
        verdict := 'platform';
    ELSE
        receipt := org_erase(p_org);
        PERFORM platform_audit(NULL, 'platform.organization_deleted', 'organization', p_org, jsonb_build_object('receipt', receipt));
        verdict := 'ok';
    END IF;
END
$$;

-- Retention periods in days (NULL: for ever), and what the job has removed by them.
CREATE FUNCTION muster.admin_retention() RETURNS TABLE (name text, days integer, sentence text, removed bigint, removed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT t.name, t.days, t.sentence, coalesce(r.removed, 0), r.removed_at
    FROM retention t
    LEFT JOIN (SELECT n.name, sum(n.removed)::bigint AS removed, max(n.at) AS removed_at FROM retention_run n GROUP BY n.name) r ON r.name = t.name
    ORDER BY t.name;
END
$$;

-- As in 0012, and retention periods by name; nothing is stored when something is wrong. Verdicts: ok, no_plan, no_retention.
DROP FUNCTION muster.admin_settings_change(text, text, jsonb);
CREATE FUNCTION muster.admin_settings_change(p_signups text, p_default_plan text, p_plans jsonb, p_retention jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_plan plan;
    v_old platform_setting;
    v_rule record;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_old FROM platform_setting s FOR UPDATE;
    IF p_default_plan IS NOT NULL AND NOT EXISTS (
            SELECT FROM plan p WHERE p.name = p_default_plan UNION ALL
            SELECT FROM jsonb_populate_recordset(NULL::plan, p_plans) n WHERE n.name = p_default_plan) THEN
        RETURN 'no_plan';
    ELSIF EXISTS (SELECT FROM jsonb_to_recordset(p_retention) AS n (name text) WHERE NOT EXISTS (SELECT FROM retention t WHERE t.name = n.name)) THEN
        RETURN 'no_retention';
    END IF;
    FOR v_plan IN SELECT n.* FROM jsonb_populate_recordset(NULL::plan, p_plans) n ORDER BY n.name LOOP
        IF NOT EXISTS (SELECT FROM plan p WHERE (p.*) IS NOT DISTINCT FROM (v_plan.*)) THEN
            INSERT INTO plan AS p (name, seats, monthly_exercises, api_access, byok)
            VALUES (v_plan.name, v_plan.seats, v_plan.monthly_exercises, v_plan.api_access, v_plan.byok)
            ON CONFLICT (name) DO UPDATE SET seats = excluded.seats, monthly_exercises = excluded.monthly_exercises,
                api_access = excluded.api_access, byok = excluded.byok;
            PERFORM platform_audit(NULL, 'platform.plan_stored', 'plan', NULL, to_jsonb(v_plan));
        END IF;
    END LOOP;
    IF (v_old.signups, v_old.default_plan) IS DISTINCT FROM (p_signups, p_default_plan) THEN
        UPDATE platform_setting SET signups = p_signups, default_plan = p_default_plan, updated_at = now();
        PERFORM platform_audit(NULL, 'platform.settings_changed', 'settings', NULL,
                               jsonb_build_object('signups', p_signups, 'default_plan', p_default_plan));
    END IF;
    FOR v_rule IN SELECT t.name, t.days AS before, n.days FROM jsonb_to_recordset(p_retention) AS n (name text, days integer)
                  JOIN retention t ON t.name = n.name WHERE t.days IS DISTINCT FROM n.days ORDER BY t.name FOR UPDATE OF t LOOP
        UPDATE retention t SET days = v_rule.days WHERE t.name = v_rule.name;
        PERFORM platform_audit(NULL, 'platform.retention_changed', 'settings', NULL,
                               jsonb_build_object('name', v_rule.name, 'days', v_rule.days, 'days_before', v_rule.before));
    END LOOP;
    RETURN 'ok';
END
$$;

GRANT UPDATE (days) ON muster.retention TO muster_lookup;
REVOKE ALL ON FUNCTION muster.org_erase(uuid) FROM public;
GRANT EXECUTE ON FUNCTION muster.org_erase(uuid) TO muster_lookup;
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY['muster.admin_org_delete(uuid, text)', 'muster.admin_retention()',
                             'muster.admin_settings_change(text, text, jsonb, jsonb)']::regprocedure[] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM public', f);
        EXECUTE format('ALTER FUNCTION %s OWNER TO muster_lookup', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO muster_portal', f);
    END LOOP;
END
$$;
