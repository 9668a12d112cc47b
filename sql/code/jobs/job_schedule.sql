-- Makes sure that work of the platform runs at p_run_at or sooner, and that it waits only once.
CREATE OR REPLACE FUNCTION muster.job_schedule(p_kind text, p_run_at timestamptz, p_max_attempts integer DEFAULT 10) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    INSERT INTO muster.job AS j (kind, run_at, max_attempts) VALUES (p_kind, p_run_at, p_max_attempts)
    ON CONFLICT (kind) WHERE org_id IS NULL AND state IN ('QUEUED', 'RUNNING')
    DO UPDATE SET run_at = least(j.run_at, excluded.run_at) WHERE j.state = 'QUEUED'
$$;
