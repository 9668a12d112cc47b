-- Invites every address that has no account in the organisation; one row for each of those. An address that was invited before gets a
-- new invitation in place of the old one. All or nothing: MU001 when the seats do not suffice for all of them, counting people and
-- invitations that are open. With p_sealed (one for each address) each invitation is a mail: at most p_daily a day and organisation (0:
-- no limit). Who finds no place there is not invited, and the row says so: failed is 'daily_limit'.
CREATE OR REPLACE FUNCTION muster.invite(
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
