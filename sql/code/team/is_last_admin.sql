-- Whether the running organisation would have no active administrator without this person. A platform administrator counts as an
-- administrator of the own organisation: the role passes every guard there, so an organisation whose only administrator becomes
-- SUPER_ADMIN still has one, and cannot lose that one.
CREATE OR REPLACE FUNCTION muster.is_last_admin(p_user uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM app_user u
                   WHERE u.org_id = org() AND u.id = p_user AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN') AND u.status = 'ACTIVE')
       AND NOT EXISTS (SELECT FROM app_user u
                       WHERE u.org_id = org() AND u.id <> p_user AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN') AND u.status = 'ACTIVE');
END
$$;
