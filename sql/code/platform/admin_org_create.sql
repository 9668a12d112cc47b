-- p_sealed: the mail's parameters, or NULL when the link is handed over otherwise.
CREATE OR REPLACE FUNCTION muster.admin_org_create(p_target uuid, p_name text, p_plan text, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                        OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    SELECT o.verdict, o.invitation, o.expires INTO verdict, invitation, expires
    FROM org_open(p_target, p_name, p_plan, p_email, p_hash, p_days, p_sealed) o;
    IF verdict = 'ok' THEN
        PERFORM platform_audit(p_target, 'platform.organization_created', 'organization', p_target,
                               jsonb_build_object('plan', p_plan, 'invitation', invitation));
    END IF;
END
$$;
