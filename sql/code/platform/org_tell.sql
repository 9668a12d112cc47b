-- A mail to every administrator of an organisation; the kind has all of its words.
CREATE OR REPLACE FUNCTION muster.org_tell(p_org uuid, p_kind text) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM mail_queue_in(p_org, u.id, u.email, p_kind, NULL, NULL)
    FROM app_user u WHERE u.org_id = p_org AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN') AND u.status = 'ACTIVE';
END
$$;
