-- A second factor, sessions that wait for it, and what ends with a password.

-- Secrets of authenticator apps, sealed under a key that is not in the database (rule B1). Without confirmed_at it is an
-- enrolment that nobody has finished. last_step is the newest time step whose code was accepted: older ones are used up.
CREATE TABLE muster.second_factor (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    sealed text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
SELECT muster.make_tenant_table('muster.second_factor');

-- Recovery codes: 80 random bits each, stored as SHA-256; a row is deleted when its code is used (rule A5).
CREATE TABLE muster.recovery_code (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (org_id, user_id, code_hash),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.second_factor (org_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
SELECT muster.make_tenant_table('muster.recovery_code');

-- Half-authenticated sessions: the password was right, the second factor is due. A table of their own, so that whatever
-- looks for a session does not find them; only kind 'pending' of principal_enter() does (rule A5).
CREATE TABLE muster.pending_session (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX pending_session_user ON muster.pending_session (org_id, user_id);
SELECT muster.make_tenant_table('muster.pending_session');

-- muster_lookup: which account has a factor (at sign-in nobody has entered yet), and whom a pending session belongs to. The
-- owner, a member of that role, seals all rows again when the key is rotated.
CREATE POLICY lookup ON muster.second_factor FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.pending_session FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
GRANT SELECT ON muster.second_factor, muster.pending_session TO muster_lookup;

GRANT SELECT, INSERT, UPDATE, DELETE ON muster.second_factor TO muster_auth;
GRANT SELECT, INSERT, DELETE ON muster.recovery_code TO muster_auth;
GRANT SELECT, INSERT, DELETE ON muster.pending_session TO muster_auth;
-- A changed password keeps the session that changed it, under a new token.
GRANT UPDATE (token_hash) ON muster.user_session TO muster_auth;

-- As in 0002, and two more kinds of credential: 'pending' is a session that waits for its second factor and nothing else,
-- 'any' is a session of either kind (to sign out).
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

-- As in 0002, and whether the account has a second factor, and when its password was last changed.
DROP FUNCTION muster.sign_in_lookup(text);
CREATE FUNCTION muster.sign_in_lookup(p_email text)
RETURNS TABLE (user_id uuid, org_id uuid, status text, password_hash text, changed_at timestamptz, has_factor boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT u.id, u.org_id, u.status, c.password_hash, c.changed_at, f.confirmed_at IS NOT NULL
    FROM muster.app_user u
    JOIN muster.credential c ON c.org_id = u.org_id AND c.user_id = u.id
    LEFT JOIN muster.second_factor f ON f.org_id = u.org_id AND f.user_id = u.id
    WHERE u.email = p_email
$$;
ALTER FUNCTION muster.sign_in_lookup(text) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.sign_in_lookup(text) FROM public;
GRANT EXECUTE ON FUNCTION muster.sign_in_lookup(text) TO muster_auth;
