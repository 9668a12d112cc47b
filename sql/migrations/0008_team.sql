-- Invitations, and changes to the people of an organisation (rules A4, A7, A13).
--
-- Whatever takes or frees a seat, and whatever could cost an organisation its last administrator, holds the advisory lock
-- 'seats:<organisation>' of register() until its transaction ends.

-- The platform's role is given by a command on the server, never through a request (rule A4).
CREATE FUNCTION muster.platform_role_guard() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT pg_has_role(current_user, 'muster_owner', 'MEMBER') THEN
        RAISE EXCEPTION 'SUPER_ADMIN is given on the server' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER platform_role_guard BEFORE INSERT OR UPDATE OF role ON muster.app_user
    FOR EACH ROW WHEN (NEW.role = 'SUPER_ADMIN') EXECUTE FUNCTION muster.platform_role_guard();

GRANT UPDATE (role, status), DELETE ON muster.app_user TO muster_auth;
GRANT INSERT, DELETE ON muster.invitation TO muster_auth;
CREATE INDEX invitation_email ON muster.invitation (org_id, email);

CREATE FUNCTION muster.seats_lock(p_org uuid) RETURNS void LANGUAGE sql VOLATILE
AS $$ SELECT pg_advisory_xact_lock(hashtextextended('seats:' || p_org, 0)) $$;

-- Invites every address that has no account in the organisation; one row for each of those. An address that was invited
-- before gets a new invitation in place of the old one. All or nothing: MU001 when the seats do not suffice for all of them,
-- counting people and invitations that are open.
CREATE FUNCTION muster.invite(p_emails text[], p_hashes bytea[], p_role text, p_days integer)
RETURNS TABLE (address text, invitation uuid, expires timestamptz)
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_seats integer;
    v_new text[];
    v_old record;
BEGIN
    PERFORM seats_lock(org());
    SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
    v_new := ARRAY(SELECT e FROM unnest(p_emails) e
                   WHERE NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.email = e));
    IF cardinality(v_new) > 0 AND v_seats < cardinality(v_new)
       + (SELECT count(*) FROM app_user u WHERE u.org_id = org() AND u.status = 'ACTIVE')
       + (SELECT count(*) FROM invitation i WHERE i.org_id = org() AND i.accepted_at IS NULL AND i.expires_at > now()
          AND i.email <> ALL (v_new)) THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    FOR v_old IN DELETE FROM invitation i WHERE i.org_id = org() AND i.accepted_at IS NULL AND i.email = ANY (v_new) RETURNING i.id LOOP
        PERFORM audit('invitation.revoked', 'invitation', v_old.id, '{"replaced":true}');
    END LOOP;
    FOR address, invitation, expires IN
        INSERT INTO invitation AS i (org_id, email, role, token_hash, created_by, expires_at)
        SELECT org(), given.email, p_role, given.hash, person(), now() + make_interval(days => p_days)
        FROM unnest(p_emails, p_hashes) AS given (email, hash) WHERE given.email = ANY (v_new)
        RETURNING i.email, i.id, i.expires_at
    LOOP
        PERFORM audit('invitation.created', 'invitation', invitation, jsonb_build_object('role', p_role));
        RETURN NEXT;
    END LOOP;
END
$$;

-- Whether the organisation would have no active administrator without this person.
CREATE FUNCTION muster.is_last_admin(p_user uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM muster.app_user u
                   WHERE u.org_id = muster.org() AND u.id = p_user AND u.role = 'CLIENT_ADMIN' AND u.status = 'ACTIVE')
       AND NOT EXISTS (SELECT FROM muster.app_user u
                       WHERE u.org_id = muster.org() AND u.id <> p_user AND u.role = 'CLIENT_ADMIN' AND u.status = 'ACTIVE')
$$;

-- Changes role, status or both (NULL: as it is). A deactivated person's sessions and keys end with it and do not come back.
-- Verdicts: ok, not_found, last_admin, self, platform; MU001 when there is no seat to become active again.
CREATE FUNCTION muster.user_change(p_user uuid, p_role text, p_status text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old app_user;
    v_role text;
    v_status text;
    v_seats integer;
BEGIN
    PERFORM seats_lock(org());
    SELECT * INTO v_old FROM app_user u WHERE u.org_id = org() AND u.id = p_user FOR NO KEY UPDATE;
    v_role := coalesce(p_role, v_old.role);
    v_status := coalesce(p_status, v_old.status);
    IF v_old.id IS NULL THEN
        RETURN 'not_found';
    ELSIF is_last_admin(p_user) AND (v_role <> 'CLIENT_ADMIN' OR v_status <> 'ACTIVE') THEN
        RETURN 'last_admin';
    ELSIF p_user = person() THEN
        RETURN 'self';
    ELSIF v_old.role = 'SUPER_ADMIN' THEN
        RETURN 'platform';
    END IF;
    IF v_status = 'ACTIVE' AND v_old.status <> 'ACTIVE' THEN
        SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
        IF (SELECT count(*) FROM app_user u WHERE u.org_id = org() AND u.status = 'ACTIVE') >= v_seats THEN
            RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
        END IF;
    END IF;
    UPDATE app_user u SET role = v_role, status = v_status WHERE u.org_id = org() AND u.id = p_user;
    IF v_role <> v_old.role THEN
        PERFORM audit('user.role_changed', 'user', p_user, jsonb_build_object('from', v_old.role, 'to', v_role));
    END IF;
    IF v_status <> v_old.status THEN
        PERFORM audit(CASE v_status WHEN 'ACTIVE' THEN 'user.reactivated' ELSE 'user.deactivated' END, 'user', p_user, NULL);
        -- Also when active again: a sign-in at the moment of the deactivation may have left a session.
        DELETE FROM user_session s WHERE s.org_id = org() AND s.user_id = p_user;
        DELETE FROM pending_session s WHERE s.org_id = org() AND s.user_id = p_user;
        DELETE FROM api_key k WHERE k.org_id = org() AND k.user_id = p_user;
    END IF;
    RETURN 'ok';
END
$$;

-- Removes a person: sessions, keys and password go with the row, what was made with others stays without the person, and no
-- invitation that is still open leads back in. Verdicts as above.
CREATE FUNCTION muster.user_remove(p_user uuid) RETURNS text
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
    DELETE FROM app_user u WHERE u.org_id = org() AND u.id = p_user;
    PERFORM audit('user.removed', 'user', p_user, jsonb_build_object('role', v_old.role));
    RETURN 'ok';
END
$$;

-- The running person accepts an invitation with the account there is. A person belongs to one organisation, so this is a move,
-- and it is allowed only where nothing of anybody is lost: nobody else is in the organisation that is left, and no exercise
-- was ever generated in it (so no answer, report or certificate exists). That organisation is removed. All sessions and keys
-- end with it; the password stays. A second factor is sealed for the old organisation and must be turned off before.
-- Verdicts: ok, bad_invitation, colleagues, exercises, second_factor, platform; MU001 when there is no seat.
CREATE FUNCTION muster.invitation_accept(p_token bytea, OUT verdict text, OUT organization text) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
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
    DELETE FROM org o WHERE o.org_id = org();
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language)
    VALUES (v_invitation.org_id, v_me.email, v_me.first_name, v_me.last_name, v_invitation.role, v_me.language)
    RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_invitation.org_id, v_user, v_password);
    PERFORM audit_append(v_invitation.org_id, v_user, 'user.joined', 'user', v_user,
                         jsonb_build_object('role', v_invitation.role, 'invitation', v_invitation.id));
    verdict := 'ok';
END
$$;

CREATE POLICY lookup ON muster.org_usage FOR SELECT TO muster_lookup USING (true);
GRANT SELECT ON muster.org_usage TO muster_lookup;
GRANT DELETE ON muster.org TO muster_lookup;

REVOKE ALL ON FUNCTION
    muster.platform_role_guard(), muster.seats_lock(uuid), muster.invite(text[], bytea[], text, integer), muster.is_last_admin(uuid),
    muster.user_change(uuid, text, text), muster.user_remove(uuid), muster.invitation_accept(bytea)
    FROM public;
ALTER FUNCTION muster.invitation_accept(bytea) OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.seats_lock(uuid) TO muster_auth, muster_lookup;
GRANT EXECUTE ON FUNCTION
    muster.invite(text[], bytea[], text, integer), muster.is_last_admin(uuid), muster.user_change(uuid, text, text),
    muster.user_remove(uuid), muster.invitation_accept(bytea)
    TO muster_auth;
