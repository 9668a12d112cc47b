-- Takes one attempt from a fixed window. Returns 0 when it is allowed, otherwise the seconds until the window ends. In the transaction
-- of an act it is given back when that is undone; in one of its own (queries/common/attempts.sql) it counts whatever becomes of the act.
CREATE OR REPLACE FUNCTION muster.attempt_take(p_kind text, p_key bytea, p_limit integer, p_seconds integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_count integer;
    v_ends timestamptz;
BEGIN
    INSERT INTO attempt AS a (kind, key, window_ends_at, count)
    VALUES (p_kind, p_key, now() + make_interval(secs => p_seconds), 1)
    ON CONFLICT (kind, key) DO UPDATE SET
        count = CASE WHEN a.window_ends_at <= now() THEN 1 ELSE least(a.count, 1000000) + 1 END,
        window_ends_at = CASE WHEN a.window_ends_at <= now() THEN excluded.window_ends_at ELSE a.window_ends_at END
    RETURNING a.count, a.window_ends_at INTO v_count, v_ends;
    IF v_count = 1 THEN
        -- Whoever opens a window sweeps a few that have ended: the table stays small without a job.
        DELETE FROM attempt WHERE (kind, key) IN (
            SELECT kind, key FROM attempt WHERE window_ends_at < now() LIMIT 20 FOR UPDATE SKIP LOCKED);
    END IF;
    IF v_count <= p_limit THEN
        RETURN 0;
    END IF;
    -- Whoever opened the window may have begun a moment later than this transaction.
    RETURN least(greatest(1, p_seconds), greatest(1, ceil(extract(epoch FROM v_ends - now()))::integer));
END
$$;
