-- Verdicts: ok, not_found, suspended, ending, already_member; MU001 without a seat.
CREATE OR REPLACE FUNCTION muster.admin_org_invite(p_target uuid, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                        OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org org;
BEGIN
    PERFORM platform_only();
    SELECT * INTO v_org FROM org o WHERE o.org_id = p_target;
    IF v_org.org_id IS NULL THEN
        verdict := 'not_found';
        RETURN;
    ELSIF v_org.suspended_at IS NOT NULL THEN
        verdict := 'suspended';
        RETURN;
    ELSIF org_is_ending(p_target) THEN
        verdict := 'ending';
        RETURN;
    END IF;
    SELECT a.verdict, a.invitation, a.expires INTO verdict, invitation, expires
    FROM invite_administrator(p_target, p_email, p_hash, p_days, p_sealed) a;
    IF verdict = 'ok' THEN
        PERFORM platform_audit(p_target, 'platform.administrator_invited', 'invitation', invitation, NULL);
    END IF;
END
$$;
