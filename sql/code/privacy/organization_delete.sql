-- The running person's organisation goes, with everybody and everything in it. Its audit log goes too; the receipt stays. Verdicts: ok
-- (with the receipt), gone, email_mismatch, name_mismatch, last_platform_admin. Who mistypes waits for nobody.
CREATE OR REPLACE FUNCTION muster.organization_delete(p_name text, p_email text, p_spellings text[] DEFAULT '{}', OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    FOR v_locked IN 0..1 LOOP
        SELECT CASE WHEN u.email <> ALL (p_email || p_spellings) THEN 'email_mismatch' WHEN o.name <> p_name THEN 'name_mismatch' END INTO verdict
        FROM app_user u JOIN org o ON o.org_id = u.org_id WHERE u.org_id = org() AND u.id = person();
        IF NOT FOUND THEN
            verdict := 'gone';
        END IF;
        IF verdict IS NOT NULL THEN
            RETURN;
        ELSIF v_locked = 0 THEN
            PERFORM seats_lock(), platform_lock(NULL);
        END IF;
    END LOOP;
    IF is_last_platform_admin(NULL) THEN
        verdict := 'last_platform_admin';
    ELSE
        receipt := org_erase(org());
        verdict := 'ok';
    END IF;
END
$$;
