-- The functions through which a request becomes somebody, and the counters that slow guessing down.

-- Looks a credential up, checks the route's guard, and only then sets the tenant for this transaction; the
-- statements that follow in the same pipeline see nothing otherwise. Verdicts: ok, unauthenticated, role,
-- scope, plan. kind is 'session' or 'key'; roles empty means any; scope '' means a session only.
CREATE FUNCTION muster.principal_enter(
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
    IF p_kind = 'session' THEN
        SELECT s.id, s.user_id, s.org_id, u.role, s.created_at, s.last_seen_at
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen
        FROM user_session s JOIN app_user u ON u.org_id = s.org_id AND u.id = s.user_id
        WHERE s.token_hash = p_token AND s.expires_at > now() AND u.status = 'ACTIVE';
    ELSE
        SELECT k.id, k.user_id, k.org_id, u.role, k.created_at, k.last_used_at, k.scopes, p.api_access
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen, v_scopes, v_api_access
        FROM api_key k
        JOIN app_user u ON u.org_id = k.org_id AND u.id = k.user_id
        JOIN org o ON o.org_id = k.org_id
        JOIN plan p ON p.name = o.plan
        WHERE k.token_hash = p_token AND (k.expires_at IS NULL OR k.expires_at > now()) AND u.status = 'ACTIVE';
    END IF;
    IF credential_id IS NULL THEN
        RETURN;
    END IF;
    -- Last use is kept to the minute, so that reads stay reads.
    IF v_seen IS NULL OR v_seen < now() - interval '1 minute' THEN
        IF p_kind = 'session' THEN
            UPDATE user_session s SET last_seen_at = now() WHERE s.org_id = principal_enter.org_id AND s.id = credential_id;
        ELSE
            UPDATE api_key k SET last_used_at = now() WHERE k.org_id = principal_enter.org_id AND k.id = credential_id;
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
ALTER FUNCTION muster.principal_enter(text, bytea, text[], text) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.principal_enter(text, bytea, text[], text) FROM public;
GRANT EXECUTE ON FUNCTION muster.principal_enter(text, bytea, text[], text) TO muster_auth, muster_exercises, muster_portal;

-- Takes one attempt from a fixed window. Returns 0 when it is allowed, otherwise the seconds until the window ends. To be
-- called in a transaction of its own: that one does not wait for the disk, because losing the last counts in a crash is no harm.
CREATE FUNCTION muster.attempt_take(p_kind text, p_key bytea, p_limit integer, p_seconds integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_count integer;
    v_ends timestamptz;
    v_set text := set_config('synchronous_commit', 'off', true);
BEGIN
    INSERT INTO attempt AS a (kind, key, window_ends_at, count)
    VALUES (p_kind, p_key, now() + make_interval(secs => p_seconds), 1)
    ON CONFLICT (kind, key) DO UPDATE SET
        count = CASE WHEN a.window_ends_at <= now() THEN 1 ELSE least(a.count, 1000000) + 1 END,
        window_ends_at = CASE WHEN a.window_ends_at <= now() THEN excluded.window_ends_at ELSE a.window_ends_at END
    RETURNING a.count, a.window_ends_at INTO v_count, v_ends;
    IF v_count = 1 THEN
        -- Whoever opens a window sweeps a few that have ended: the table stays small without a job.
        DELETE FROM attempt WHERE (kind, key) IN (
            SELECT kind, key FROM attempt WHERE window_ends_at < now() LIMIT 20 FOR UPDATE SKIP LOCKED);
    END IF;
    IF v_count <= p_limit THEN
        RETURN 0;
    END IF;
    RETURN greatest(1, ceil(extract(epoch FROM v_ends - now()))::integer);
END
$$;
ALTER FUNCTION muster.attempt_take(text, bytea, integer, integer) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.attempt_take(text, bytea, integer, integer) FROM public;
GRANT EXECUTE ON FUNCTION muster.attempt_take(text, bytea, integer, integer) TO muster_auth, muster_exercises, muster_portal;

-- A successful sign-in gives the account its attempts back.
CREATE FUNCTION muster.attempt_forget(p_kind text, p_key bytea) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ DELETE FROM muster.attempt WHERE kind = p_kind AND key = p_key $$;
ALTER FUNCTION muster.attempt_forget(text, bytea) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.attempt_forget(text, bytea) FROM public;
GRANT EXECUTE ON FUNCTION muster.attempt_forget(text, bytea) TO muster_auth;

-- What sign-in needs to know of an address; no row when nobody has it.
CREATE FUNCTION muster.sign_in_lookup(p_email text)
RETURNS TABLE (user_id uuid, org_id uuid, status text, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT u.id, u.org_id, u.status, c.password_hash
    FROM muster.app_user u JOIN muster.credential c ON c.org_id = u.org_id AND c.user_id = u.id
    WHERE u.email = p_email
$$;
ALTER FUNCTION muster.sign_in_lookup(text) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.sign_in_lookup(text) FROM public;
GRANT EXECUTE ON FUNCTION muster.sign_in_lookup(text) TO muster_auth;

-- Records the sign-in and enters the tenant, in one statement.
CREATE FUNCTION muster.sign_in_record(p_user uuid, p_org uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    UPDATE app_user SET last_sign_in_at = now() WHERE org_id = p_org AND id = p_user;
    PERFORM set_config('app.org_id', p_org::text, true), set_config('app.user_id', p_user::text, true);
END
$$;
ALTER FUNCTION muster.sign_in_record(uuid, uuid) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.sign_in_record(uuid, uuid) FROM public;
GRANT EXECUTE ON FUNCTION muster.sign_in_record(uuid, uuid) TO muster_auth;

-- Registration: joins the inviting organisation, or creates one whose administrator the person becomes (rule A4).
-- Verdicts: ok, email_taken, bad_invitation, seats. A slug that is taken gets a random suffix.
CREATE FUNCTION muster.register(
    p_email text, p_first text, p_last text, p_password_hash text, p_organization text, p_slug text,
    p_plan text, p_invite bytea, p_language text
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_user uuid;
    v_role text := 'CLIENT_ADMIN';
    v_seats integer;
BEGIN
    IF p_invite IS NOT NULL THEN
        UPDATE invitation SET accepted_at = now()
        WHERE token_hash = p_invite AND accepted_at IS NULL AND expires_at > now() AND email = p_email
        RETURNING org_id, invitation.role INTO v_org, v_role;
        IF v_org IS NULL THEN
            RETURN 'bad_invitation';
        END IF;
        SELECT p.seats INTO v_seats FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = v_org;
        -- Two who join at once must not both take the last seat.
        PERFORM pg_advisory_xact_lock(hashtextextended('seats:' || v_org, 0));
        IF v_seats IS NOT NULL AND (SELECT count(*) FROM app_user WHERE org_id = v_org AND status = 'ACTIVE') >= v_seats THEN
            RAISE EXCEPTION 'seats' USING ERRCODE = 'MU001';
        END IF;
    ELSE
        INSERT INTO org (name, slug, plan) VALUES (p_organization, p_slug, p_plan)
        ON CONFLICT (slug) DO NOTHING RETURNING org_id INTO v_org;
        IF v_org IS NULL THEN
            INSERT INTO org (name, slug, plan)
            VALUES (p_organization, left(p_slug, 60) || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), p_plan)
            RETURNING org_id INTO v_org;
        END IF;
    END IF;
    INSERT INTO app_user (org_id, email, first_name, last_name, role, language)
    VALUES (v_org, p_email, p_first, p_last, v_role, p_language)
    RETURNING id INTO v_user;
    INSERT INTO credential (org_id, user_id, password_hash) VALUES (v_org, v_user, p_password_hash);
    RETURN 'ok';
END
$$;
ALTER FUNCTION muster.register(text, text, text, text, text, text, text, bytea, text) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.register(text, text, text, text, text, text, text, bytea, text) FROM public;
GRANT EXECUTE ON FUNCTION muster.register(text, text, text, text, text, text, text, bytea, text) TO muster_auth;
