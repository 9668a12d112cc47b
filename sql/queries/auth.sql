-- name: sign_in_lookup
SELECT user_id, org_id, status, password_hash FROM muster.sign_in_lookup($1);

-- name: attempt_forget
SELECT muster.attempt_forget($1, $2);

-- name: sign_in_record
SELECT muster.sign_in_record($1, $2);

-- name: session_create
-- Follows sign_in_record in the same pipeline, which has entered the tenant.
INSERT INTO muster.user_session (org_id, user_id, token_hash, expires_at, address, user_agent)
VALUES (muster.org(), muster.person(), $1, now() + make_interval(secs => $2::integer), $3, $4);

-- name: session_end
DELETE FROM muster.user_session WHERE org_id = muster.org() AND token_hash = $1;

-- name: me
SELECT u.id, u.email, u.first_name, u.last_name, u.role, u.language, o.org_id, o.name AS org_name, o.slug, o.plan,
       p.api_access, p.byok
FROM muster.app_user u
JOIN muster.org o ON o.org_id = u.org_id
JOIN muster.plan p ON p.name = o.plan
WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: register
SELECT muster.register($1, $2, $3, $4, $5, $6, $7, $8, $9) AS verdict;

-- name: api_key_list
SELECT id, name, prefix, scopes, created_at, last_used_at, expires_at
FROM muster.api_key
WHERE org_id = muster.org() AND user_id = muster.person()
ORDER BY created_at DESC, id DESC
LIMIT 200;

-- name: api_key_create
-- No row when the plan has no API access. A person has at most 50 keys.
INSERT INTO muster.api_key (org_id, user_id, name, prefix, token_hash, scopes, expires_at)
SELECT muster.org(), muster.person(), $1, $2, $3, $4, $5
FROM muster.org o JOIN muster.plan p ON p.name = o.plan
WHERE o.org_id = muster.org() AND p.api_access
  AND (SELECT count(*) FROM muster.api_key k WHERE k.org_id = muster.org() AND k.user_id = muster.person()) < 50
RETURNING id, name, prefix, scopes, created_at, expires_at;

-- name: api_access
SELECT p.api_access FROM muster.org o JOIN muster.plan p ON p.name = o.plan WHERE o.org_id = muster.org();

-- name: api_key_delete
DELETE FROM muster.api_key WHERE org_id = muster.org() AND user_id = muster.person() AND id = $1 RETURNING id;
