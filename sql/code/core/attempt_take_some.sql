-- Takes up to p_wanted of what is left of p_limit (0: no limit) in a window; returns how many were given. Unlike attempt_take() it
-- belongs to the act's transaction: what is undone is given back.
CREATE OR REPLACE FUNCTION muster.attempt_take_some(p_kind text, p_key bytea, p_wanted integer, p_limit integer, p_seconds integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_given integer;
BEGIN
    IF p_limit = 0 OR p_wanted = 0 THEN
        RETURN p_wanted;
    END IF;
    INSERT INTO attempt AS a (kind, key, window_ends_at, count) VALUES (p_kind, p_key, now() + make_interval(secs => p_seconds), 0)
    ON CONFLICT (kind, key) DO UPDATE SET
        count = CASE WHEN a.window_ends_at <= now() THEN 0 ELSE a.count END,
        window_ends_at = CASE WHEN a.window_ends_at <= now() THEN excluded.window_ends_at ELSE a.window_ends_at END
    RETURNING least(p_wanted, greatest(0, p_limit - a.count)) INTO v_given;
    UPDATE attempt a SET count = a.count + v_given WHERE a.kind = p_kind AND a.key = p_key;
    RETURN v_given;
END
$$;
