-- For the server's command create-org. Verdicts: ok, no_plan.
CREATE OR REPLACE FUNCTION muster.server_org_create(p_name text, p_email text, p_plan text, p_hash bytea, p_days integer,
                                         OUT verdict text, OUT org uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_invitation uuid;
BEGIN
    org := gen_random_uuid();
    SELECT o.verdict, o.invitation, o.expires INTO verdict, v_invitation, expires
    FROM org_open(org, p_name, p_plan, lower(p_email), p_hash, p_days, NULL) o;
    IF verdict = 'ok' THEN
        PERFORM audit_append(org, NULL, 'platform.organization_created', 'organization', org,
                             jsonb_build_object('plan', p_plan, 'invitation', v_invitation));
    END IF;
END
$$;
