-- Another token for whoever shows one (p_hash) of an API user that is not revoked; an old one ended less than an hour ago. The old one goes
-- on until it ends by itself: whoever renews may have requests on their way. No row: it is none.
CREATE OR REPLACE FUNCTION muster.intel_token_renew(p_hash bytea, p_new bytea, p_expires timestamptz)
RETURNS TABLE (access_id text, expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v record;
BEGIN
    SELECT t.org_id, t.api_user, u.access_id INTO v
    FROM intel_token t
    JOIN intel_user u ON u.org_id = t.org_id AND u.id = t.api_user
    JOIN org o ON o.org_id = t.org_id
    JOIN plan p ON p.name = o.plan
    WHERE t.token_hash = p_hash AND t.expires_at > now() - interval '1 hour' AND u.revoked_at IS NULL
      AND o.suspended_at IS NULL AND p.api_access AND NOT EXISTS (SELECT FROM org_ending e WHERE e.org_id = t.org_id);
    IF v.org_id IS NOT NULL THEN
        INSERT INTO intel_token (org_id, api_user, token_hash, expires_at) VALUES (v.org_id, v.api_user, p_new, p_expires);
        RETURN QUERY SELECT v.access_id::text, p_expires;
    END IF;
END
$$;
