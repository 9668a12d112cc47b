-- Enters as the person whose password the caller has just compared. The database cannot compare it, so the family that does is believed,
-- and no other may call this.
CREATE OR REPLACE FUNCTION muster.sign_in_enter(p_person uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM enter_as((SELECT u.org_id FROM app_user u WHERE u.id = p_person AND u.status = 'ACTIVE'), p_person);
END
$$;
