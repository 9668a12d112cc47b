-- The running person accepts an invitation with the account there is. A person belongs to one organisation, so this is a move, and it is
-- allowed only where nothing of anybody is lost: nobody else is in the organisation that is left, and no exercise was ever generated in
-- it (so no answer, report or certificate exists). That organisation is removed. What somebody else had made with the address before its
-- owner proved it is in nobody's way: people and exercises from before that stay where they are, and what the person did since then is
-- not there to be lost. All sessions and keys end with it; the password stays,
-- and what is known of the address comes along. A second factor is sealed for the old organisation and must be turned off before.
-- Verdicts: ok, bad_invitation, colleagues, exercises, second_factor, platform; MU001 when there is no seat.
CREATE OR REPLACE FUNCTION muster.invitation_accept(p_token bytea, OUT verdict text, OUT organization text) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
    v_invitation invitation;
    v_user uuid;
    v_seats integer;
    v_password text;
BEGIN
    FOR v_locked IN 0..1 LOOP -- who is refused waits for nobody
        SELECT * INTO v_me FROM app_user u WHERE u.org_id = org() AND u.id = person();
        SELECT * INTO v_invitation FROM invitation i
        WHERE i.token_hash = p_token AND i.email = v_me.email AND i.org_id <> org() AND i.accepted_at IS NULL AND i.expires_at > now();
        IF v_invitation.id IS NULL THEN
            verdict := 'bad_invitation';
        ELSIF v_me.role = 'SUPER_ADMIN' THEN
            verdict := 'platform';
        ELSIF v_me.taken_over_at IS NULL AND EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id <> person()) THEN
            verdict := 'colleagues';
        ELSIF EXISTS (SELECT FROM org_usage g WHERE g.org_id = org()) AND (v_me.taken_over_at IS NULL OR EXISTS (
            SELECT FROM exercise e WHERE e.org_id = org() AND e.created_by = person() AND e.created_at > v_me.taken_over_at)) THEN
            verdict := 'exercises';
        ELSIF EXISTS (SELECT FROM second_factor f WHERE f.org_id = org() AND f.user_id = person() AND f.confirmed_at IS NOT NULL) THEN
            verdict := 'second_factor';
        END IF;
        IF verdict IS NOT NULL THEN
            RETURN;
        ELSIF v_locked = 0 THEN
            PERFORM seats_lock_of(o) FROM (SELECT unnest(ARRAY[org(), v_invitation.org_id]) AS o ORDER BY 1) in_order;
        END IF;
    END LOOP;
    SELECT c.password_hash INTO v_password FROM credential c WHERE c.org_id = org() AND c.user_id = person();
    SELECT o.name, p.seats INTO organization, v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v_invitation.org_id;
    IF (SELECT count(*) FROM app_user u WHERE u.org_id = v_invitation.org_id AND u.status = 'ACTIVE') >= v_seats THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    UPDATE invitation i SET accepted_at = now() WHERE i.org_id = v_invitation.org_id AND i.id = v_invitation.id;
    DELETE FROM removed_person r WHERE r.org_id = v_invitation.org_id AND r.email_digest = email_digest_of(v_invitation.org_id, v_me.email);
    IF v_me.taken_over_at IS NOT NULL THEN
        PERFORM unproven_detach(org(), person());
    ELSE
        DELETE FROM org o WHERE o.org_id = org();
        INSERT INTO erasure_receipt (kind) VALUES ('organization'); -- an anchor may know it (audit_anchor_check())
    END IF;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language, email_verified_at)
    VALUES (v_invitation.org_id, v_me.email, v_me.first_name, v_me.last_name, v_invitation.role, v_me.language,
            coalesce(v_me.email_verified_at, CASE WHEN v_invitation.mail_id IS NOT NULL THEN now() END))
    RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_invitation.org_id, v_user, v_password);
    PERFORM joined_notify(v_invitation.org_id, v_user);
    PERFORM audit_append(v_invitation.org_id, v_user, 'user.joined', 'user', v_user,
                         jsonb_build_object('role', v_invitation.role, 'invitation', v_invitation.id));
    verdict := 'ok';
END
$$;
