-- Whether the installation would have no active platform administrator without these people: one person, or (NULL) all of the
-- running organisation. Those of an organisation that is going to be deleted count no more. Callers hold platform_lock() until their transaction ends.
CREATE OR REPLACE FUNCTION muster.is_last_platform_admin(p_user uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM app_user u
                   WHERE u.org_id = org() AND u.id = coalesce(p_user, u.id) AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE')
       AND NOT EXISTS (SELECT FROM app_user u
                       WHERE NOT (u.org_id = org() AND u.id = coalesce(p_user, u.id)) AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE'
                         AND NOT org_is_ending(u.org_id));
END
$$;
