-- The deletion of an organisation is taken back, whoever asked for it. Verdicts: ok, late, not_found.
CREATE OR REPLACE FUNCTION muster.admin_org_restore(p_target uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_kept record;
BEGIN
    PERFORM platform_only();
    IF NOT EXISTS (SELECT FROM org o WHERE o.org_id = p_target) THEN
        RETURN 'not_found';
    END IF;
    SELECT * INTO v_kept FROM org_restore(p_target);
    IF v_kept.asked THEN
        PERFORM platform_audit(p_target, 'platform.organization_restored', 'organization', p_target, NULL);
    END IF;
    RETURN v_kept.verdict;
END
$$;
