-- Turns a kind of mail off by the link of a mail; no row when there is no such link or it is too old.
CREATE OR REPLACE FUNCTION muster.mail_unsubscribe(p_token bytea) RETURNS TABLE (topic text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    WITH link AS (SELECT l.org_id, l.user_id, l.topic FROM muster.mail_unsubscribe l WHERE l.token_hash = p_token AND l.expires_at > now()),
    off AS (
        INSERT INTO muster.mail_optout (org_id, user_id, topic) SELECT l.org_id, l.user_id, l.topic FROM link l ON CONFLICT DO NOTHING)
    SELECT l.topic FROM link l
$$;
