-- Whether the running person may see a job of the running organisation: its creator, and administrators when it is theirs too.
CREATE OR REPLACE FUNCTION muster.job_seen(j muster.job) RETURNS boolean LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN j.org_id = muster.org() AND CASE j.seen_by
        WHEN 'creator' THEN j.created_by = muster.person()
        WHEN 'admins' THEN j.created_by = muster.person() OR EXISTS (
            SELECT FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person() AND u.status = 'ACTIVE'
                AND u.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN'))
        ELSE false END;
END
$$;
