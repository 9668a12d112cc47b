-- name: audit_list
-- One page, newest first, keyset on time and number: $2 is the number of an entry. LATERAL with LIMIT keeps the look-ups of names to one
-- index access each.
SELECT l.seq, l.at, l.actor_kind AS kind, l.actor_id, a.name AS actor, l.action, l.target_type AS target, l.target_id, t.name, l.detail,
       l.request_id AS request, encode(l.hash, 'hex') AS hash
FROM muster.audit_log l
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
WHERE l.org_id = (SELECT muster.org())
  AND (l.at, l.seq) < (CASE WHEN $2::bigint IS NULL THEN timestamptz 'infinity'
                            ELSE (SELECT b.at FROM muster.audit_log b WHERE b.org_id = muster.org() AND b.seq = $2) END, coalesce($2, 0))
  AND ($3::text IS NULL OR l.action = $3)
  AND ($4::uuid IS NULL OR l.actor_id = $4)
  AND l.at >= coalesce($5, timestamptz '-infinity')
  AND l.at < coalesce($6, timestamptz 'infinity')
ORDER BY l.at DESC, l.seq DESC
LIMIT $1;
