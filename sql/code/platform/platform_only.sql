-- Ends the statement unless the running person is an active SUPER_ADMIN now, whatever the session said when it began.
CREATE OR REPLACE FUNCTION muster.platform_only() RETURNS void LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM app_user u
                   WHERE u.org_id = org() AND u.id = person() AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE') THEN
        RAISE EXCEPTION 'for administrators of the platform' USING ERRCODE = '42501';
    END IF;
END
$$;
