-- A job as the running person may see it; no row for everybody else. error: why it failed, or why the last attempt did.
CREATE OR REPLACE FUNCTION muster.job_get(p_id uuid)
RETURNS TABLE (id uuid, kind text, state text, percent smallint, progress text, result jsonb, error text, cancelled boolean,
               created_at timestamptz, finished_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT j.id, j.kind, j.state, j.percent, j.progress, j.result, j.last_error, j.cancelled, j.created_at, j.finished_at
    FROM job j WHERE j.id = p_id AND job_seen(j);
END
$$;
