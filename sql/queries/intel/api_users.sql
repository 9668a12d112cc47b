-- name: api_user_list
SELECT u.id, u.name, u.role, u.access_id, u.created_at, u.last_used_at, p.id AS maker_id, p.first_name, p.last_name
FROM muster.intel_user u LEFT JOIN muster.app_user p ON p.org_id = u.org_id AND p.id = u.created_by
WHERE u.org_id = muster.org() AND u.access_id IS NOT NULL AND u.revoked_at IS NULL
ORDER BY u.id DESC
LIMIT 200;

-- name: api_user_create
-- No row when the plan has no API access, or there are 200.
WITH made AS (
    INSERT INTO muster.intel_user (org_id, access_id, name, role, sealed, secret_hash, created_by)
    SELECT muster.org(), $1, $2, $3, $4, $5, muster.person()
    FROM muster.org o JOIN muster.plan p ON p.name = o.plan
    WHERE o.org_id = muster.org() AND p.api_access
      AND (SELECT count(*) FROM muster.intel_user u
           WHERE u.org_id = muster.org() AND u.access_id IS NOT NULL AND u.revoked_at IS NULL) < 200
    RETURNING id, access_id, role)
SELECT id, access_id, muster.audit('api_user.created', 'api_user', NULL, jsonb_build_object('id', id, 'role', role)) AS audit
FROM made;

-- name: api_access
SELECT p.api_access FROM muster.org o JOIN muster.plan p ON p.name = o.plan WHERE o.org_id = muster.org();

-- name: api_user_revoke
SELECT muster.api_user_revoke($1) AS revoked;

-- name: api_user_token
-- No row: there is no such API user.
WITH made AS (
    INSERT INTO muster.intel_token (org_id, api_user, token_hash, expires_at)
    SELECT u.org_id, u.id, $2, coalesce($3, now() + interval '1 year') FROM muster.intel_user u
    WHERE u.org_id = muster.org() AND u.id = $1 AND u.access_id IS NOT NULL AND u.revoked_at IS NULL
    RETURNING api_user, expires_at)
SELECT expires_at, muster.audit('api_user.token_created', 'api_user', NULL, jsonb_build_object('id', api_user, 'expires_at', expires_at)) AS audit
FROM made;

-- name: api_user_access_id
SELECT u.access_id FROM muster.intel_user u
WHERE u.org_id = muster.org() AND u.id = $1 AND u.access_id IS NOT NULL AND u.revoked_at IS NULL;
