-- Takes the places of invitations that go by mail, of the organisation and of each mailbox: a row for each address that finds none, with the
-- reason. invite() has the words. What is undone gives its places back.
CREATE OR REPLACE FUNCTION muster.invite_places(p_emails text[], p_daily integer, p_each integer, p_first integer)
RETURNS TABLE (address text, failed text) LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_new text[] := p_emails;
    v_key bytea := sha256(convert_to(org()::text, 'UTF8'));
    v_given integer;
BEGIN
    failed := 'unwanted';
    FOR address IN SELECT e FROM unnest(v_new) e JOIN mail_stop s ON s.address_digest = mail_stop_digest(e) LOOP
        v_new := array_remove(v_new, address);
        RETURN NEXT;
    END LOOP;
    v_given := attempt_take_some('invite-mails', v_key, cardinality(v_new), p_daily, 86400);
    failed := 'daily_limit';
    FOREACH address IN ARRAY v_new[v_given + 1:] LOOP
        RETURN NEXT;
    END LOOP;
    v_new := v_new[:v_given];
    -- Counted for a year: who knows nobody has no more by waiting.
    IF p_first > 0 AND (SELECT count(*) FROM app_user u WHERE u.org_id = org() AND u.displaced_at IS NULL) < 2 THEN
        v_given := attempt_take_some('invite-first', v_key, cardinality(v_new), p_first, 31536000);
        failed := 'new_organization_limit';
        FOREACH address IN ARRAY v_new[v_given + 1:] LOOP
            RETURN NEXT;
        END LOOP;
        v_new := v_new[:v_given];
    END IF;
    failed := 'recipient_limit';
    -- In one order, whoever else writes to them.
    FOR address IN SELECT e FROM unnest(v_new) e ORDER BY mailbox_of(e), e LOOP
        IF attempt_take_some('invite-recipient', sha256(convert_to(mailbox_of(address), 'UTF8')), 1, p_each, 86400) = 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
