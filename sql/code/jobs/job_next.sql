-- Seconds until the next job of these kinds becomes due, or a kind has rested; NULL when nothing waits. For who was given nothing by
-- job_take() in the same transaction: what is due already is held back by a limit, and whoever ends that looks again.
CREATE OR REPLACE FUNCTION muster.job_next(p_kinds text[]) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT extract(epoch FROM min(t.at) - now())::double precision
    FROM unnest(p_kinds) AS k (name),
         LATERAL (SELECT (SELECT j.run_at FROM muster.job j WHERE j.state IN ('QUEUED', 'RUNNING') AND j.kind = k.name AND j.run_at > now()
                          ORDER BY j.run_at LIMIT 1) AS at
                  UNION ALL SELECT r.until FROM muster.job_rest r WHERE r.kind = k.name AND r.until > now()) t
$$;
