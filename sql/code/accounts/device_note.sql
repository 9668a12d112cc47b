-- The running person signs in on a device (a digest of it): a mail says so when it is another than those that are known. The first one
-- is nothing to tell.
CREATE OR REPLACE FUNCTION muster.device_note(p_digest bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_others boolean := EXISTS (SELECT FROM known_device d WHERE d.org_id = org() AND d.user_id = person());
    v_new boolean;
BEGIN
    INSERT INTO known_device AS d (org_id, user_id, digest) VALUES (org(), person(), p_digest)
    ON CONFLICT (org_id, user_id, digest) DO UPDATE SET last_seen_at = now() WHERE d.last_seen_at < now() - interval '1 day'
    RETURNING d.xmax = 0 INTO v_new;
    IF v_new AND v_others THEN
        PERFORM own_mail('new_device');
    END IF;
END
$$;
