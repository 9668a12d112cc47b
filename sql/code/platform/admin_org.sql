-- One organisation with its counts; no row when there is none.
CREATE OR REPLACE FUNCTION muster.admin_org(p_target uuid)
RETURNS TABLE (id uuid, name text, slug text, plan text, created_at timestamptz, suspended_at timestamptz, people bigint, deactivated bigint,
               admins bigint, invited bigint, seats integer, exercises integer, monthly_exercises integer, last_activity timestamptz,
               ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT o.org_id, o.name, o.slug, o.plan, o.created_at, o.suspended_at, u.people, u.deactivated, u.admins,
           (SELECT count(*) FROM invitation i WHERE i.org_id = o.org_id AND i.accepted_at IS NULL AND i.expires_at > now()),
           p.seats,
           coalesce((SELECT sum(g.exercises)::integer FROM org_usage g WHERE g.org_id = o.org_id AND g.month = date_trunc('month', now())::date), 0),
           p.monthly_exercises,
           greatest(u.last_sign_in, (SELECT e.created_at FROM exercise e WHERE e.org_id = o.org_id
                                     ORDER BY e.created_at DESC, e.id DESC LIMIT 1)),
           (SELECT n.ends_at FROM org_ending n WHERE n.org_id = o.org_id)
    FROM org o JOIN plan p ON p.name = o.plan,
         LATERAL (SELECT count(*) FILTER (WHERE a.status = 'ACTIVE') AS people, count(*) FILTER (WHERE a.status <> 'ACTIVE') AS deactivated,
                         count(*) FILTER (WHERE a.status = 'ACTIVE' AND a.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN')) AS admins,
                         max(a.last_sign_in_at) AS last_sign_in
                  FROM app_user a WHERE a.org_id = o.org_id) u
    WHERE o.org_id = p_target AND NOT o.pending;
END
$$;
