-- The audit log (rule A12): who did what, written in the transaction of the act, chained by hashes within an organisation.
--
-- An act calls muster.audit() in its own statement or pipeline. Rows hold ids only, no names, addresses or secrets. Entries of
-- one organisation are numbered without gaps; each hash covers the one before, so a row that is changed, removed or slipped in
-- breaks the chain from there on, and audit_head notices when rows are cut off at the end.

CREATE TABLE muster.audit_log (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    actor_kind text NOT NULL CHECK (actor_kind IN ('session', 'key', 'system')),
    -- What the hash covers in place of actor_id, which becomes NULL when the person is erased; differs from row to row.
    actor_digest bytea CHECK (length(actor_digest) = 32),
    action text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$' AND length(action) <= 60),
    target_type text NOT NULL CHECK (target_type ~ '^[a-z_]{1,40}$'),
    target_id uuid,
    detail jsonb NOT NULL CHECK (jsonb_typeof(detail) = 'object'),
    request_id text,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (org_id, seq),
    FOREIGN KEY (org_id, actor_id) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (actor_id)
);
CREATE INDEX audit_log_actor ON muster.audit_log (org_id, actor_id, seq) WHERE actor_id IS NOT NULL;
SELECT muster.make_tenant_table('muster.audit_log');

-- The end of each chain; its row lock orders the writers of an organisation.
CREATE TABLE muster.audit_head (
    org_id uuid PRIMARY KEY REFERENCES muster.org (org_id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 50);
SELECT muster.make_tenant_table('muster.audit_head');

-- Nobody edits the log. What may still happen to a row: its person was erased, or its organisation is gone.
CREATE FUNCTION muster.audit_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id'
       AND NOT EXISTS (SELECT FROM muster.app_user u WHERE u.org_id = OLD.org_id AND u.id = OLD.actor_id) THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM muster.org o WHERE o.org_id = OLD.org_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '23514';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON muster.audit_log
    FOR EACH ROW EXECUTE FUNCTION muster.audit_is_append_only();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON muster.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION muster.audit_is_append_only();

CREATE FUNCTION muster.audit_first_hash(p_org uuid) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to(p_org::text, 'UTF8')) $$;

CREATE FUNCTION muster.audit_actor_digest(p_org uuid, p_seq bigint, p_actor uuid) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to(p_org::text || ' ' || p_seq || ' ' || p_actor, 'UTF8')) $$;

-- The canonical row is a JSON array: nothing in it depends on settings of the session.
CREATE FUNCTION muster.audit_hash(p_previous bytea, p muster.audit_log) RETURNS bytea LANGUAGE sql STABLE
AS $$
    SELECT sha256(p_previous || convert_to(jsonb_build_array(
        p.org_id, p.seq, (extract(epoch FROM p.at) * 1000000)::bigint, p.actor_kind, encode(p.actor_digest, 'hex'), p.action,
        p.target_type, p.target_id, p.detail, p.request_id)::text, 'UTF8'))
$$;

-- For functions that act before a tenant is entered; all others call audit().
CREATE FUNCTION muster.audit_append(p_org uuid, p_actor uuid, p_action text, p_target_type text, p_target uuid, p_detail jsonb)
RETURNS bigint LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    r audit_log;
    v_head audit_head;
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
    r.actor_kind := CASE WHEN p_actor IS NULL THEN 'system' WHEN current_setting('app.actor', true) = 'key' THEN 'key' ELSE 'session' END;
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

-- Notes an act of the running person in the running transaction; returns the entry's number. Runs as muster_lookup because the
-- families must not be able to write the log in any other way.
CREATE FUNCTION muster.audit(p_action text, p_target_type text, p_target uuid, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN RETURN audit_append(org(), person(), p_action, p_target_type, p_target, p_detail); END $$;

-- The number of the first entry that is not what was written, or that is missing; NULL when the chain is whole.
CREATE FUNCTION muster.audit_verify(p_org uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path = muster, pg_temp
AS $$
    WITH entry AS (
        SELECT l AS line, l.seq, l.hash, row_number() OVER w AS number, lag(l.hash, 1, audit_first_hash(p_org)) OVER w AS previous
        FROM audit_log l WHERE l.org_id = p_org WINDOW w AS (ORDER BY l.seq)
    ), found AS (
        SELECT min(least(seq, number)) FILTER (
                   WHERE seq <> number OR hash IS DISTINCT FROM audit_hash(previous, line)
                      OR (line).actor_digest <> audit_actor_digest(p_org, seq, (line).actor_id)
                      OR ((line).actor_id IS NOT NULL AND (line).actor_digest IS NULL)) AS broken,
               count(*) AS number
        FROM entry
    )
    SELECT coalesce(found.broken, CASE
        WHEN found.number > coalesce(head.seq, 0) THEN coalesce(head.seq, 0) + 1
        WHEN found.number < head.seq THEN found.number + 1
        WHEN head.hash <> coalesce((SELECT l.hash FROM audit_log l WHERE l.org_id = p_org AND l.seq = head.seq), audit_first_hash(p_org))
            THEN greatest(head.seq, 1) END)
    FROM found LEFT JOIN audit_head head ON head.org_id = p_org
$$;

CREATE POLICY lookup ON muster.audit_log FOR INSERT TO muster_lookup WITH CHECK (true);
CREATE POLICY lookup ON muster.audit_head FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
GRANT INSERT ON muster.audit_log TO muster_lookup;
GRANT SELECT, INSERT, UPDATE ON muster.audit_head TO muster_lookup;
GRANT SELECT ON muster.audit_log TO muster_auth;

-- A sign-in that failed. For an account that exists it is noted in its organisation's log; for an unknown address a row of
-- its own is written instead, so that both cost one round trip and one commit (rule A8).
CREATE FUNCTION muster.sign_in_refused(p_user uuid, p_org uuid, p_reason text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF p_org IS NOT NULL THEN
        PERFORM audit_append(p_org, NULL, 'user.sign_in_refused', 'user', p_user, jsonb_build_object('reason', p_reason));
    ELSE
        PERFORM attempt_take('signin-unknown', p_key, 1, 900);
    END IF;
END
$$;

-- Registration as in 0002, with its entries in the log; the lock on the seats comes before that on the invitation.
CREATE OR REPLACE FUNCTION muster.register(
    p_email text, p_first text, p_last text, p_password_hash text, p_organization text, p_slug text,
    p_plan text, p_invite bytea, p_language text
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
    v_role text := 'CLIENT_ADMIN';
    v_seats integer;
    v_invitation uuid;
BEGIN
    IF p_invite IS NOT NULL THEN
        -- Two who join at once must not both take the last seat.
        PERFORM pg_advisory_xact_lock(hashtextextended('seats:' || i.org_id, 0)) FROM invitation i WHERE i.token_hash = p_invite;
        UPDATE invitation SET accepted_at = now()
        WHERE token_hash = p_invite AND accepted_at IS NULL AND expires_at > now() AND email = p_email
        RETURNING org_id, invitation.role, id INTO v_org, v_role, v_invitation;
        IF v_org IS NULL THEN
            RETURN 'bad_invitation';
        END IF;
        SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v_org;
        IF v_seats IS NOT NULL AND (SELECT count(*) FROM app_user WHERE org_id = v_org AND status = 'ACTIVE') >= v_seats THEN
            RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
        END IF;
    ELSE
        INSERT INTO org (name, slug, plan) VALUES (p_organization, p_slug, p_plan)
        ON CONFLICT (slug) DO NOTHING RETURNING org_id INTO v_org;
        IF v_org IS NULL THEN
            INSERT INTO org (name, slug, plan)
            VALUES (p_organization, left(p_slug, 60) || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), p_plan)
            RETURNING org_id INTO v_org;
        END IF;
    END IF;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language)
    VALUES (v_org, p_email, p_first, p_last, v_role, p_language)
    RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_org, v_user, p_password_hash);
    IF p_invite IS NULL THEN
        PERFORM audit_append(v_org, v_user, 'organization.registered', 'organization', v_org, jsonb_build_object('plan', p_plan));
        PERFORM audit_append(v_org, v_user, 'user.registered', 'user', v_user, jsonb_build_object('role', v_role));
    ELSE
        PERFORM audit_append(v_org, v_user, 'user.joined', 'user', v_user, jsonb_build_object('role', v_role, 'invitation', v_invitation));
    END IF;
    RETURN 'ok';
END
$$;

REVOKE ALL ON FUNCTION
    muster.audit_is_append_only(), muster.audit_first_hash(uuid), muster.audit_actor_digest(uuid, bigint, uuid),
    muster.audit_hash(bytea, muster.audit_log), muster.audit_append(uuid, uuid, text, text, uuid, jsonb),
    muster.audit(text, text, uuid, jsonb), muster.audit_verify(uuid), muster.sign_in_refused(uuid, uuid, text, bytea)
    FROM public;
ALTER FUNCTION muster.audit(text, text, uuid, jsonb) OWNER TO muster_lookup;
ALTER FUNCTION muster.sign_in_refused(uuid, uuid, text, bytea) OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION
    muster.audit_first_hash(uuid), muster.audit_actor_digest(uuid, bigint, uuid), muster.audit_hash(bytea, muster.audit_log),
    muster.audit_append(uuid, uuid, text, text, uuid, jsonb)
    TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.audit(text, text, uuid, jsonb) TO muster_auth, muster_exercises, muster_portal;
GRANT EXECUTE ON FUNCTION muster.sign_in_refused(uuid, uuid, text, bytea) TO muster_auth;
