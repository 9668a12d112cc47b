-- Looks a credential up, checks the route's guard, and only then sets the tenant for this transaction; the statements that follow in the
-- same pipeline see nothing otherwise. Verdicts: ok, unauthenticated, role, scope, plan. p_kind: 'session', 'key', 'pending' (a session
-- that waits for its second factor and nothing else), 'any' (a session of either kind, to sign out). Roles empty means any; scope ''
-- means a session only.
CREATE OR REPLACE FUNCTION muster.principal_enter(
    p_kind text, p_token bytea, p_roles text[], p_scope text,
    OUT verdict text, OUT user_id uuid, OUT org_id uuid, OUT role text, OUT credential_id uuid,
    OUT authenticated_at timestamptz
) RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_scopes text[];
    v_api_access boolean;
    v_seen timestamptz;
    v_set text;
BEGIN
    verdict := 'unauthenticated';
    IF p_kind = 'session' OR p_kind = 'any' THEN
        SELECT s.id, s.user_id, s.org_id, u.role, s.created_at, s.last_seen_at
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen
        FROM user_session s JOIN app_user u ON u.org_id = s.org_id AND u.id = s.user_id
        WHERE s.token_hash = p_token AND s.expires_at > now() AND u.status = 'ACTIVE';
    ELSIF p_kind = 'key' THEN
        SELECT k.id, k.user_id, k.org_id, u.role, k.created_at, k.last_used_at, k.scopes, p.api_access
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen, v_scopes, v_api_access
        FROM api_key k
        JOIN app_user u ON u.org_id = k.org_id AND u.id = k.user_id
        JOIN org o ON o.org_id = k.org_id
        JOIN plan p ON p.name = o.plan
        WHERE k.token_hash = p_token AND (k.expires_at IS NULL OR k.expires_at > now()) AND u.status = 'ACTIVE';
    END IF;
    IF credential_id IS NULL AND (p_kind = 'pending' OR p_kind = 'any') THEN
        SELECT s.id, s.user_id, s.org_id, u.role, s.created_at, now()
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen
        FROM pending_session s JOIN app_user u ON u.org_id = s.org_id AND u.id = s.user_id
        WHERE s.token_hash = p_token AND s.expires_at > now() AND u.status = 'ACTIVE';
    END IF;
    IF credential_id IS NULL THEN
        RETURN;
    END IF;
    -- Last use is kept to the minute, so that reads stay reads.
    IF v_seen IS NULL OR v_seen < now() - interval '1 minute' THEN
        IF p_kind = 'key' THEN
            UPDATE api_key k SET last_used_at = now() WHERE k.org_id = principal_enter.org_id AND k.id = credential_id;
        ELSE
            UPDATE user_session s SET last_seen_at = now() WHERE s.org_id = principal_enter.org_id AND s.id = credential_id;
        END IF;
    END IF;
    IF p_kind = 'key' AND NOT v_api_access THEN
        verdict := 'plan';
    ELSIF p_kind = 'key' AND NOT p_scope = ANY (v_scopes) THEN
        verdict := 'scope';
    ELSIF cardinality(p_roles) > 0 AND NOT role = ANY (p_roles) THEN
        verdict := 'role';
    ELSE
        verdict := 'ok';
        -- Assigned because plpgsql computes an assignment without running a statement, and every request passes here.
        v_set := set_config('app.org_id', org_id::text, true);
        v_set := set_config('app.user_id', user_id::text, true);
    END IF;
END
$$;
