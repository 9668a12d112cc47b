-- name: sealed_list
-- For the owner of the schema alone (muster-auth --reseal): a page of all tenants' secrets by key. Others see their tenant's.
SELECT org_id, user_id AS id, sealed FROM muster.second_factor
WHERE (org_id, user_id) > ($1::uuid, $2::uuid)
ORDER BY org_id, user_id
LIMIT 500;

-- name: sealed_replace
UPDATE muster.second_factor SET sealed = $4 WHERE org_id = $1 AND user_id = $2 AND sealed = $3;

-- name: sealed_mail_list
-- Likewise, of mails that wait.
SELECT org_id, id, recipient, sealed FROM muster.mail
WHERE sealed IS NOT NULL AND (org_id, id) > ($1::uuid, $2::uuid)
ORDER BY org_id, id
LIMIT 500;

-- name: sealed_mail_replace
UPDATE muster.mail SET sealed = $4 WHERE org_id = $1 AND id = $2 AND sealed = $3;

-- name: sealed_api_user_list
-- Likewise, of API users, which are named by their access id: it sorts behind the id that is nobody's.
SELECT org_id, access_id AS id, sealed FROM muster.intel_user
WHERE sealed IS NOT NULL AND (org_id, access_id) > ($1::uuid, $2)
ORDER BY org_id, access_id
LIMIT 500;

-- name: sealed_api_user_replace
UPDATE muster.intel_user SET sealed = $4 WHERE org_id = $1 AND access_id = $2 AND sealed = $3;
