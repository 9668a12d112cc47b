-- The running person takes the deletion of the own organisation back. Verdicts: ok, late, gone.
CREATE OR REPLACE FUNCTION muster.organization_restore() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_kept record;
BEGIN
    IF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person()) THEN
        RETURN 'gone';
    END IF;
    SELECT * INTO v_kept FROM org_restore(org());
    IF v_kept.asked THEN
        PERFORM audit_append(org(), person(), 'organization.restored', 'organization', org(), NULL);
    END IF;
    RETURN v_kept.verdict;
END
$$;
