-- An address is only typed until a mail to it was answered. What other organisations hold about it (invitations, registrations, mails) is
-- neither shown to nor erased by somebody who has not proven it: it may be somebody else's (rule A3).
CREATE OR REPLACE FUNCTION muster.address_is_proven(p_email text) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.email = p_email AND u.email_verified_at IS NOT NULL);
END
$$;
