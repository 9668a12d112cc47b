-- Looks a credential up, checks the route's guard, and sets the tenant for this transaction. Who may not is told by an error, which ends
-- the pipeline: no statement behind this one runs for a caller who is refused. MU101: the credential is none; MU102: its role is not among
-- p_roles (empty: any); MU103: the key does not have p_scope ('': a session only); MU104: the plan has no API access; MU105: the session's
-- password or code is older than p_proof seconds (0: as old as may be; keys are asked for their scope instead, rule A15); MU106: the person
-- has no second factor and p_factor asks for one: 'required' when the organisation does, 'always' in any case; MU107: the organisation is
-- going to be deleted, and the row is none of those that stay open (p_ending). A session that was not used for p_idle seconds (0: no
-- limit), or of the platform's administrators for eight hours, is none. p_kind: 'session',
-- 'key', 'pending' (a session that waits for its second factor and nothing else), 'any' (a session of either kind, to sign out).
--
-- Every request passes here, so it does without a search path of its own, which would be set and taken back each time: every table, type,
-- function and operator is named with its schema, so that the caller's path says nothing (tests/sql/principal.sql). enter_as() is assigned
-- because plpgsql computes an assignment without running a statement.
CREATE OR REPLACE FUNCTION muster.principal_enter(
    p_kind text, p_token bytea, p_roles text[], p_scope text, p_proof integer DEFAULT 0, p_idle integer DEFAULT 0, p_factor text DEFAULT '',
    p_ending boolean DEFAULT false,
    OUT user_id uuid, OUT org_id uuid, OUT role text, OUT credential_id uuid,
    OUT authenticated_at timestamptz, OUT language text
) RETURNS record LANGUAGE plpgsql VOLATILE SECURITY DEFINER
AS $$
DECLARE
    v_now pg_catalog.timestamptz := pg_catalog.now();
    v_scopes pg_catalog.text[]; -- these two are a key's alone: NULL, and so no reason to refuse, for a session
    v_api_access pg_catalog.bool;
    v_seen pg_catalog.timestamptz;
    v_in pg_catalog.bool;
    v_required pg_catalog.bool; -- by the organisation; NULL for a half session, which waits for its factor
    v_ends pg_catalog.timestamptz;
BEGIN
    IF p_kind OPERATOR(pg_catalog.=) 'key' THEN
        SELECT k.id, k.user_id, k.org_id, u.role, k.created_at, k.last_used_at, o.second_factor_required, k.scopes, p.api_access, e.ends_at, u.language
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen, v_required, v_scopes, v_api_access, v_ends, language
        FROM muster.api_key k
        JOIN muster.app_user u ON u.org_id OPERATOR(pg_catalog.=) k.org_id AND u.id OPERATOR(pg_catalog.=) k.user_id
        JOIN muster.org o ON o.org_id OPERATOR(pg_catalog.=) k.org_id
        JOIN muster.plan p ON p.name OPERATOR(pg_catalog.=) o.plan
        LEFT JOIN muster.org_ending e ON e.org_id OPERATOR(pg_catalog.=) k.org_id
        WHERE k.token_hash OPERATOR(pg_catalog.=) p_token AND k.expires_at OPERATOR(pg_catalog.>) v_now
          AND u.status OPERATOR(pg_catalog.=) 'ACTIVE';
    ELSIF p_kind OPERATOR(pg_catalog.=) 'session' OR p_kind OPERATOR(pg_catalog.=) 'any' THEN
        SELECT s.id, s.user_id, s.org_id, u.role, COALESCE(s.stepped_up_at, s.created_at), s.last_seen_at, o.second_factor_required, e.ends_at, u.language
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen, v_required, v_ends, language
        FROM muster.user_session s
        JOIN muster.org o ON o.org_id OPERATOR(pg_catalog.=) s.org_id
        JOIN muster.app_user u ON u.org_id OPERATOR(pg_catalog.=) s.org_id AND u.id OPERATOR(pg_catalog.=) s.user_id
        LEFT JOIN muster.org_ending e ON e.org_id OPERATOR(pg_catalog.=) s.org_id
        WHERE s.token_hash OPERATOR(pg_catalog.=) p_token AND s.expires_at OPERATOR(pg_catalog.>) v_now
          AND u.status OPERATOR(pg_catalog.=) 'ACTIVE';
    END IF;
    IF credential_id IS NULL AND (p_kind OPERATOR(pg_catalog.=) 'pending' OR p_kind OPERATOR(pg_catalog.=) 'any') THEN
        SELECT s.id, s.user_id, s.org_id, u.role, s.created_at, v_now, u.language
        INTO credential_id, user_id, org_id, role, authenticated_at, v_seen, language
        FROM muster.pending_session s
        JOIN muster.app_user u ON u.org_id OPERATOR(pg_catalog.=) s.org_id AND u.id OPERATOR(pg_catalog.=) s.user_id
        WHERE s.token_hash OPERATOR(pg_catalog.=) p_token AND s.expires_at OPERATOR(pg_catalog.>) v_now
          AND u.status OPERATOR(pg_catalog.=) 'ACTIVE';
    END IF;
    IF credential_id IS NULL OR (p_idle OPERATOR(pg_catalog.>) 0 AND p_kind OPERATOR(pg_catalog.<>) 'key'
        AND v_seen OPERATOR(pg_catalog.<) (v_now OPERATOR(pg_catalog.-) pg_catalog.make_interval(
            secs => CASE WHEN role OPERATOR(pg_catalog.=) 'SUPER_ADMIN' THEN LEAST(p_idle, 28800) ELSE p_idle END))) THEN
        PERFORM muster.principal_refuse('MU101');
    END IF;
    IF v_ends IS NOT NULL AND NOT p_ending THEN
        PERFORM muster.org_ending_refuse(v_ends);
    ELSIF NOT v_api_access THEN
        PERFORM muster.principal_refuse('MU104');
    ELSIF NOT p_scope OPERATOR(pg_catalog.=) ANY (v_scopes) THEN
        PERFORM muster.principal_refuse('MU103');
    ELSIF pg_catalog.cardinality(p_roles) OPERATOR(pg_catalog.>) 0 AND NOT role OPERATOR(pg_catalog.=) ANY (p_roles) THEN
        PERFORM muster.principal_refuse('MU102');
    END IF;
    IF p_factor OPERATOR(pg_catalog.=) 'always' OR (p_factor OPERATOR(pg_catalog.=) 'required' AND v_required) THEN
        IF NOT EXISTS (SELECT FROM muster.second_factor f
                       WHERE f.org_id OPERATOR(pg_catalog.=) principal_enter.org_id AND f.user_id OPERATOR(pg_catalog.=) principal_enter.user_id
                         AND f.confirmed_at IS NOT NULL) THEN
            PERFORM muster.principal_refuse('MU106');
        END IF;
    END IF;
    IF p_proof OPERATOR(pg_catalog.>) 0 AND p_kind OPERATOR(pg_catalog.<>) 'key'
          AND authenticated_at OPERATOR(pg_catalog.<) (v_now OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => p_proof)) THEN
        PERFORM muster.principal_refuse('MU105');
    END IF;
    -- Last use is kept to the minute, so that reads stay reads.
    IF v_seen IS NULL OR v_seen OPERATOR(pg_catalog.<) (v_now OPERATOR(pg_catalog.-) interval '1 minute') THEN
        PERFORM muster.last_use_note(p_kind, org_id, credential_id);
    END IF;
    v_in := muster.enter_as(org_id, user_id);
END
$$;
