-- Seconds until the next job of these kinds is due; NULL when none waits.
CREATE OR REPLACE FUNCTION muster.job_next(p_kinds text[]) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT greatest(0, extract(epoch FROM j.run_at - clock_timestamp()))::double precision
    FROM muster.job j WHERE j.state IN ('QUEUED', 'RUNNING') AND j.kind = ANY (p_kinds) ORDER BY j.run_at LIMIT 1
$$;
