-- Enters the tenant of an API user for this transaction, as principal_enter() does for people. Who may not is told by the same errors,
-- which end the pipeline. p_kind 'signature': p_hash is the digest of the secret key of p_access_id, which only who has checked a signature
-- with it knows; 'token': of a token. Each round trip shows it again, so a revocation holds at once.
CREATE OR REPLACE FUNCTION muster.intel_enter(p_kind text, p_access_id text, p_hash bytea,
    OUT id bigint, OUT org_id uuid, OUT role text, OUT name text
) RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_api_access boolean;
    v_suspended timestamptz;
    v_ends timestamptz;
    v_seen timestamptz;
    v_id bigint;
BEGIN
    IF p_kind = 'token' THEN
        SELECT t.api_user INTO v_id FROM intel_token t WHERE t.token_hash = p_hash AND t.expires_at > now();
    ELSE
        SELECT u.id INTO v_id FROM intel_user u WHERE u.access_id = p_access_id AND u.secret_hash = p_hash;
    END IF;
    SELECT u.id, u.org_id, u.role, u.name, u.last_used_at, p.api_access, o.suspended_at, e.ends_at
    INTO id, org_id, role, name, v_seen, v_api_access, v_suspended, v_ends
    FROM intel_user u
    JOIN org o ON o.org_id = u.org_id
    JOIN plan p ON p.name = o.plan
    LEFT JOIN org_ending e ON e.org_id = u.org_id
    WHERE u.id = v_id AND u.access_id IS NOT NULL AND u.revoked_at IS NULL;
    IF id IS NULL THEN
        PERFORM principal_refuse('MU101');
    ELSIF v_ends IS NOT NULL THEN
        PERFORM org_ending_refuse(v_ends);
    ELSIF v_suspended IS NOT NULL THEN
        PERFORM principal_refuse('MU002');
    ELSIF NOT v_api_access THEN
        PERFORM principal_refuse('MU104');
    END IF;
    IF v_seen IS NULL OR v_seen < now() - interval '1 minute' THEN
        PERFORM intel_use_note(org_id, id);
    END IF;
    PERFORM intel_enter_as(org_id, id);
END
$$;
