-- The platform: who administers it, suspension of organisations, settings, quota of failed runs, and what is shared by the functions
-- of 0013 and 0015.

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

-- ---- rights ----

GRANT UPDATE (exercises) ON muster.org_usage TO muster_lookup;
GRANT UPDATE (name, plan, suspended_at) ON muster.org TO muster_lookup;
GRANT UPDATE (status) ON muster.app_user TO muster_lookup;
GRANT DELETE ON muster.user_session, muster.pending_session, muster.api_key, muster.mail TO muster_lookup;
GRANT INSERT, DELETE ON muster.invitation TO muster_lookup;
GRANT INSERT, UPDATE ON muster.plan TO muster_lookup;
GRANT UPDATE ON muster.platform_setting TO muster_lookup;

REVOKE ALL ON FUNCTION
    muster.platform_only(), muster.platform_audit(uuid, text, text, uuid, jsonb), muster.refuse_suspended(), muster.exercise_gives_back(),
    muster.slug_of(text), muster.invite_administrator(uuid, text, bytea, integer, text), muster.org_open(uuid, text, text, text, bytea, integer, text)
    FROM public;
GRANT EXECUTE ON FUNCTION
    muster.platform_only(), muster.platform_audit(uuid, text, text, uuid, jsonb), muster.slug_of(text),
    muster.invite_administrator(uuid, text, bytea, integer, text), muster.org_open(uuid, text, text, text, bytea, integer, text)
    TO muster_lookup;
ALTER FUNCTION muster.refuse_suspended() OWNER TO muster_lookup;
ALTER FUNCTION muster.exercise_gives_back() OWNER TO muster_lookup;
