-- An organisation is to be deleted (org_end()); both logs have it. Verdicts: ok (with the end; asked for again, the same), not_found,
-- name_mismatch, platform (there is a platform administrator in it, whom this would shut out; under seats_lock_of() nobody becomes one).
CREATE OR REPLACE FUNCTION muster.admin_org_delete(p_target uuid, p_name text, OUT verdict text, OUT ends_at timestamptz) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org org;
    v_end record;
BEGIN
    PERFORM platform_only();
    FOR v_locked IN 0..1 LOOP
        SELECT * INTO v_org FROM org o WHERE o.org_id = p_target;
        IF v_org.org_id IS NULL THEN
            verdict := 'not_found';
        ELSIF v_org.name IS DISTINCT FROM p_name THEN
            verdict := 'name_mismatch';
        ELSIF EXISTS (SELECT FROM app_user u WHERE u.org_id = p_target AND u.role = 'SUPER_ADMIN') THEN
            verdict := 'platform';
        END IF;
        IF verdict IS NOT NULL THEN
            RETURN;
        ELSIF v_locked = 0 THEN
            PERFORM seats_lock_of(p_target);
        END IF;
    END LOOP;
    SELECT * INTO v_end FROM org_end(p_target, org());
    ends_at := v_end.ends_at;
    IF v_end.begun THEN
        PERFORM platform_audit(p_target, 'platform.deletion_asked', 'organization', p_target,
                               jsonb_build_object('endsAt', iso_time(v_end.ends_at), 'receipt', v_end.receipt));
    END IF;
    verdict := 'ok';
END
$$;
