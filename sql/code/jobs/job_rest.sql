-- The server that a kind of job waits for is away: no job of the kind for a second, then two, at most a minute. Or it is back.
CREATE OR REPLACE FUNCTION muster.job_rest(p_kind text, p_away boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    IF p_away THEN
        INSERT INTO job_rest AS r (kind, until, pause) VALUES (p_kind, now() + interval '1 second', interval '1 second')
        ON CONFLICT (kind) DO UPDATE SET pause = least(r.pause * 2, interval '1 minute'), until = now() + least(r.pause * 2, interval '1 minute');
    ELSE
        DELETE FROM job_rest r WHERE r.kind = p_kind;
    END IF;
END
$$;
