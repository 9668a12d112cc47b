-- Invites every address that has no account in the organisation; one row for each of those. An address that was invited before gets a
-- new invitation in place of the old one. All or nothing: MU001 when the seats do not suffice for all of them, counting people and
-- invitations that are open. With p_sealed (one for each address) each invitation is a mail: at most p_daily a day and organisation (0:
-- no limit), p_each a day to one mailbox (mailbox_of()), whichever organisations write to it, and
-- p_first in all before anybody has joined. Who finds no place there is not invited, and the row says so: failed is 'daily_limit',
-- 'recipient_limit' or 'new_organization_limit'; 'unwanted' when the address wants no such mail. With p_open no more than so many
-- invitations are open at once, with mails or without; counted under the lock of the seats. Otherwise nobody is invited: 'open_limit'.
CREATE OR REPLACE FUNCTION muster.invite(
    p_emails text[], p_hashes bytea[], p_role text, p_days integer, p_sealed text[] DEFAULT NULL, p_daily integer DEFAULT 0,
    p_each integer DEFAULT 0, p_open integer DEFAULT 0, p_first integer DEFAULT 0)
RETURNS TABLE (address text, invitation uuid, expires timestamptz, failed text)
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_seats integer;
    v_language text;
    v_new text[];
    v_open bigint;
    v_gone uuid[];
    v_made uuid[] := '{}';
    v_one record;
    v_mail uuid;
BEGIN
    FOR v_locked IN 0..1 LOOP -- for nobody new there is nothing to wait for
        v_new := ARRAY(SELECT e FROM unnest(p_emails) WITH ORDINALITY AS given (e, n)
                       WHERE NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.email = e) ORDER BY n);
        IF cardinality(v_new) = 0 THEN
            RETURN;
        ELSIF v_locked = 0 THEN
            PERFORM seats_lock();
        END IF;
    END LOOP;
    SELECT p.seats, o.language INTO v_seats, v_language FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
    SELECT count(*) INTO v_open FROM invitation i
    WHERE i.org_id = org() AND i.accepted_at IS NULL AND i.expires_at > now() AND i.email <> ALL (v_new);
    IF p_open > 0 AND v_open + cardinality(v_new) > p_open THEN
        failed := 'open_limit';
        RETURN NEXT;
        RETURN;
    END IF;
    IF p_sealed IS NOT NULL THEN
        FOR address, failed IN SELECT p.address, p.failed FROM invite_places(v_new, p_daily, p_each, p_first) p LOOP
            v_new := array_remove(v_new, address);
            RETURN NEXT;
        END LOOP;
        failed := NULL;
    END IF;
    IF cardinality(v_new) > 0 AND v_seats < cardinality(v_new)
       + (SELECT count(*) FROM app_user u WHERE u.org_id = org() AND u.status = 'ACTIVE')
       + (SELECT count(*) FROM invitation i WHERE i.org_id = org() AND i.accepted_at IS NULL AND i.expires_at > now()
          AND i.email <> ALL (v_new)) THEN
        RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
    END IF;
    WITH gone AS (DELETE FROM invitation i WHERE i.org_id = org() AND i.accepted_at IS NULL AND i.email = ANY (v_new) RETURNING i.id)
    SELECT array_agg(g.id) INTO v_gone FROM gone g;
    FOR v_one IN SELECT g.email, g.hash, g.sealed FROM unnest(p_emails, p_hashes, p_sealed) AS g (email, hash, sealed)
                 WHERE g.email = ANY (v_new) LOOP
        v_mail := CASE WHEN p_sealed IS NOT NULL THEN mail_queue(NULL, v_one.email, 'invitation', v_language, v_one.sealed) END;
        INSERT INTO invitation AS i (org_id, email, role, token_hash, created_by, expires_at, mail_id)
        VALUES (org(), v_one.email, p_role, v_one.hash, person(), now() + make_interval(days => p_days), v_mail)
        RETURNING i.email, i.id, i.expires_at INTO address, invitation, expires;
        v_made := v_made || invitation;
        RETURN NEXT;
    END LOOP;
    PERFORM audit('invitation.revoked', 'invitation', i, '{"replaced":true}') FROM unnest(v_gone) i;
    PERFORM audit('invitation.created', 'invitation', i, jsonb_build_object('role', p_role)) FROM unnest(v_made) i;
END
$$;
