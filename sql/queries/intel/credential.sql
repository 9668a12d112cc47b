-- name: intel_credential
-- What the credential stands for, before it is believed.
SELECT org, access_id, sealed, expired FROM muster.intel_credential($1, $2);

-- name: intel_principal
-- Enters the tenant of an API user for this pipeline, or ends it. The kind of actor and the request are for the audit log.
SELECT id, org_id, role, name, set_config('app.actor', 'key', true), set_config('app.request_id', $4, true)
FROM muster.intel_enter($1, $2, $3);

-- name: token_create
-- Of the API user that asks, for itself: who asks by a token or a signature is as good as the other.
INSERT INTO muster.intel_token (org_id, api_user, token_hash, expires_at)
SELECT muster.org(), muster.intel_api_user(), $1, $2 WHERE muster.intel_api_user() IS NOT NULL
RETURNING expires_at;

-- name: token_renew
-- For whoever shows a token that is valid or ended less than an hour ago: another one. No row: it is none.
SELECT access_id, expires_at FROM muster.intel_token_renew($1, $2, $3);

-- name: whoami
SELECT u.access_id AS user_name, u.name AS first_name, 'API' AS last_name, u.name AS pseudonym, u.role
FROM muster.intel_user u WHERE u.org_id = muster.org() AND u.id = muster.intel_api_user()
UNION ALL
SELECT p.email, p.first_name, p.last_name, p.pseudonym, muster.intel_role_of(p.role)
FROM (SELECT a.email, a.first_name, a.last_name, concat('user-', u.id) AS pseudonym, a.role
      FROM muster.app_user a JOIN muster.intel_user u ON u.org_id = a.org_id AND u.user_id = a.id
      WHERE a.org_id = muster.org() AND a.id = muster.person()) p;
