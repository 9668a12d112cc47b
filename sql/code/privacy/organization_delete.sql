-- The running person's organisation goes, with everybody and everything in it. Its audit log goes too; the receipt stays. Verdicts: ok
-- (with the receipt), gone, email_mismatch, name_mismatch, last_platform_admin.
CREATE OR REPLACE FUNCTION muster.organization_delete(p_name text, p_email text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM seats_lock(org()), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    IF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person()) THEN
        verdict := 'gone';
    ELSIF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person() AND u.email = p_email) THEN
        verdict := 'email_mismatch';
    ELSIF NOT EXISTS (SELECT FROM org o WHERE o.org_id = org() AND o.name = p_name) THEN
        verdict := 'name_mismatch';
    ELSIF is_last_platform_admin(NULL) THEN
        verdict := 'last_platform_admin';
    ELSE
        receipt := org_erase(org());
        verdict := 'ok';
    END IF;
END
$$;
