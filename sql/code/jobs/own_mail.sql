-- Tells the running person by mail what happened to the own account; the kind has all of its words.
CREATE OR REPLACE FUNCTION muster.own_mail(p_kind text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN (SELECT mail_queue(u.id, u.email, p_kind, NULL, NULL) FROM app_user u WHERE u.org_id = org() AND u.id = person());
END
$$;
