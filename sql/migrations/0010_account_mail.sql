-- What needs mail: proven addresses, forgotten passwords, invitations by mail, and domains whose people may join by themselves.
--
-- Every link in a mail carries a token of 256 random bits that is stored as SHA-256 only and expires (rule A6). link_enter() turns
-- one into the tenant and the person that it belongs to, as principal_enter() does with a session, and the statements behind it in
-- the same pipeline use it up. Who only asks for a mail learns nothing from the answer (rule A8).

-- NULL: nobody has proven yet that mail to the address arrives.
ALTER TABLE muster.app_user ADD email_verified_at timestamptz;
GRANT UPDATE (email_verified_at) ON muster.app_user TO muster_auth;

-- The mail that carries the invitation; NULL: the link was shown to whoever invited, so having it proves nothing.
ALTER TABLE muster.invitation ADD mail_id uuid;

-- One link of each kind and person: a new one replaces the old one.
CREATE TABLE muster.account_token (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, user_id, purpose),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
SELECT muster.make_tenant_table('muster.account_token');

-- A domain of the organisation. It counts when a mailbox that its owner alone has (RFC 2142) has answered, for one organisation only.
CREATE TABLE muster.org_domain (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    domain text NOT NULL CHECK (domain = lower(domain) AND length(domain) BETWEEN 4 AND 253),
    mailbox text NOT NULL CHECK (mailbox IN ('postmaster', 'hostmaster', 'webmaster', 'admin', 'administrator')),
    token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    verified_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, domain),
    FOREIGN KEY (org_id, created_by) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (created_by),
    CHECK ((verified_at IS NULL) = (token_hash IS NOT NULL))
);
CREATE UNIQUE INDEX org_domain_verified ON muster.org_domain (domain) WHERE verified_at IS NOT NULL;
SELECT muster.make_tenant_table('muster.org_domain');

-- Who registered with an address of a verified domain and has not proven it. Several of one address stand side by side: each opens
-- with its own link and the password that was given with it, so nobody can take over or spoil what somebody else began (rule A4).
CREATE TABLE muster.pending_registration (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    domain_id uuid NOT NULL,
    email text NOT NULL CHECK (email = lower(email)),
    first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 80),
    last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 80),
    password_hash text NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, domain_id) REFERENCES muster.org_domain (org_id, id) ON DELETE CASCADE
);
CREATE INDEX pending_registration_domain ON muster.pending_registration (org_id, domain_id);
SELECT muster.make_tenant_table('muster.pending_registration');

-- Who was removed does not come back through the domain, only by a new invitation. No address: a digest, different in every
-- organisation.
CREATE TABLE muster.removed_person (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    email_digest bytea NOT NULL CHECK (length(email_digest) = 32),
    removed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, email_digest)
);
SELECT muster.make_tenant_table('muster.removed_person');

CREATE FUNCTION muster.email_digest(p_org uuid, p_email text) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to(p_org::text || ' ' || p_email, 'UTF8')) $$;

CREATE POLICY lookup ON muster.account_token FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.org_domain FOR SELECT TO muster_lookup USING (true);
CREATE POLICY lookup ON muster.pending_registration FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.removed_person FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON muster.account_token TO muster_lookup;
GRANT UPDATE (token_hash, created_at, expires_at) ON muster.account_token TO muster_lookup, muster_auth;
GRANT SELECT ON muster.org_domain TO muster_lookup;
GRANT SELECT, DELETE ON muster.pending_registration, muster.removed_person TO muster_lookup;
GRANT DELETE ON muster.invitation TO muster_lookup;

GRANT SELECT, INSERT, DELETE ON muster.account_token, muster.org_domain, muster.pending_registration TO muster_auth;
GRANT UPDATE (mailbox, token_hash, created_by, created_at, expires_at, verified_at) ON muster.org_domain TO muster_auth;
GRANT SELECT, INSERT ON muster.removed_person TO muster_auth;
-- What became of the mail of an invitation.
GRANT SELECT (org_id, id, state) ON muster.mail TO muster_auth;

-- ---- entering with a link, or by asking for one ----

-- Enters the tenant (and, where the link is of one, the person) for this transaction; nothing is entered, and what was entered
-- before is left, when the link is not good. Kinds: verify_email, reset_password, invitation, registration, domain.
CREATE FUNCTION muster.link_enter(p_kind text, p_token bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
BEGIN
    IF p_kind = 'invitation' THEN
        SELECT i.org_id INTO v_org FROM invitation i WHERE i.token_hash = p_token AND i.accepted_at IS NULL AND i.expires_at > now();
    ELSIF p_kind = 'registration' THEN
        SELECT p.org_id INTO v_org FROM pending_registration p WHERE p.token_hash = p_token AND p.expires_at > now();
    ELSIF p_kind = 'domain' THEN
        SELECT d.org_id INTO v_org FROM org_domain d WHERE d.token_hash = p_token AND d.expires_at > now();
    ELSE
        SELECT t.org_id, t.user_id INTO v_org, v_user
        FROM account_token t JOIN app_user u ON u.org_id = t.org_id AND u.id = t.user_id
        WHERE t.token_hash = p_token AND t.purpose = p_kind AND t.expires_at > now() AND u.status = 'ACTIVE';
    END IF;
    PERFORM set_config('app.org_id', coalesce(v_org::text, ''), true), set_config('app.user_id', coalesce(v_user::text, ''), true);
    RETURN v_org IS NOT NULL;
END
$$;

-- Enters the organisation (as nobody) that has verified the domain of this address, when the address may join it: no account has
-- it, and nobody with it was removed from there.
CREATE FUNCTION muster.domain_enter(p_email text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
BEGIN
    SELECT d.org_id INTO v_org FROM org_domain d
    WHERE d.domain = split_part(p_email, '@', 2) AND d.verified_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM app_user u WHERE u.email = p_email)
      AND NOT EXISTS (SELECT FROM removed_person r WHERE r.org_id = d.org_id AND r.email_digest = email_digest(d.org_id, p_email));
    PERFORM set_config('app.org_id', coalesce(v_org::text, ''), true), set_config('app.user_id', '', true);
END
$$;

-- What somebody who is not known costs: a row of its own, and a commit that waits for the disk as that of a known account does
-- (rule A8). attempt_take() alone would not wait.
CREATE FUNCTION muster.unknown_noted(p_kind text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM attempt_take(p_kind, p_key, 1, 900);
    PERFORM set_config('synchronous_commit', 'on', true);
END
$$;

-- Somebody forgot a password, or says so: queues the mail with the link when an active account has the address. The work that does not
-- depend on it is the same (rule A8).
CREATE FUNCTION muster.forgot(p_email text, p_token bytea, p_sealed text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
BEGIN
    PERFORM unknown_noted('forgot-asked', p_key);
    SELECT * INTO v_me FROM app_user u WHERE u.email = p_email AND u.status = 'ACTIVE';
    IF v_me.id IS NOT NULL THEN
        INSERT INTO account_token (org_id, user_id, purpose, token_hash, expires_at)
        VALUES (v_me.org_id, v_me.id, 'reset_password', p_token, now() + interval '1 hour')
        ON CONFLICT (org_id, user_id, purpose)
        DO UPDATE SET token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at;
        PERFORM mail_queue(v_me.org_id, v_me.id, p_email, 'reset_password', NULL, p_sealed);
        PERFORM audit_append(v_me.org_id, NULL, 'user.reset_requested', 'user', v_me.id, NULL);
    END IF;
END
$$;

-- As in 0005; both ways wait for the disk now.
CREATE OR REPLACE FUNCTION muster.sign_in_refused(p_user uuid, p_org uuid, p_reason text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF p_org IS NOT NULL THEN
        PERFORM audit_append(p_org, NULL, 'user.sign_in_refused', 'user', p_user, jsonb_build_object('reason', p_reason));
    ELSE
        PERFORM unknown_noted('signin-unknown', p_key);
    END IF;
END
$$;

-- ---- invitations ----

-- Takes up to p_wanted of what is left of p_limit (0: no limit) in a window; returns how many were given. Unlike attempt_take() it
-- belongs to the act's transaction: what is undone is given back.
CREATE FUNCTION muster.attempt_take_some(p_kind text, p_key bytea, p_wanted integer, p_limit integer, p_seconds integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_given integer;
BEGIN
    IF p_limit = 0 OR p_wanted = 0 THEN
        RETURN p_wanted;
    END IF;
    INSERT INTO attempt AS a (kind, key, window_ends_at, count) VALUES (p_kind, p_key, now() + make_interval(secs => p_seconds), 0)
    ON CONFLICT (kind, key) DO UPDATE SET
        count = CASE WHEN a.window_ends_at <= now() THEN 0 ELSE a.count END,
        window_ends_at = CASE WHEN a.window_ends_at <= now() THEN excluded.window_ends_at ELSE a.window_ends_at END
    RETURNING least(p_wanted, greatest(0, p_limit - a.count)) INTO v_given;
    UPDATE attempt a SET count = a.count + v_given WHERE a.kind = p_kind AND a.key = p_key;
    RETURN v_given;
END
$$;

-- Tells the administrators of an organisation (twenty at most) of somebody who joined.
CREATE FUNCTION muster.joined_notify(p_org uuid, p_user uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM mail_queue_about(p_org, a.id, 'member_joined', p_user, NULL)
    FROM (SELECT u.id FROM app_user u
          WHERE u.org_id = p_org AND u.id <> p_user AND u.role = 'CLIENT_ADMIN' AND u.status = 'ACTIVE'
          ORDER BY u.created_at, u.id LIMIT 20) a;
END
$$;

-- As in 0008, and with p_sealed (one for each address) each invitation is a mail: at most p_daily a day and organisation (0: no
-- limit). Who finds no place there is not invited, and the row says so: failed is 'daily_limit'.
DROP FUNCTION muster.invite(text[], bytea[], text, integer);
CREATE FUNCTION muster.invite(
    p_emails text[], p_hashes bytea[], p_role text, p_days integer, p_sealed text[] DEFAULT NULL, p_daily integer DEFAULT 0)
RETURNS TABLE (address text, invitation uuid, expires timestamptz, failed text)
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_seats integer;
    v_language text;
    v_new text[];
    v_given integer;
    v_old record;
    v_one record;
    v_mail uuid;
BEGIN
    PERFORM seats_lock(org());
    SELECT p.seats, o.language INTO v_seats, v_language FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
    v_new := ARRAY(SELECT e FROM unnest(p_emails) WITH ORDINALITY AS given (e, n)
                   WHERE NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.email = e) ORDER BY n);
    IF p_sealed IS NOT NULL THEN
        v_given := attempt_take_some('invite-mails', sha256(convert_to(org()::text, 'UTF8')), cardinality(v_new), p_daily, 86400);
        failed := 'daily_limit';
        FOREACH address IN ARRAY v_new[v_given + 1:] LOOP
            RETURN NEXT;
        END LOOP;
        failed := NULL;
        v_new := v_new[:v_given];
    END IF;
    IF cardinality(v_new) > 0 AND v_seats < cardinality(v_new)
       + (SELECT count(*) FROM app_user u WHERE u.org_id = org() AND u.status = 'ACTIVE')
       + (SELECT count(*) FROM invitation i WHERE i.org_id = org() AND i.accepted_at IS NULL AND i.expires_at > now()
          AND i.email <> ALL (v_new)) THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    FOR v_old IN DELETE FROM invitation i WHERE i.org_id = org() AND i.accepted_at IS NULL AND i.email = ANY (v_new) RETURNING i.id LOOP
        PERFORM audit('invitation.revoked', 'invitation', v_old.id, '{"replaced":true}');
    END LOOP;
    FOR v_one IN SELECT g.email, g.hash, g.sealed FROM unnest(p_emails, p_hashes, p_sealed) AS g (email, hash, sealed)
                 WHERE g.email = ANY (v_new) LOOP
        v_mail := CASE WHEN p_sealed IS NOT NULL THEN mail_queue(org(), NULL, v_one.email, 'invitation', v_language, v_one.sealed) END;
        INSERT INTO invitation AS i (org_id, email, role, token_hash, created_by, expires_at, mail_id)
        VALUES (org(), v_one.email, p_role, v_one.hash, person(), now() + make_interval(days => p_days), v_mail)
        RETURNING i.email, i.id, i.expires_at INTO address, invitation, expires;
        PERFORM audit('invitation.created', 'invitation', invitation, jsonb_build_object('role', p_role));
        RETURN NEXT;
    END LOOP;
END
$$;

-- ---- joining ----

-- As in 0005. An invitation that came by mail proves the address; otherwise p_verify is the link of the mail that will, with its
-- sealed parameters.
DROP FUNCTION muster.register(text, text, text, text, text, text, text, bytea, text);
CREATE FUNCTION muster.register(
    p_email text, p_first text, p_last text, p_password_hash text, p_organization text, p_slug text, p_plan text, p_invite bytea,
    p_language text, p_verify bytea DEFAULT NULL, p_sealed text DEFAULT NULL
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
    v_role text := 'CLIENT_ADMIN';
    v_seats integer;
    v_invitation uuid;
    v_mail uuid;
BEGIN
    IF p_invite IS NOT NULL THEN
        -- Two who join at once must not both take the last seat.
        PERFORM seats_lock(i.org_id) FROM invitation i WHERE i.token_hash = p_invite;
        UPDATE invitation SET accepted_at = now()
        WHERE token_hash = p_invite AND accepted_at IS NULL AND expires_at > now() AND email = p_email
        RETURNING org_id, invitation.role, id, mail_id INTO v_org, v_role, v_invitation, v_mail;
        IF v_org IS NULL THEN
            RETURN 'bad_invitation';
        END IF;
        SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v_org;
        IF v_seats IS NOT NULL AND (SELECT count(*) FROM app_user WHERE org_id = v_org AND status = 'ACTIVE') >= v_seats THEN
            RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
        END IF;
        DELETE FROM removed_person r WHERE r.org_id = v_org AND r.email_digest = email_digest(v_org, p_email);
        DELETE FROM pending_registration p WHERE p.org_id = v_org AND p.email = p_email;
    ELSE
        INSERT INTO org (name, slug, plan) VALUES (p_organization, p_slug, p_plan)
        ON CONFLICT (slug) DO NOTHING RETURNING org_id INTO v_org;
        IF v_org IS NULL THEN
            INSERT INTO org (name, slug, plan)
            VALUES (p_organization, left(p_slug, 60) || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), p_plan)
            RETURNING org_id INTO v_org;
        END IF;
    END IF;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language, email_verified_at)
    VALUES (v_org, p_email, p_first, p_last, v_role, p_language, CASE WHEN v_mail IS NOT NULL THEN now() END)
    RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_org, v_user, p_password_hash);
    IF v_mail IS NULL AND p_verify IS NOT NULL THEN
        INSERT INTO account_token (org_id, user_id, purpose, token_hash, expires_at)
        VALUES (v_org, v_user, 'verify_email', p_verify, now() + interval '7 days');
        PERFORM mail_queue(v_org, v_user, p_email, 'verify_email', o.language, p_sealed) FROM org o WHERE o.org_id = v_org;
    END IF;
    IF p_invite IS NULL THEN
        PERFORM audit_append(v_org, v_user, 'organization.registered', 'organization', v_org, jsonb_build_object('plan', p_plan));
        PERFORM audit_append(v_org, v_user, 'user.registered', 'user', v_user, jsonb_build_object('role', v_role));
    ELSE
        PERFORM audit_append(v_org, v_user, 'user.joined', 'user', v_user, jsonb_build_object('role', v_role, 'invitation', v_invitation));
        PERFORM joined_notify(v_org, v_user);
    END IF;
    RETURN 'ok';
END
$$;

-- The person behind a registration that waited for its link joins now, as a member, with a proven address (rule A4). Verdicts: ok,
-- gone; MU001 when there is no seat (the link stays good), 23505 when the address has an account by now.
CREATE FUNCTION muster.pending_join(p_token bytea) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v pending_registration;
    v_user uuid;
    v_seats integer;
BEGIN
    PERFORM seats_lock(p.org_id) FROM pending_registration p WHERE p.token_hash = p_token;
    DELETE FROM pending_registration p WHERE p.token_hash = p_token AND p.expires_at > now() RETURNING * INTO v;
    IF v.id IS NULL OR EXISTS (SELECT FROM removed_person r WHERE r.org_id = v.org_id AND r.email_digest = email_digest(v.org_id, v.email)) THEN
        RETURN 'gone';
    END IF;
    SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v.org_id;
    IF (SELECT count(*) FROM app_user u WHERE u.org_id = v.org_id AND u.status = 'ACTIVE') >= v_seats THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, email_verified_at)
    VALUES (v.org_id, v.email, v.first_name, v.last_name, 'MEMBER', now()) RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v.org_id, v_user, v.password_hash);
    DELETE FROM pending_registration p WHERE p.org_id = v.org_id AND p.email = v.email;
    DELETE FROM invitation i WHERE i.org_id = v.org_id AND i.email = v.email AND i.accepted_at IS NULL;
    PERFORM audit_append(v.org_id, v_user, 'user.joined', 'user', v_user, jsonb_build_object('role', 'MEMBER', 'domain', v.domain_id));
    PERFORM joined_notify(v.org_id, v_user);
    RETURN 'ok';
END
$$;

-- As in 0008; what is known of the address comes along.
CREATE OR REPLACE FUNCTION muster.invitation_accept(p_token bytea, OUT verdict text, OUT organization text) RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
    v_invitation invitation;
    v_user uuid;
    v_seats integer;
    v_password text;
BEGIN
    PERFORM seats_lock(o) FROM (SELECT org() AS o UNION SELECT i.org_id FROM invitation i WHERE i.token_hash = p_token ORDER BY 1) in_order;
    SELECT * INTO v_me FROM app_user u WHERE u.org_id = org() AND u.id = person();
    SELECT c.password_hash INTO v_password FROM credential c WHERE c.org_id = org() AND c.user_id = person();
    SELECT * INTO v_invitation FROM invitation i
    WHERE i.token_hash = p_token AND i.email = v_me.email AND i.org_id <> org() AND i.accepted_at IS NULL AND i.expires_at > now()
    FOR UPDATE;
    IF v_invitation.id IS NULL THEN
        verdict := 'bad_invitation';
    ELSIF v_me.role = 'SUPER_ADMIN' THEN
        verdict := 'platform';
    ELSIF EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id <> person()) THEN
        verdict := 'colleagues';
    ELSIF EXISTS (SELECT FROM org_usage g WHERE g.org_id = org()) THEN
        verdict := 'exercises';
    ELSIF EXISTS (SELECT FROM second_factor f WHERE f.org_id = org() AND f.user_id = person() AND f.confirmed_at IS NOT NULL) THEN
        verdict := 'second_factor';
    END IF;
    IF verdict IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT o.name, p.seats INTO organization, v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v_invitation.org_id;
    IF (SELECT count(*) FROM app_user u WHERE u.org_id = v_invitation.org_id AND u.status = 'ACTIVE') >= v_seats THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    UPDATE invitation i SET accepted_at = now() WHERE i.org_id = v_invitation.org_id AND i.id = v_invitation.id;
    DELETE FROM removed_person r WHERE r.org_id = v_invitation.org_id AND r.email_digest = email_digest(v_invitation.org_id, v_me.email);
    DELETE FROM org o WHERE o.org_id = org();
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language, email_verified_at)
    VALUES (v_invitation.org_id, v_me.email, v_me.first_name, v_me.last_name, v_invitation.role, v_me.language,
            coalesce(v_me.email_verified_at, CASE WHEN v_invitation.mail_id IS NOT NULL THEN now() END))
    RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_invitation.org_id, v_user, v_password);
    PERFORM audit_append(v_invitation.org_id, v_user, 'user.joined', 'user', v_user,
                         jsonb_build_object('role', v_invitation.role, 'invitation', v_invitation.id));
    PERFORM joined_notify(v_invitation.org_id, v_user);
    verdict := 'ok';
END
$$;

-- As in 0008, and the way through a verified domain is closed too.
CREATE OR REPLACE FUNCTION muster.user_remove(p_user uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old app_user;
BEGIN
    PERFORM seats_lock(org());
    SELECT * INTO v_old FROM app_user u WHERE u.org_id = org() AND u.id = p_user FOR UPDATE;
    IF v_old.id IS NULL THEN
        RETURN 'not_found';
    ELSIF is_last_admin(p_user) THEN
        RETURN 'last_admin';
    ELSIF p_user = person() THEN
        RETURN 'self';
    ELSIF v_old.role = 'SUPER_ADMIN' THEN
        RETURN 'platform';
    END IF;
    DELETE FROM invitation i WHERE i.org_id = org() AND i.email = v_old.email AND i.accepted_at IS NULL;
    DELETE FROM pending_registration p WHERE p.org_id = org() AND p.email = v_old.email;
    DELETE FROM app_user u WHERE u.org_id = org() AND u.id = p_user;
    INSERT INTO removed_person (org_id, email_digest) VALUES (org(), email_digest(org(), v_old.email)) ON CONFLICT DO NOTHING;
    PERFORM audit('user.removed', 'user', p_user, jsonb_build_object('role', v_old.role));
    RETURN 'ok';
END
$$;

REVOKE ALL ON FUNCTION
    muster.email_digest(uuid, text), muster.link_enter(text, bytea), muster.forgot(text, bytea, text, bytea), muster.domain_enter(text),
    muster.unknown_noted(text, bytea), muster.attempt_take_some(text, bytea, integer, integer, integer), muster.joined_notify(uuid, uuid),
    muster.invite(text[], bytea[], text, integer, text[], integer),
    muster.register(text, text, text, text, text, text, text, bytea, text, bytea, text), muster.pending_join(bytea)
    FROM public;
ALTER FUNCTION muster.link_enter(text, bytea) OWNER TO muster_lookup;
ALTER FUNCTION muster.forgot(text, bytea, text, bytea) OWNER TO muster_lookup;
ALTER FUNCTION muster.domain_enter(text) OWNER TO muster_lookup;
ALTER FUNCTION muster.unknown_noted(text, bytea) OWNER TO muster_lookup;
ALTER FUNCTION muster.attempt_take_some(text, bytea, integer, integer, integer) OWNER TO muster_lookup;
ALTER FUNCTION muster.register(text, text, text, text, text, text, text, bytea, text, bytea, text) OWNER TO muster_lookup;
ALTER FUNCTION muster.pending_join(bytea) OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.email_digest(uuid, text) TO muster_auth, muster_lookup;
GRANT EXECUTE ON FUNCTION muster.joined_notify(uuid, uuid) TO muster_lookup;
GRANT EXECUTE ON FUNCTION
    muster.link_enter(text, bytea), muster.forgot(text, bytea, text, bytea), muster.domain_enter(text), muster.unknown_noted(text, bytea),
    muster.attempt_take_some(text, bytea, integer, integer, integer), muster.invite(text[], bytea[], text, integer, text[], integer),
    muster.register(text, text, text, text, text, text, text, bytea, text, bytea, text), muster.pending_join(bytea)
    TO muster_auth;
