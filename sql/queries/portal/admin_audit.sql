-- name: admin_audit_org
SELECT org_id, org_name, seq, at, kind, actor_id, actor, action, target, target_id, target_name, detail, request
FROM muster.admin_audit_org($1, $2, $3, $4, $5, $6, $7);

-- name: admin_audit_platform
SELECT org_id, org_name, seq, at, kind, actor_id, actor, action, target, target_id, target_name, detail, request
FROM muster.admin_audit_platform($1, $2, $3, $4, $5, $6, $7);
