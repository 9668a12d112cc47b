-- Settings of the platform and its plans: one row a plan.
CREATE OR REPLACE FUNCTION muster.admin_settings()
RETURNS TABLE (signups text, default_plan text, name text, seats integer, monthly_exercises integer, api_access boolean, byok boolean, orgs bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT s.signups, s.default_plan, p.name, p.seats, p.monthly_exercises, p.api_access, p.byok, coalesce(o.orgs, 0)
    FROM platform_setting s, plan p LEFT JOIN (SELECT c.plan, count(*) AS orgs FROM org c WHERE NOT c.pending GROUP BY c.plan) o ON o.plan = p.name
    ORDER BY p.seats NULLS LAST, p.name;
END
$$;
