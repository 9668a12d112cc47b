-- The platform: what its administrators may do across organisations, suspension, settings, quota of failed runs.
--
-- Every admin_* function is called with the portal's rights, runs as muster_lookup and begins with platform_only(): a mistake in
-- a route's guard shows and changes nothing (rules A2, A3). They deal in facts about accounts and organisations. Exercises,
-- answers, reports and what an organisation says about itself stay out of their reach.

-- ---- who may ----

-- Ends the statement unless the running person is an active SUPER_ADMIN now, whatever the session said when it began.
CREATE FUNCTION muster.platform_only() RETURNS void LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM app_user u
                   WHERE u.org_id = org() AND u.id = person() AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE') THEN
        RAISE EXCEPTION 'for administrators of the platform' USING ERRCODE = '42501';
    END IF;
END
$$;

-- As in 0008, and a platform administrator counts as an administrator of the own organisation: the role passes every guard
-- there, so an organisation whose only administrator becomes SUPER_ADMIN still has one, and cannot lose that one.
CREATE OR REPLACE FUNCTION muster.is_last_admin(p_user uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM muster.app_user u
                   WHERE u.org_id = muster.org() AND u.id = p_user AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN') AND u.status = 'ACTIVE')
       AND NOT EXISTS (SELECT FROM muster.app_user u
                       WHERE u.org_id = muster.org() AND u.id <> p_user AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN') AND u.status = 'ACTIVE')
$$;

-- ---- the log ----

-- 'platform': an administrator of the platform, who belongs to another organisation. Who it was is in that one's log alone.
ALTER TABLE muster.audit_log DROP CONSTRAINT audit_log_actor_kind_check,
    ADD CONSTRAINT audit_log_actor_kind_check CHECK (actor_kind IN ('session', 'key', 'system', 'platform'));
-- The platform's own acts: one entry each, the one that names the person, and those of the server's commands.
CREATE INDEX audit_log_platform ON muster.audit_log (at DESC, org_id DESC) WHERE action LIKE 'platform.%' AND actor_kind <> 'platform';

-- As in 0005, and the kind of actor 'platform', who has no row in the organisation.
CREATE OR REPLACE FUNCTION muster.audit_append(p_org uuid, p_actor uuid, p_action text, p_target_type text, p_target uuid, p_detail jsonb)
RETURNS bigint LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    r audit_log;
    v_head audit_head;
    v_actor text := current_setting('app.actor', true);
BEGIN
    SELECT * INTO v_head FROM audit_head h WHERE h.org_id = p_org FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (org_id, seq, hash) VALUES (p_org, 0, audit_first_hash(p_org)) ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT v_head FROM audit_head h WHERE h.org_id = p_org FOR NO KEY UPDATE;
    END IF;
    r.org_id := p_org;
    r.seq := v_head.seq + 1;
    r.at := clock_timestamp();
    r.actor_id := p_actor;
    r.actor_kind := CASE WHEN p_actor IS NOT NULL THEN CASE v_actor WHEN 'key' THEN 'key' ELSE 'session' END
                         WHEN v_actor = 'platform' THEN 'platform' ELSE 'system' END;
    r.actor_digest := audit_actor_digest(p_org, r.seq, p_actor);
    r.action := p_action;
    r.target_type := p_target_type;
    r.target_id := p_target;
    r.detail := coalesce(p_detail, '{}');
    r.request_id := nullif(current_setting('app.request_id', true), '');
    r.hash := audit_hash(v_head.hash, r);
    INSERT INTO audit_log SELECT r.*;
    UPDATE audit_head h SET seq = r.seq, hash = r.hash WHERE h.org_id = p_org;
    RETURN r.seq;
END
$$;

-- Notes an act of the running platform administrator in the own organisation's log, and in that of the organisation it is about
-- (NULL: the platform as a whole). Both chains are locked in one order, so that two administrators never wait for each other.
CREATE FUNCTION muster.platform_audit(p_org uuid, p_action text, p_target_type text, p_target uuid, p_detail jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_actor text := current_setting('app.actor', true);
BEGIN
    PERFORM FROM audit_head h WHERE h.org_id IN (p_org, org()) ORDER BY h.org_id FOR NO KEY UPDATE;
    IF p_org <> org() THEN
        PERFORM set_config('app.actor', 'platform', true);
        PERFORM audit_append(p_org, NULL, p_action, p_target_type, p_target, p_detail);
        PERFORM set_config('app.actor', coalesce(v_actor, ''), true);
    END IF;
    PERFORM audit_append(org(), person(), p_action, p_target_type, p_target,
                         jsonb_strip_nulls(jsonb_build_object('organization', p_org)) || coalesce(p_detail, '{}'));
END
$$;

-- ---- suspended organisations ----

ALTER TABLE muster.org ADD suspended_at timestamptz;
CREATE INDEX org_list ON muster.org (created_at DESC, org_id DESC);

-- Nobody signs in, joins or makes a key in a suspended organisation, whichever way leads there. The lock makes who comes at the
-- moment of the suspension either see it or be seen by it. What there was before ends with the suspension itself.
CREATE FUNCTION muster.refuse_suspended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_since timestamptz;
BEGIN
    SELECT o.suspended_at INTO v_since FROM org o WHERE o.org_id = NEW.org_id FOR KEY SHARE;
    IF v_since IS NOT NULL THEN
        RAISE EXCEPTION 'the organisation is suspended' USING ERRCODE = 'MU002';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refuse_suspended BEFORE INSERT ON muster.user_session FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE TRIGGER refuse_suspended BEFORE INSERT ON muster.pending_session FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE TRIGGER refuse_suspended BEFORE INSERT ON muster.api_key FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();
CREATE TRIGGER refuse_suspended BEFORE INSERT ON muster.app_user FOR EACH ROW EXECUTE FUNCTION muster.refuse_suspended();

-- ---- settings of the platform ----

-- One row. NULL: as the environment of the programs says.
CREATE TABLE muster.platform_setting (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    signups text CHECK (signups IN ('open', 'closed')),
    default_plan text REFERENCES muster.plan (name),
    updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO muster.platform_setting DEFAULT VALUES;
GRANT SELECT ON muster.platform_setting TO muster_auth, muster_lookup;

ALTER TABLE muster.plan
    ADD CONSTRAINT plan_name CHECK (name ~ '^[A-Z][A-Z0-9_-]{0,39}$') NOT VALID,
    ADD CONSTRAINT plan_limits CHECK (seats >= 1 AND monthly_exercises >= 0) NOT VALID;

-- ---- quota of failed runs ----

-- An exercise that fails gives the month's count back: that of the month it was taken from. FAILED leads nowhere, and whoever
-- comes second finds the row FAILED already, so it happens once.
CREATE FUNCTION muster.exercise_gives_back() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    UPDATE org_usage u SET exercises = u.exercises - 1
    WHERE u.org_id = NEW.org_id AND u.month = date_trunc('month', NEW.created_at)::date AND u.exercises > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER exercise_gives_back AFTER UPDATE OF status ON muster.exercise
    FOR EACH ROW WHEN (NEW.status = 'FAILED' AND OLD.status <> 'FAILED') EXECUTE FUNCTION muster.exercise_gives_back();
CREATE POLICY give_back ON muster.org_usage FOR UPDATE TO muster_lookup USING (true) WITH CHECK (true);

-- ---- organisations ----

-- "Example & Sons GmbH" becomes "example-sons-gmbh".
CREATE FUNCTION muster.slug_of(p_name text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(nullif(trim(BOTH '-' FROM left(regexp_replace(lower(p_name COLLATE "C"), '[^a-z0-9]+', '-', 'g'), 60)), ''), 'organisation')
$$;

-- An invitation of an administrator, in place of one that the address had; with p_sealed it goes out by mail. Verdicts: ok,
-- already_member; MU001 without a seat.
CREATE FUNCTION muster.invite_administrator(p_org uuid, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                                OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_seats integer;
    v_mail uuid;
BEGIN
    PERFORM seats_lock(p_org);
    IF EXISTS (SELECT FROM app_user u WHERE u.org_id = p_org AND u.email = p_email) THEN
        verdict := 'already_member';
        RETURN;
    END IF;
    DELETE FROM invitation i WHERE i.org_id = p_org AND i.email = p_email AND i.accepted_at IS NULL;
    SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = p_org;
    IF v_seats <= (SELECT count(*) FROM app_user u WHERE u.org_id = p_org AND u.status = 'ACTIVE')
                + (SELECT count(*) FROM invitation i WHERE i.org_id = p_org AND i.accepted_at IS NULL AND i.expires_at > now()) THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    IF p_sealed IS NOT NULL THEN
        SELECT mail_queue(p_org, NULL, p_email, 'invitation', o.language, p_sealed) INTO v_mail FROM org o WHERE o.org_id = p_org;
    END IF;
    INSERT INTO invitation (org_id, email, role, token_hash, expires_at, mail_id)
    VALUES (p_org, p_email, 'CLIENT_ADMIN', p_hash, now() + make_interval(days => p_days), v_mail)
    RETURNING id, expires_at INTO invitation, expires;
    verdict := 'ok';
END
$$;

-- A new organisation, empty but for the invitation of its first administrator (rule A4). Verdicts: ok, no_plan.
CREATE FUNCTION muster.org_open(p_org uuid, p_name text, p_plan text, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM plan p WHERE p.name = p_plan) THEN
        verdict := 'no_plan';
        RETURN;
    END IF;
    INSERT INTO org (org_id, name, slug, plan) VALUES (p_org, p_name, slug_of(p_name), p_plan) ON CONFLICT (slug) DO NOTHING;
    IF NOT FOUND THEN
        INSERT INTO org (org_id, name, slug, plan)
        VALUES (p_org, p_name, slug_of(p_name) || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), p_plan);
    END IF;
    SELECT a.verdict, a.invitation, a.expires INTO verdict, invitation, expires
    FROM invite_administrator(p_org, p_email, p_hash, p_days, p_sealed) a;
END
$$;

-- ---- what platform administrators call: organisations ----

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

-- ---- the log, across organisations ----

-- An organisation's log, newest first, keyset on the number. What exercises and certificates say in their detail stays with
-- the organisation (rule A3).
CREATE FUNCTION muster.admin_audit_org(p_org uuid, p_limit integer, p_before bigint, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (org_id uuid, org_name text, seq bigint, at timestamptz, at_us bigint, kind text, actor_id uuid, actor text, action text,
               target text, target_id uuid, target_name text, detail jsonb, request text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT l.org_id, o.name, l.seq, l.at, (extract(epoch FROM l.at) * 1000000)::bigint, l.actor_kind, l.actor_id, a.name, l.action,
           l.target_type, l.target_id, t.name, CASE WHEN l.target_type IN ('exercise', 'certificate') THEN '{}' ELSE l.detail END, l.request_id
    FROM audit_log l JOIN org o ON o.org_id = l.org_id
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
    WHERE l.org_id = p_org
      AND l.seq < coalesce(p_before, 9223372036854775807)
      AND (p_action IS NULL OR l.action = p_action)
      AND (p_actor IS NULL OR l.actor_id = p_actor)
      AND (p_since IS NULL OR l.at >= p_since)
      AND (p_until IS NULL OR l.at < p_until)
    ORDER BY l.seq DESC
    LIMIT p_limit;
END
$$;

-- The platform's own acts, whoever of its administrators or which command on the server did them; keyset on (at, org_id).
CREATE FUNCTION muster.admin_audit_platform(p_limit integer, p_us bigint, p_org uuid, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (org_id uuid, org_name text, seq bigint, at timestamptz, at_us bigint, kind text, actor_id uuid, actor text, action text,
               target text, target_id uuid, target_name text, detail jsonb, request text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT l.org_id, o.name, l.seq, l.at, (extract(epoch FROM l.at) * 1000000)::bigint, l.actor_kind, l.actor_id, a.name, l.action,
           l.target_type, l.target_id, coalesce(t.name, w.name), l.detail, l.request_id
    FROM audit_log l JOIN org o ON o.org_id = l.org_id
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
    LEFT JOIN LATERAL (SELECT c.name FROM org c WHERE c.org_id = l.target_id AND l.target_type = 'organization' LIMIT 1) w ON true
    WHERE l.action LIKE 'platform.%' AND l.actor_kind <> 'platform'
      AND (l.at, l.org_id) < (timestamptz 'epoch' + p_us * interval '1 microsecond', p_org)
      AND (p_action IS NULL OR l.action = p_action)
      AND (p_actor IS NULL OR l.actor_id = p_actor)
      AND (p_since IS NULL OR l.at >= p_since)
      AND (p_until IS NULL OR l.at < p_until)
    ORDER BY l.at DESC, l.org_id DESC
    LIMIT p_limit;
END
$$;

-- ---- health and dead letters ----

CREATE INDEX job_finished ON muster.job (finished_at) WHERE state = 'DONE';

-- What only the database knows. workers: how many are connected now.
CREATE FUNCTION muster.admin_health()
RETURNS TABLE (size_bytes bigint, migration text, migrated_at timestamptz, started_at timestamptz, queued bigint, running bigint, dead bigint,
               oldest_seconds bigint, worker_at timestamptz, workers bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT pg_database_size(current_database()), v.version || ' ' || v.name, v.applied_at, pg_postmaster_start_time(), j.queued, j.running,
           (SELECT count(*) FROM job d WHERE d.state = 'DEAD'),
           greatest(0, extract(epoch FROM now() - j.oldest))::bigint,
           (SELECT d.finished_at FROM job d WHERE d.state = 'DONE' ORDER BY d.finished_at DESC LIMIT 1),
           (SELECT count(*) FROM pg_stat_activity a WHERE a.usename = 'muster_jobs')
    FROM (SELECT s.version, s.name, s.applied_at FROM public.schema_version s ORDER BY s.version DESC LIMIT 1) v,
         (SELECT count(*) FILTER (WHERE d.state = 'QUEUED') AS queued, count(*) FILTER (WHERE d.state = 'RUNNING') AS running,
                 min(d.run_at) FILTER (WHERE d.state = 'QUEUED' AND d.run_at <= now()) AS oldest
          FROM job d WHERE d.state IN ('QUEUED', 'RUNNING')) j;
END
$$;

-- Jobs in one state, those that waited or ended last first; keyset on (time, id). Of a mail's recipient the domain alone is shown, also
-- where a mail server repeats the address in its refusal.
CREATE FUNCTION muster.admin_jobs(p_state text, p_limit integer, p_us bigint, p_id uuid)
RETURNS TABLE (id uuid, kind text, mail_kind text, domain text, org_id uuid, org_name text, state text, attempts integer, max_attempts integer,
               last_error text, created_at timestamptz, run_at timestamptz, finished_at timestamptz, sort_us bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT j.id, j.kind, m.kind, nullif(split_part(m.recipient, '@', 2), ''), j.org_id, o.name, j.state, j.attempts, j.max_attempts,
           regexp_replace(j.last_error, '[^[:space:]<>"(),;:]+@', '…@', 'g'), j.created_at, j.run_at, j.finished_at,
           (extract(epoch FROM j.sort_at) * 1000000)::bigint
    FROM (SELECT d.*, coalesce(d.finished_at, d.run_at) AS sort_at FROM job d
          WHERE d.state = p_state AND d.state <> 'DONE'
            AND (coalesce(d.finished_at, d.run_at), d.id) < (timestamptz 'epoch' + p_us * interval '1 microsecond', p_id)
          ORDER BY coalesce(d.finished_at, d.run_at) DESC, d.id DESC
          LIMIT p_limit) j
    LEFT JOIN mail m ON m.org_id = j.org_id AND m.id = j.mail_id
    LEFT JOIN org o ON o.org_id = j.org_id
    ORDER BY j.sort_at DESC, j.id DESC;
END
$$;

-- Puts a dead letter back into the queue. Verdicts: ok, not_found, not_dead (also when the same work waits already).
CREATE FUNCTION muster.admin_job_retry(p_job uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_job FROM job j WHERE j.id = p_job FOR UPDATE;
    IF v_job.id IS NULL THEN
        RETURN 'not_found';
    ELSIF NOT job_retry(p_job) THEN
        RETURN 'not_dead';
    END IF;
    PERFORM platform_audit(v_job.org_id, 'platform.job_retried', 'job', p_job, jsonb_build_object('kind', v_job.kind));
    RETURN 'ok';
END
$$;

-- Gives a dead letter up: the job is gone, and the mail with it. Verdicts as above.
CREATE FUNCTION muster.admin_job_delete(p_job uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_job job;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_job FROM job j WHERE j.id = p_job FOR UPDATE;
    IF v_job.id IS NULL THEN
        RETURN 'not_found';
    ELSIF v_job.state <> 'DEAD' THEN
        RETURN 'not_dead';
    END IF;
    DELETE FROM mail m WHERE m.org_id = v_job.org_id AND m.id = v_job.mail_id;
    DELETE FROM job j WHERE j.org_id IS NOT DISTINCT FROM v_job.org_id AND j.id = p_job;
    PERFORM platform_audit(v_job.org_id, 'platform.job_deleted', 'job', p_job, jsonb_build_object('kind', v_job.kind));
    RETURN 'ok';
END
$$;

-- ---- commands on the server (apps/instance/platform.sh), run by the superuser: the first administrator comes from here ----

-- Verdicts: ok, no_plan.
CREATE FUNCTION muster.server_org_create(p_name text, p_email text, p_plan text, p_hash bytea, p_days integer,
                                         OUT verdict text, OUT org uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_invitation uuid;
BEGIN
    org := gen_random_uuid();
    SELECT o.verdict, o.invitation, o.expires INTO verdict, v_invitation, expires
    FROM org_open(org, p_name, p_plan, lower(p_email), p_hash, p_days, NULL) o;
    IF verdict = 'ok' THEN
        PERFORM audit_append(org, NULL, 'platform.organization_created', 'organization', org,
                             jsonb_build_object('plan', p_plan, 'invitation', v_invitation));
    END IF;
END
$$;

-- Gives the platform's role, or takes it: then the person administers the own organisation, which therefore never loses its last
-- administrator by this. Verdicts: ok, not_found, inactive, suspended, already, not_platform.
CREATE FUNCTION muster.server_platform_admin(p_email text, p_revoke boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_user app_user;
BEGIN
    PERFORM seats_lock(u.org_id) FROM app_user u WHERE u.email = lower(p_email);
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
    END IF;
    UPDATE app_user u SET role = CASE WHEN p_revoke THEN 'CLIENT_ADMIN' ELSE 'SUPER_ADMIN' END
    WHERE u.org_id = v_user.org_id AND u.id = v_user.id;
    PERFORM audit_append(v_user.org_id, NULL, CASE WHEN p_revoke THEN 'platform.role_taken' ELSE 'platform.role_given' END, 'user', v_user.id,
                         jsonb_build_object('from', v_user.role, 'to', CASE WHEN p_revoke THEN 'CLIENT_ADMIN' ELSE 'SUPER_ADMIN' END));
    RETURN 'ok';
END
$$;

-- ---- who may call what ----

CREATE POLICY platform_read ON muster.exercise FOR SELECT TO muster_lookup USING (true);
CREATE POLICY platform_read ON muster.audit_log FOR SELECT TO muster_lookup USING (true);
-- Of an exercise when it was made, and nothing else.
GRANT SELECT (org_id, id, created_at) ON muster.exercise TO muster_lookup;
GRANT SELECT ON muster.audit_log, public.schema_version TO muster_lookup;
GRANT UPDATE (exercises) ON muster.org_usage TO muster_lookup;
GRANT UPDATE (name, plan, suspended_at) ON muster.org TO muster_lookup;
GRANT UPDATE (status) ON muster.app_user TO muster_lookup;
GRANT DELETE ON muster.user_session, muster.pending_session, muster.api_key, muster.mail TO muster_lookup;
GRANT INSERT, DELETE ON muster.invitation TO muster_lookup;
GRANT INSERT, UPDATE ON muster.plan TO muster_lookup;
GRANT UPDATE ON muster.platform_setting TO muster_lookup;
-- Only through admin_job_retry().
REVOKE EXECUTE ON FUNCTION muster.job_retry(uuid) FROM muster_portal;

REVOKE ALL ON FUNCTION
    muster.platform_only(), muster.platform_audit(uuid, text, text, uuid, jsonb), muster.refuse_suspended(), muster.exercise_gives_back(),
    muster.slug_of(text), muster.invite_administrator(uuid, text, bytea, integer, text), muster.org_open(uuid, text, text, text, bytea, integer, text),
    muster.server_org_create(text, text, text, bytea, integer), muster.server_platform_admin(text, boolean)
    FROM public;
GRANT EXECUTE ON FUNCTION
    muster.platform_only(), muster.platform_audit(uuid, text, text, uuid, jsonb), muster.slug_of(text),
    muster.invite_administrator(uuid, text, bytea, integer, text), muster.org_open(uuid, text, text, text, bytea, integer, text)
    TO muster_lookup;
ALTER FUNCTION muster.refuse_suspended() OWNER TO muster_lookup;
ALTER FUNCTION muster.exercise_gives_back() OWNER TO muster_lookup;
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
