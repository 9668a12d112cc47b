-- An organisation's log, newest first, keyset on time and number: p_before is the number of an entry. What exercises and certificates
-- say in their detail stays with the organisation (rule A3).
CREATE OR REPLACE FUNCTION muster.admin_audit_org(p_target uuid, p_limit integer, p_before bigint, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (org_id uuid, org_name text, seq bigint, at timestamptz, at_us bigint, kind text, actor_id uuid, actor text, action text,
               target text, target_id uuid, target_name text, detail jsonb, request text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT l.org_id, o.name, l.seq, l.at, (extract(epoch FROM l.at) * 1000000)::bigint, l.actor_kind, l.actor_id, a.name, l.action,
           l.target_type, l.target_id, t.name, CASE WHEN l.target_type IN ('exercise', 'certificate') THEN '{}' ELSE l.detail END, l.request_id
    FROM audit_page_of(p_target, p_limit, p_before, p_action, p_actor, p_since, p_until) l JOIN org o ON o.org_id = l.org_id
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
    ORDER BY l.at DESC, l.seq DESC;
END
$$;
