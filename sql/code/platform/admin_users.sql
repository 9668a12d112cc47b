-- One page of people in the order of addresses. p_search: how an address, a last name or a whole name begins. Planned anew each time,
-- because only with the value at hand a beginning can be looked up in an index.
CREATE OR REPLACE FUNCTION muster.admin_users(p_limit integer, p_after text, p_search text, p_target uuid)
RETURNS TABLE (id uuid, email text, first_name text, last_name text, role text, status text, created_at timestamptz,
               last_sign_in_at timestamptz, sessions bigint, factor boolean, org_id uuid, org_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    v_begin text := regexp_replace(lower(p_search), '([\\%_])', '\\\1', 'g') || '%';
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT u.id, u.email, u.first_name, u.last_name, u.role, u.status, u.created_at, u.last_sign_in_at,
           (SELECT count(*) FROM user_session s WHERE s.org_id = u.org_id AND s.user_id = u.id AND s.expires_at > now()),
           EXISTS (SELECT FROM second_factor f WHERE f.org_id = u.org_id AND f.user_id = u.id AND f.confirmed_at IS NOT NULL),
           u.org_id, o.name
    FROM (SELECT a.* FROM app_user a
          WHERE (p_after IS NULL OR a.email COLLATE "C" > p_after)
            AND (p_target IS NULL OR a.org_id = p_target)
            AND (v_begin IS NULL OR a.email COLLATE "C" LIKE v_begin OR lower(a.last_name) COLLATE "C" LIKE v_begin
                 OR lower(a.first_name || ' ' || a.last_name) COLLATE "C" LIKE v_begin)
          ORDER BY a.email COLLATE "C"
          LIMIT p_limit) u
    JOIN org o ON o.org_id = u.org_id
    ORDER BY u.email COLLATE "C";
END
$$;
