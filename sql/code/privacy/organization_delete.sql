-- The running person's organisation is to be deleted, with everybody and everything in it (org_end()). Verdicts: ok (with the end; asked
-- for again, the same), gone, email_mismatch, name_mismatch, last_platform_admin. Who mistypes waits for nobody. The platform's lock is
-- held for a moment only: the erasure itself comes later, without it.
CREATE OR REPLACE FUNCTION muster.organization_delete(p_name text, p_email text, p_spellings text[] DEFAULT '{}', OUT verdict text, OUT ends_at timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_end record;
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
    verdict := leave_refusal(true);
    IF verdict IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT * INTO v_end FROM org_end(org(), NULL);
    ends_at := v_end.ends_at;
    IF v_end.begun THEN
        PERFORM audit_append(org(), person(), 'organization.deletion_asked', 'organization', org(),
                             jsonb_build_object('endsAt', iso_time(v_end.ends_at), 'receipt', v_end.receipt));
    END IF;
    verdict := 'ok';
END
$$;
