-- What only the database knows. workers: how many are connected now.
CREATE OR REPLACE FUNCTION muster.admin_health()
RETURNS TABLE (version text, size_bytes bigint, migration text, migrated_at timestamptz, started_at timestamptz, queued bigint,
               running bigint, dead bigint, oldest_seconds bigint, worker_at timestamptz, workers bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT split_part(current_setting('server_version'), ' ', 1), pg_database_size(current_database()), v.version || ' ' || v.name,
           v.applied_at, pg_postmaster_start_time(), j.queued, j.running,
           (SELECT count(*) FROM job d WHERE d.state = 'DEAD'),
           greatest(0, extract(epoch FROM now() - j.oldest))::bigint,
           (SELECT d.finished_at FROM job d WHERE d.state = 'DONE' ORDER BY d.finished_at DESC LIMIT 1),
           (SELECT count(*) FROM pg_stat_activity a WHERE a.usename = 'muster_jobs')
    FROM (SELECT s.version, s.name, s.applied_at FROM public.schema_version s ORDER BY s.version DESC LIMIT 1) v,
         (SELECT count(*) FILTER (WHERE d.state = 'QUEUED') AS queued, count(*) FILTER (WHERE d.state = 'RUNNING') AS running,
                 min(d.run_at) FILTER (WHERE d.state = 'QUEUED' AND d.run_at <= now()) AS oldest
          FROM job d WHERE d.state IN ('QUEUED', 'RUNNING')) j;
END
$$;
