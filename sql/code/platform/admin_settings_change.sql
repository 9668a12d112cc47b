-- Stores all of it, or nothing when something is wrong: NULL goes back to the environment; plans are added or changed by name, those not
-- named stay; retention periods by name. A smaller plan removes nobody; it counts for whoever comes next. Verdicts: ok, no_plan,
-- no_retention.
CREATE OR REPLACE FUNCTION muster.admin_settings_change(p_signups text, p_default_plan text, p_plans jsonb, p_retention jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_plan plan;
    v_old platform_setting;
    v_rule record;
    v_note record;
    v_notes jsonb := '[]'; -- of the log, which comes last
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
            v_notes := v_notes || jsonb_build_object('action', 'platform.plan_stored', 'target', 'plan', 'detail', v_plan);
        END IF;
    END LOOP;
    IF (v_old.signups, v_old.default_plan) IS DISTINCT FROM (p_signups, p_default_plan) THEN
        UPDATE platform_setting SET signups = p_signups, default_plan = p_default_plan, updated_at = now();
        v_notes := v_notes || jsonb_build_object('action', 'platform.settings_changed', 'target', 'settings', 'detail',
                                                 jsonb_build_object('signups', p_signups, 'default_plan', p_default_plan));
    END IF;
    FOR v_rule IN SELECT t.name, t.days AS before, n.days FROM jsonb_to_recordset(p_retention) AS n (name text, days integer)
                  JOIN retention t ON t.name = n.name WHERE t.days IS DISTINCT FROM n.days ORDER BY t.name FOR UPDATE OF t LOOP
        UPDATE retention t SET days = v_rule.days WHERE t.name = v_rule.name;
        v_notes := v_notes || jsonb_build_object('action', 'platform.retention_changed', 'target', 'settings', 'detail',
                                                 jsonb_build_object('name', v_rule.name, 'days', v_rule.days, 'days_before', v_rule.before));
    END LOOP;
    FOR v_note IN SELECT n.* FROM jsonb_to_recordset(v_notes) AS n (action text, target text, detail jsonb) LOOP
        PERFORM platform_audit(NULL, v_note.action, v_note.target, NULL, v_note.detail);
    END LOOP;
    RETURN 'ok';
END
$$;
