-- The person behind a registration that waited for its link is one now, with a proven address (rule A4): the administrator of the
-- organisation that waited with it, what the invitation says, or a member by the domain. p_displaces: where mail leaves the server, what
-- was made with the address without a proof is in nobody's way. Verdicts: ok, gone; MU001 when there is no seat (the link stays good),
-- 23505 when the address has an account by now.
CREATE OR REPLACE FUNCTION muster.pending_join(p_token bytea, p_displaces boolean DEFAULT false, p_spellings text[] DEFAULT '{}') RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v pending_registration;
    v_user uuid;
    v_seats integer;
    v_founds boolean;
    v_role text := 'MEMBER';
BEGIN
    PERFORM seats_lock_of(p.org_id) FROM pending_registration p WHERE p.token_hash = p_token AND p.expires_at > now();
    SELECT * INTO v FROM pending_registration p WHERE p.token_hash = p_token AND p.expires_at > now();
    IF v.id IS NULL
       OR (v.invitation_id IS NULL AND EXISTS (
           SELECT FROM removed_person r WHERE r.org_id = v.org_id AND r.email_digest = email_digest_of(v.org_id, v.email)))
       OR (v.invitation_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM invitation i WHERE i.org_id = v.org_id AND i.id = v.invitation_id AND i.accepted_at IS NULL AND i.expires_at > now())) THEN
        RETURN 'gone';
    END IF;
    IF p_displaces THEN
        PERFORM unproven_displace(v.email || p_spellings);
    END IF;
    SELECT p.seats, o.pending INTO v_seats, v_founds FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v.org_id;
    IF (SELECT count(*) FROM app_user u WHERE u.org_id = v.org_id AND u.status = 'ACTIVE') >= v_seats THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    ELSIF EXISTS (SELECT FROM app_user u WHERE u.email = ANY (p_spellings)) THEN
        RAISE EXCEPTION 'this address has an account' USING ERRCODE = 'unique_violation';
    END IF;
    IF v_founds THEN
        v_role := 'CLIENT_ADMIN';
        UPDATE org o SET pending = false WHERE o.org_id = v.org_id;
    ELSIF v.invitation_id IS NOT NULL THEN
        UPDATE invitation i SET accepted_at = now() WHERE i.org_id = v.org_id AND i.id = v.invitation_id AND i.accepted_at IS NULL
        AND i.expires_at > now() RETURNING i.role INTO v_role;
        DELETE FROM removed_person r WHERE r.org_id = v.org_id AND r.email_digest = email_digest_of(v.org_id, v.email);
    END IF;
    DELETE FROM pending_registration p WHERE p.token_hash = p_token;
    IF NOT FOUND OR v_role IS NULL THEN -- taken back in this very moment: nothing of the above happens either
        RAISE EXCEPTION 'the registration is gone' USING ERRCODE = 'serialization_failure';
    END IF;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, email_verified_at)
    VALUES (v.org_id, v.email, v.first_name, v.last_name, v_role, now()) RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v.org_id, v_user, v.password_hash);
    DELETE FROM pending_registration p WHERE p.email = v.email AND (p.org_id = v.org_id OR p.domain_id IS NULL);
    DELETE FROM invitation i WHERE i.org_id = v.org_id AND i.email = v.email AND i.accepted_at IS NULL;
    IF v_founds THEN
        PERFORM audit_append(v.org_id, v_user, 'organization.registered', 'organization', v.org_id, jsonb_build_object('plan', o.plan))
        FROM org o WHERE o.org_id = v.org_id;
        PERFORM audit_append(v.org_id, v_user, 'user.registered', 'user', v_user, jsonb_build_object('role', v_role));
    ELSE
        PERFORM joined_notify(v.org_id, v_user);
        PERFORM audit_append(v.org_id, v_user, 'user.joined', 'user', v_user, jsonb_strip_nulls(
            jsonb_build_object('role', v_role, 'domain', v.domain_id, 'invitation', v.invitation_id)));
    END IF;
    RETURN 'ok';
END
$$;
