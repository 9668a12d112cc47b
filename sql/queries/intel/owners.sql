-- name: owner_list
SELECT o.id, o.name, o.kind, o.public, o.role, o.home AS mine, o.accepted FROM muster.intel_owner_list(true) o;

-- name: owner_one
SELECT o.id, o.name, o.kind, o.public, o.role, o.home AS mine, o.accepted FROM muster.intel_owner_list(true) o WHERE o.id = $1;

-- name: owner_create
SELECT verdict, id FROM muster.owner_create($1, $2, $3);

-- name: owner_change
SELECT muster.owner_change($1, $2, $3) AS verdict;

-- name: owner_delete
SELECT muster.owner_delete($1) AS verdict;

-- name: member_list
SELECT member, slug, name, role, invited_at, accepted_at FROM muster.member_list($1);

-- name: member_invite
SELECT verdict, member FROM muster.member_invite($1, $2, $3);

-- name: member_accept
SELECT muster.member_accept($1) AS verdict;

-- name: member_remove
SELECT muster.member_remove($1, $2) AS verdict;

-- name: seen_owners
-- Of the protocol: what the caller sees; $1: one by its number, or all.
SELECT o.id, o.name, o.kind, o.role FROM muster.intel_owner_list() o WHERE $1::bigint IS NULL OR o.id = $1;

-- name: own_owner
SELECT o.id, o.name, o.kind, o.role FROM muster.intel_owner_list() o WHERE o.kind = 'Organization';

-- name: owner_rights
-- The same with what may be done there.
SELECT o.id, o.name, o.kind, o.role, jsonb_object_agg(x.area, x.level)::text AS rights
FROM muster.intel_owner_list() o JOIN muster.intel_right x ON x.role = o.role
GROUP BY o.id, o.name, o.kind, o.role
ORDER BY o.id;

-- name: role_list
SELECT r.id, r.name, r.org_role, r.comm_role, r.help FROM muster.intel_role r ORDER BY r.id;
