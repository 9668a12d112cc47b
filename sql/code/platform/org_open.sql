-- A new organisation, empty but for the invitation of its first administrator (rule A4). Verdicts: ok, no_plan.
CREATE OR REPLACE FUNCTION muster.org_open(p_org uuid, p_name text, p_plan text, p_email text, p_hash bytea, p_days integer, p_sealed text,
                                OUT verdict text, OUT invitation uuid, OUT expires timestamptz)
RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM plan p WHERE p.name = p_plan) THEN
        verdict := 'no_plan';
        RETURN;
    END IF;
    INSERT INTO org (org_id, name, slug, plan) VALUES (p_org, p_name, slug_of(p_name), p_plan) ON CONFLICT (slug) DO NOTHING;
    IF NOT FOUND THEN
        INSERT INTO org (org_id, name, slug, plan)
        VALUES (p_org, p_name, slug_of(p_name) || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), p_plan);
    END IF;
    SELECT a.verdict, a.invitation, a.expires INTO verdict, invitation, expires
    FROM invite_administrator(p_org, p_email, p_hash, p_days, p_sealed) a;
END
$$;
