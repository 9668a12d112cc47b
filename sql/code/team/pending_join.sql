-- The person behind a registration that waited for its link joins now, as a member, with a proven address (rule A4). Verdicts: ok,
-- gone; MU001 when there is no seat (the link stays good), 23505 when the address has an account by now.
CREATE OR REPLACE FUNCTION muster.pending_join(p_token bytea) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v pending_registration;
    v_user uuid;
    v_seats integer;
BEGIN
    PERFORM seats_lock_of(p.org_id) FROM pending_registration p WHERE p.token_hash = p_token AND p.expires_at > now();
    DELETE FROM pending_registration p WHERE p.token_hash = p_token AND p.expires_at > now() RETURNING * INTO v;
    IF v.id IS NULL OR EXISTS (SELECT FROM removed_person r WHERE r.org_id = v.org_id AND r.email_digest = email_digest_of(v.org_id, v.email)) THEN
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
    PERFORM joined_notify(v.org_id, v_user);
    PERFORM audit_append(v.org_id, v_user, 'user.joined', 'user', v_user, jsonb_build_object('role', 'MEMBER', 'domain', v.domain_id));
    RETURN 'ok';
END
$$;
