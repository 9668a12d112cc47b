-- name: api_key_list
SELECT id, name, prefix, scopes, created_at, last_used_at, expires_at
FROM muster.api_key
WHERE org_id = muster.org() AND user_id = muster.person()
ORDER BY created_at DESC, id DESC
LIMIT 200;

-- name: api_key_create
-- Follows password_keep. No row when the plan has no API access, or the session $6 has ended. A person has at most 50 keys.
WITH made AS (
    INSERT INTO muster.api_key (org_id, user_id, name, prefix, token_hash, scopes, expires_at)
    SELECT muster.org(), muster.person(), $1, $2, $3, $4, coalesce($5, now() + interval '1 year')
    FROM muster.org o JOIN muster.plan p ON p.name = o.plan
    WHERE o.org_id = muster.org() AND p.api_access
      AND EXISTS (SELECT FROM muster.user_session s WHERE s.org_id = muster.org() AND s.user_id = muster.person() AND s.id = $6)
      AND (SELECT count(*) FROM muster.api_key k WHERE k.org_id = muster.org() AND k.user_id = muster.person()) < 50
    RETURNING id, name, prefix, scopes, created_at, expires_at)
SELECT id, name, prefix, scopes, created_at, expires_at, muster.own_mail('api_key_created') AS mail,
       muster.audit('api_key.created', 'api_key', id, jsonb_build_object('scopes', scopes, 'expires_at', expires_at)) AS audit
FROM made;

-- name: api_access
SELECT p.api_access, EXISTS (SELECT FROM muster.user_session s WHERE s.org_id = muster.org() AND s.user_id = muster.person() AND s.id = $1) AS signed_in
FROM muster.org o JOIN muster.plan p ON p.name = o.plan WHERE o.org_id = muster.org();

-- name: api_key_delete
WITH revoked AS (
    DELETE FROM muster.api_key WHERE org_id = muster.org() AND user_id = muster.person() AND id = $1 RETURNING id)
SELECT id, muster.audit('api_key.revoked', 'api_key', id, NULL) AS audit FROM revoked;
