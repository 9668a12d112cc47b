-- name: audit_list
-- One page, newest first, keyset on the number. LATERAL with LIMIT keeps the look-ups of names to one index access each.
SELECT l.seq, l.at, l.actor_kind AS kind, l.actor_id, a.name AS actor, l.action, l.target_type AS target, l.target_id, t.name, l.detail,
       l.request_id AS request, encode(l.hash, 'hex') AS hash
FROM muster.audit_page(muster.org(), $1, coalesce($2::bigint, 9223372036854775807), $3, $4, $5, $6) l
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
ORDER BY l.seq DESC;
