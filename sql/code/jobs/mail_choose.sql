-- Turns a kind of mail off, or on again, by the link of a mail; no row when there is no such link or it is too old. Topic invitations is
-- mail that strangers cause: it is turned off for an address, in all organisations, whether or not it has an account.
CREATE OR REPLACE FUNCTION muster.mail_choose(p_token bytea, p_wanted boolean) RETURNS TABLE (topic text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_link mail_unsubscribe;
    v_address bytea;
BEGIN
    SELECT * INTO v_link FROM mail_unsubscribe l WHERE l.token_hash = p_token AND l.expires_at > now();
    SELECT l.address_digest INTO v_address FROM mail_stop_link l WHERE l.token_hash = p_token AND l.expires_at > now();
    topic := coalesce(v_link.topic, CASE WHEN v_address IS NOT NULL THEN 'invitations' END);
    IF topic IS NULL THEN
        RETURN;
    ELSIF v_address IS NOT NULL AND p_wanted THEN
        DELETE FROM mail_stop s WHERE s.address_digest = v_address;
    ELSIF v_address IS NOT NULL THEN
        INSERT INTO mail_stop (address_digest) VALUES (v_address) ON CONFLICT DO NOTHING;
    ELSIF p_wanted THEN
        DELETE FROM mail_optout o WHERE o.org_id = v_link.org_id AND o.user_id = v_link.user_id AND o.topic = v_link.topic;
    ELSE
        INSERT INTO mail_optout (org_id, user_id, topic) VALUES (v_link.org_id, v_link.user_id, v_link.topic) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEXT;
END
$$;
