-- The platform's own acts, whoever of its administrators or which command on the server did them; keyset on (at, org_id).
CREATE OR REPLACE FUNCTION muster.admin_audit_platform(p_limit integer, p_us bigint, p_id uuid, p_action text, p_actor uuid, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (org_id uuid, org_name text, seq bigint, at timestamptz, at_us bigint, kind text, actor_id uuid, actor text, action text,
               target text, target_id uuid, target_name text, detail jsonb, request text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM platform_only();
    RETURN QUERY
    SELECT l.org_id, o.name, l.seq, l.at, (extract(epoch FROM l.at) * 1000000)::bigint, l.actor_kind, l.actor_id, a.name, l.action,
           l.target_type, l.target_id, coalesce(t.name, w.name), l.detail, l.request_id
    FROM audit_log l JOIN org o ON o.org_id = l.org_id
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM app_user u
                       WHERE u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
    LEFT JOIN LATERAL (SELECT c.name FROM org c WHERE c.org_id = l.target_id AND l.target_type = 'organization' LIMIT 1) w ON true
    WHERE l.action LIKE 'platform.%' AND l.actor_kind <> 'platform'
      AND (l.at, l.org_id) < (timestamptz 'epoch' + p_us * interval '1 microsecond', p_id)
      AND (p_action IS NULL OR l.action = p_action)
      AND (p_actor IS NULL OR l.actor_id = p_actor)
      AND l.at >= coalesce(p_since, '-infinity')
      AND l.at < coalesce(p_until, 'infinity')
    ORDER BY l.at DESC, l.org_id DESC
    LIMIT p_limit;
END
$$;
