-- Writes a message to browsers of the running organisation in the running transaction: to a channel (person:<id>, exercise:<id> or
-- job:<id>) that something happened. With the act it is there, without it not.
--
-- What publishes them comes with push: it reads rows in whatever order they become visible, since ids are given out before commits, and
-- deletes what it has published. Until then, and for what nobody published, retention removes them after a day.
CREATE OR REPLACE FUNCTION muster.push(p_channel text, p_event text, p_payload jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO outbox (org_id, channel, user_id, event, payload)
    VALUES (org(), p_channel, CASE WHEN p_channel ~ '^person:[0-9a-f-]{36}$' THEN substr(p_channel, 8)::uuid END, p_event, p_payload);
END
$$;
