-- name: audit_list
-- One page, newest first, keyset on time and number: $2 is the number of an entry. LATERAL with LIMIT keeps the look-ups of names to one
-- index access each.
SELECT l.seq, l.at, l.actor_kind AS kind, l.actor_id, a.name AS actor, l.action, l.target_type AS target, l.target_id, t.name, l.detail,
       l.request_id AS request, encode(l.hash, 'hex') AS hash
FROM muster.audit_page($1, $2, $3, $4, $5, $6) l
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
ORDER BY l.at DESC, l.seq DESC;
