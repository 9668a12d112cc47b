-- For whoever watches: how many jobs of each kind wait, run or failed for good, and for how many seconds the oldest that is due has waited.
-- A number a kind; whose they are stays here.
CREATE OR REPLACE FUNCTION muster.queue_state()
RETURNS TABLE (kind text, waiting bigint, running bigint, dead bigint, oldest_seconds bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT j.kind, count(*) FILTER (WHERE j.state = 'QUEUED'), count(*) FILTER (WHERE j.state = 'RUNNING'),
           count(*) FILTER (WHERE j.state = 'DEAD'),
           coalesce(greatest(0, extract(epoch FROM now() - min(j.run_at) FILTER (WHERE j.state = 'QUEUED' AND j.run_at <= now()))), 0)::bigint
    FROM job j WHERE j.state IN ('QUEUED', 'RUNNING', 'DEAD') GROUP BY j.kind ORDER BY j.kind;
END
$$;
