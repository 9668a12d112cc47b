-- Why the running person cannot leave, or (p_whole) cannot delete the own organisation: last_admin, last_platform_admin, not_admin; NULL: nothing
-- is against it. The one rule of what refuses, under its locks, and of the page that says so before anybody has typed anything.
CREATE OR REPLACE FUNCTION muster.leave_refusal(p_whole boolean) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN p_whole AND NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person() AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN'))
                THEN 'not_admin'
                WHEN is_last_platform_admin(CASE WHEN NOT p_whole THEN person() END) THEN 'last_platform_admin'
                WHEN NOT p_whole AND is_last_admin(person()) AND NOT org_is_ending(org()) THEN 'last_admin' END;
END
$$;
