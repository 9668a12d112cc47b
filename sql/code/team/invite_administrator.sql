-- An invitation of an administrator, in place of one that the address had; with p_sealed it goes out by mail. Verdicts: ok,
-- already_member; MU001 without a seat.
CREATE OR REPLACE FUNCTION muster.invite_administrator(p_org uuid, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                                OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_seats integer;
    v_mail uuid;
BEGIN
    FOR v_locked IN 0..1 LOOP -- whoever is a member waits for nobody
        IF EXISTS (SELECT FROM app_user u WHERE u.org_id = p_org AND u.email = p_email) THEN
            verdict := 'already_member';
            RETURN;
        ELSIF v_locked = 0 THEN
            PERFORM seats_lock_of(p_org);
        END IF;
    END LOOP;
    DELETE FROM invitation i WHERE i.org_id = p_org AND i.email = p_email AND i.accepted_at IS NULL;
    SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = p_org;
    IF v_seats <= (SELECT count(*) FROM app_user u WHERE u.org_id = p_org AND u.status = 'ACTIVE')
                + (SELECT count(*) FROM invitation i WHERE i.org_id = p_org AND i.accepted_at IS NULL AND i.expires_at > now()) THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    IF p_sealed IS NOT NULL THEN
        SELECT mail_queue_in(p_org, NULL, p_email, 'invitation', o.language, p_sealed) INTO v_mail FROM org o WHERE o.org_id = p_org;
    END IF;
    INSERT INTO invitation (org_id, email, role, token_hash, expires_at, mail_id)
    VALUES (p_org, p_email, 'CLIENT_ADMIN', p_hash, now() + make_interval(days => p_days), v_mail)
    RETURNING id, expires_at INTO invitation, expires;
    verdict := 'ok';
END
$$;
