-- What platform administrators may do across organisations: organisations, people, settings.
--
-- Every admin_* function is called with the portal's rights, runs as muster_lookup and begins with platform_only(): a mistake in
-- a route's guard shows and changes nothing (rules A2, A3). They deal in facts about accounts and organisations. Exercises,
-- answers, reports and what an organisation says about itself stay out of their reach.

-- ---- organisations ----

-- One page, newest first, keyset on (created_at, org_id); what is counted is counted for the rows of the page alone. The last
-- activity is the newest sign-in or exercise.
CREATE FUNCTION muster.admin_orgs(p_limit integer, p_us bigint, p_id uuid, p_search text, p_plan text)
RETURNS TABLE (id uuid, name text, slug text, plan text, created_at timestamptz, created_us bigint, suspended_at timestamptz,
               people bigint, exercises integer, last_activity timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT o.org_id, o.name, o.slug, o.plan, o.created_at, (extract(epoch FROM o.created_at) * 1000000)::bigint, o.suspended_at,
           u.people, coalesce(g.exercises, 0), greatest(u.last_sign_in, e.created_at)
    FROM (SELECT c.* FROM org c
          WHERE (c.created_at, c.org_id) < (timestamptz 'epoch' + p_us * interval '1 microsecond', p_id)
            AND (p_search IS NULL OR strpos(lower(c.name), lower(p_search)) > 0 OR strpos(c.slug, lower(p_search)) > 0)
            AND (p_plan IS NULL OR c.plan = p_plan)
          ORDER BY c.created_at DESC, c.org_id DESC
          LIMIT p_limit) o
    LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE a.status = 'ACTIVE') AS people, max(a.last_sign_in_at) AS last_sign_in
                       FROM app_user a WHERE a.org_id = o.org_id) u ON true
    LEFT JOIN LATERAL (SELECT h.exercises FROM org_usage h
                       WHERE h.org_id = o.org_id AND h.month = date_trunc('month', now())::date LIMIT 1) g ON true
    LEFT JOIN LATERAL (SELECT x.created_at FROM exercise x WHERE x.org_id = o.org_id
                       ORDER BY x.created_at DESC, x.id DESC LIMIT 1) e ON true
    ORDER BY o.created_at DESC, o.org_id DESC;
END
$$;

CREATE FUNCTION muster.admin_org(p_org uuid)
RETURNS TABLE (id uuid, name text, slug text, plan text, created_at timestamptz, suspended_at timestamptz, people bigint, deactivated bigint,
               admins bigint, invited bigint, seats integer, exercises integer, monthly_exercises integer, last_activity timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT o.org_id, o.name, o.slug, o.plan, o.created_at, o.suspended_at, u.people, u.deactivated, u.admins,
           (SELECT count(*) FROM invitation i WHERE i.org_id = o.org_id AND i.accepted_at IS NULL AND i.expires_at > now()),
           p.seats,
           coalesce((SELECT g.exercises FROM org_usage g WHERE g.org_id = o.org_id AND g.month = date_trunc('month', now())::date), 0),
           p.monthly_exercises,
           greatest(u.last_sign_in, (SELECT e.created_at FROM exercise e WHERE e.org_id = o.org_id
                                     ORDER BY e.created_at DESC, e.id DESC LIMIT 1))
    FROM org o JOIN plan p ON p.name = o.plan,
         LATERAL (SELECT count(*) FILTER (WHERE a.status = 'ACTIVE') AS people, count(*) FILTER (WHERE a.status <> 'ACTIVE') AS deactivated,
                         count(*) FILTER (WHERE a.status = 'ACTIVE' AND a.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN')) AS admins,
                         max(a.last_sign_in_at) AS last_sign_in
                  FROM app_user a WHERE a.org_id = o.org_id) u
    WHERE o.org_id = p_org;
END
$$;

-- p_sealed: the mail's parameters, or NULL when the link is handed over otherwise.
CREATE FUNCTION muster.admin_org_create(p_org uuid, p_name text, p_plan text, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                        OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    SELECT o.verdict, o.invitation, o.expires INTO verdict, invitation, expires
    FROM org_open(p_org, p_name, p_plan, p_email, p_hash, p_days, p_sealed) o;
    IF verdict = 'ok' THEN
        PERFORM platform_audit(p_org, 'platform.organization_created', 'organization', p_org,
                               jsonb_build_object('plan', p_plan, 'invitation', invitation));
    END IF;
END
$$;

-- Verdicts: ok, not_found, suspended, already_member; MU001 without a seat.
CREATE FUNCTION muster.admin_org_invite(p_org uuid, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                        OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org org;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_org FROM org o WHERE o.org_id = p_org;
    IF v_org.org_id IS NULL THEN
        verdict := 'not_found';
        RETURN;
    ELSIF v_org.suspended_at IS NOT NULL THEN
        verdict := 'suspended';
        RETURN;
    END IF;
    SELECT a.verdict, a.invitation, a.expires INTO verdict, invitation, expires
    FROM invite_administrator(p_org, p_email, p_hash, p_days, p_sealed) a;
    IF verdict = 'ok' THEN
        PERFORM platform_audit(p_org, 'platform.administrator_invited', 'invitation', invitation, NULL);
    END IF;
END
$$;

-- Name, plan, status, each NULL to stay. Suspending ends all sessions and keys for good (rule A7). Verdicts: ok, not_found,
-- no_plan, platform (an organisation with a platform administrator in it is not suspended).
CREATE FUNCTION muster.admin_org_change(p_org uuid, p_name text, p_plan text, p_status text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old org;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_old FROM org o WHERE o.org_id = p_org FOR UPDATE;
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

-- ---- people ----

-- One page in the order of addresses. p_search: how an address, a last name or a whole name begins. Planned anew each time,
-- because only with the value at hand a beginning can be looked up in an index.
CREATE INDEX app_user_by_email ON muster.app_user (email COLLATE "C");
CREATE INDEX app_user_by_name ON muster.app_user (lower(first_name || ' ' || last_name) COLLATE "C");
CREATE INDEX app_user_by_last_name ON muster.app_user (lower(last_name) COLLATE "C");
CREATE FUNCTION muster.admin_users(p_limit integer, p_after text, p_search text, p_org uuid)
RETURNS TABLE (id uuid, email text, first_name text, last_name text, role text, status text, created_at timestamptz,
               last_sign_in_at timestamptz, sessions bigint, factor boolean, org_id uuid, org_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    v_begin text := regexp_replace(lower(p_search), '([\\%_])', '\\\1', 'g') || '%';
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT u.id, u.email, u.first_name, u.last_name, u.role, u.status, u.created_at, u.last_sign_in_at,
           (SELECT count(*) FROM user_session s WHERE s.org_id = u.org_id AND s.user_id = u.id AND s.expires_at > now()),
           EXISTS (SELECT FROM second_factor f WHERE f.org_id = u.org_id AND f.user_id = u.id AND f.confirmed_at IS NOT NULL),
           u.org_id, o.name
    FROM (SELECT a.* FROM app_user a
          WHERE (p_after IS NULL OR a.email COLLATE "C" > p_after)
            AND (p_org IS NULL OR a.org_id = p_org)
            AND (v_begin IS NULL OR a.email COLLATE "C" LIKE v_begin OR lower(a.last_name) COLLATE "C" LIKE v_begin
                 OR lower(a.first_name || ' ' || a.last_name) COLLATE "C" LIKE v_begin)
          ORDER BY a.email COLLATE "C"
          LIMIT p_limit) u
    JOIN org o ON o.org_id = u.org_id
    ORDER BY u.email COLLATE "C";
END
$$;

-- Deactivates or activates. Verdicts: ok, not_found, self, platform, last_admin; MU001 without a seat.
CREATE FUNCTION muster.admin_user_change(p_user uuid, p_status text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old app_user;
    v_seats integer;
BEGIN
    PERFORM platform_only();
    PERFORM seats_lock(u.org_id) FROM app_user u WHERE u.id = p_user;
    SELECT * INTO v_old FROM app_user u WHERE u.id = p_user FOR NO KEY UPDATE;
    IF v_old.id IS NULL THEN
        RETURN 'not_found';
    ELSIF p_user = person() THEN
        RETURN 'self';
    ELSIF v_old.role = 'SUPER_ADMIN' THEN
        RETURN 'platform';
    ELSIF v_old.status = p_status THEN
        RETURN 'ok';
    END IF;
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

-- Ends all sessions of a person, whole and half; API keys stay. No row when there is nobody.
CREATE FUNCTION muster.admin_user_sessions_end(p_user uuid) RETURNS TABLE (ended bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
BEGIN
    PERFORM platform_only();
    SELECT u.org_id INTO v_org FROM app_user u WHERE u.id = p_user;
    IF v_org IS NULL THEN
        RETURN;
    END IF;
    DELETE FROM pending_session s WHERE s.org_id = v_org AND s.user_id = p_user;
    WITH gone AS (DELETE FROM user_session s WHERE s.org_id = v_org AND s.user_id = p_user RETURNING 1)
    SELECT count(*) INTO ended FROM gone;
    PERFORM platform_audit(v_org, 'platform.sessions_ended', 'user', p_user, jsonb_build_object('sessions', ended));
    RETURN NEXT;
END
$$;

-- ---- settings ----

CREATE FUNCTION muster.admin_settings()
RETURNS TABLE (signups text, default_plan text, name text, seats integer, monthly_exercises integer, api_access boolean, byok boolean, orgs bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT s.signups, s.default_plan, p.name, p.seats, p.monthly_exercises, p.api_access, p.byok, coalesce(o.orgs, 0)
    FROM platform_setting s, plan p LEFT JOIN (SELECT c.plan, count(*) AS orgs FROM org c GROUP BY c.plan) o ON o.plan = p.name
    ORDER BY p.seats NULLS LAST, p.name;
END
$$;

-- Stores all of it: NULL goes back to the environment; plans are added or changed by name, those not named stay. A smaller plan
-- removes nobody; it counts for whoever comes next. Verdicts: ok, no_plan.
CREATE FUNCTION muster.admin_settings_change(p_signups text, p_default_plan text, p_plans jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_plan plan;
    v_old platform_setting;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_old FROM platform_setting s FOR UPDATE;
    FOR v_plan IN SELECT n.* FROM jsonb_populate_recordset(NULL::plan, p_plans) n ORDER BY n.name LOOP
        IF NOT EXISTS (SELECT FROM plan p WHERE (p.*) IS NOT DISTINCT FROM (v_plan.*)) THEN
            INSERT INTO plan AS p (name, seats, monthly_exercises, api_access, byok)
            VALUES (v_plan.name, v_plan.seats, v_plan.monthly_exercises, v_plan.api_access, v_plan.byok)
            ON CONFLICT (name) DO UPDATE SET seats = excluded.seats, monthly_exercises = excluded.monthly_exercises,
                api_access = excluded.api_access, byok = excluded.byok;
            PERFORM platform_audit(NULL, 'platform.plan_stored', 'plan', NULL, to_jsonb(v_plan));
        END IF;
    END LOOP;
    IF p_default_plan IS NOT NULL AND NOT EXISTS (SELECT FROM plan p WHERE p.name = p_default_plan) THEN
        RETURN 'no_plan';
    END IF;
    IF (v_old.signups, v_old.default_plan) IS DISTINCT FROM (p_signups, p_default_plan) THEN
        UPDATE platform_setting SET signups = p_signups, default_plan = p_default_plan, updated_at = now();
        PERFORM platform_audit(NULL, 'platform.settings_changed', 'settings', NULL,
                               jsonb_build_object('signups', p_signups, 'default_plan', p_default_plan));
    END IF;
    RETURN 'ok';
END
$$;

-- ---- rights ----

CREATE POLICY platform_read ON muster.exercise FOR SELECT TO muster_lookup USING (true);
-- Of an exercise when it was made, and nothing else.
GRANT SELECT (org_id, id, created_at) ON muster.exercise TO muster_lookup;
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
             WHERE p.pronamespace = 'muster'::regnamespace AND p.proname LIKE 'admin\_%' LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM public', f);
        EXECUTE format('ALTER FUNCTION %s OWNER TO muster_lookup', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO muster_portal', f);
    END LOOP;
END
$$;
