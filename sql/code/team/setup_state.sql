-- How far an organisation is set up, for its administrators: no row for anybody else. And the invitations that nobody has accepted and that
-- end within two days.
CREATE OR REPLACE FUNCTION muster.setup_state()
RETURNS TABLE (profile boolean, people boolean, factor boolean, exercise boolean, ending integer, ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT EXISTS (SELECT FROM org_profile p WHERE p.org_id = u.org_id AND p.profile <> '{}'),
           EXISTS (SELECT FROM app_user o WHERE o.org_id = u.org_id AND o.id <> u.id AND o.status = 'ACTIVE')
               OR EXISTS (SELECT FROM invitation i WHERE i.org_id = u.org_id AND i.accepted_at IS NULL AND i.expires_at > now()),
           EXISTS (SELECT FROM second_factor f WHERE f.org_id = u.org_id AND f.user_id = u.id AND f.confirmed_at IS NOT NULL),
           EXISTS (SELECT FROM exercise e WHERE e.org_id = u.org_id AND e.completed_at IS NOT NULL),
           soon.n::integer, soon.first
    FROM app_user u, LATERAL (SELECT count(*) AS n, min(i.expires_at) AS first FROM invitation i
                              WHERE i.org_id = u.org_id AND i.accepted_at IS NULL AND i.expires_at > now() AND i.expires_at < now() + interval '2 days') soon
    WHERE u.org_id = org() AND u.id = person() AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN');
END
$$;
