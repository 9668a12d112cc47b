-- Tells the administrators of an organisation (twenty at most) of somebody who joined.
CREATE OR REPLACE FUNCTION muster.joined_notify(p_org uuid, p_user uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM mail_queue_about_in(p_org, a.id, 'member_joined', p_user, NULL)
    FROM (SELECT u.id FROM app_user u
          WHERE u.org_id = p_org AND u.id <> p_user AND u.role = 'CLIENT_ADMIN' AND u.status = 'ACTIVE'
          ORDER BY u.created_at, u.id LIMIT 20) a;
END
$$;
