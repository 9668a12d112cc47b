-- One page, newest first, keyset on (created_at, org_id); what is counted is counted for the rows of the page alone. The last
-- activity is the newest sign-in or exercise.
CREATE OR REPLACE FUNCTION muster.admin_orgs(p_limit integer, p_us bigint, p_id uuid, p_search text, p_plan text)
RETURNS TABLE (id uuid, name text, slug text, plan text, created_at timestamptz, created_us bigint, suspended_at timestamptz,
               people bigint, exercises integer, last_activity timestamptz, ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT o.org_id, o.name, o.slug, o.plan, o.created_at, (extract(epoch FROM o.created_at) * 1000000)::bigint, o.suspended_at,
           u.people, coalesce(g.exercises, 0), greatest(u.last_sign_in, e.created_at), n.ends_at
    FROM (SELECT c.* FROM org c
          WHERE NOT c.pending AND (c.created_at, c.org_id) < (timestamptz 'epoch' + p_us * interval '1 microsecond', p_id)
            AND (p_search IS NULL OR strpos(lower(c.name), lower(p_search)) > 0 OR strpos(c.slug, lower(p_search)) > 0)
            AND (p_plan IS NULL OR c.plan = p_plan)
          ORDER BY c.created_at DESC, c.org_id DESC
          LIMIT p_limit) o
    LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE a.status = 'ACTIVE') AS people, max(a.last_sign_in_at) AS last_sign_in
                       FROM app_user a WHERE a.org_id = o.org_id) u ON true
    LEFT JOIN LATERAL (SELECT sum(h.exercises)::integer AS exercises FROM org_usage h
                       WHERE h.org_id = o.org_id AND h.month = date_trunc('month', now())::date) g ON true
    LEFT JOIN LATERAL (SELECT x.created_at FROM exercise x WHERE x.org_id = o.org_id
                       ORDER BY x.created_at DESC, x.id DESC LIMIT 1) e ON true
    LEFT JOIN org_ending n ON n.org_id = o.org_id
    ORDER BY o.created_at DESC, o.org_id DESC;
END
$$;
