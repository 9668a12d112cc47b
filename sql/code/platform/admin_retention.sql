-- Retention periods in days (NULL: for ever), and what the job has removed by them.
CREATE OR REPLACE FUNCTION muster.admin_retention() RETURNS TABLE (name text, days integer, sentence text, removed bigint, removed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT t.name, t.days, t.sentence, coalesce(r.removed, 0), r.removed_at
    FROM retention t
    LEFT JOIN (SELECT n.name, sum(n.removed)::bigint AS removed, max(n.at) AS removed_at FROM retention_run n GROUP BY n.name) r ON r.name = t.name
    ORDER BY t.name;
END
$$;
