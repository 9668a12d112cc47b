-- The running person has signed in just now. When somebody else holds the person's row the time stays as it was: nobody waits for it
-- (rule G6).
CREATE OR REPLACE FUNCTION muster.sign_in_record() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM FROM app_user u JOIN org o ON o.org_id = u.org_id WHERE u.org_id = org() AND u.id = person()
    FOR KEY SHARE OF o SKIP LOCKED FOR NO KEY UPDATE OF u SKIP LOCKED;
    IF FOUND THEN
        UPDATE app_user u SET last_sign_in_at = now() WHERE u.org_id = org() AND u.id = person();
    END IF;
END
$$;
