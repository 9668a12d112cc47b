-- Whether the installation would have no active platform administrator without these people: one person, or (NULL) all of the
-- running organisation. Callers hold the lock 'platform administrators' until their transaction ends.
CREATE OR REPLACE FUNCTION muster.is_last_platform_admin(p_user uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM muster.app_user u
                   WHERE u.org_id = muster.org() AND u.id = coalesce(p_user, u.id) AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE')
       AND NOT EXISTS (SELECT FROM muster.app_user u
                       WHERE NOT (u.org_id = muster.org() AND u.id = coalesce(p_user, u.id)) AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE')
$$;
