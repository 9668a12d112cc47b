-- name: admin_orgs
SELECT id, name, slug, plan, CASE WHEN suspended_at IS NULL THEN 'ACTIVE' ELSE 'SUSPENDED' END AS status, created_at, people, exercises, last_activity, ends_at
FROM muster.admin_orgs($1, $2, $3, $4, $5);

-- name: admin_org
SELECT id, name, slug, plan, CASE WHEN suspended_at IS NULL THEN 'ACTIVE' ELSE 'SUSPENDED' END AS status, created_at, suspended_at, people, deactivated, admins, invited, seats, exercises, monthly_exercises, last_activity, ends_at
FROM muster.admin_org($1);

-- name: admin_org_create
SELECT verdict, $1::uuid AS id, $4::text AS email, invitation, expires FROM muster.admin_org_create($1, $2, $3, $4, $5, $6, $7);

-- name: admin_org_invite
SELECT verdict, $2::text AS email, invitation, expires FROM muster.admin_org_invite($1, $2, $3, $4, $5);

-- name: admin_org_change
SELECT muster.admin_org_change($1, $2, $3, $4) AS verdict;

-- name: admin_org_delete
SELECT verdict, ends_at FROM muster.admin_org_delete($1, $2);

-- name: admin_org_restore
SELECT muster.admin_org_restore($1) AS verdict;
