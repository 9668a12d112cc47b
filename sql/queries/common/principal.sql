-- name: principal
-- Credential to principal; checks the route's guard and enters the tenant for this pipeline, or ends it: each round trip of a request shows
-- its credential, since what was entered ends with the transaction and cannot be said by a family. Kind of credential and request
-- id are for the audit log.
SELECT user_id, org_id, role, credential_id, language, extract(epoch FROM now() - authenticated_at)::bigint AS age,
       set_config('app.actor', CASE WHEN $1 = 'key' THEN 'key' ELSE 'session' END, true), set_config('app.request_id', $5, true)
FROM muster.principal_enter($1, $2, $3, $4, $6, $7, $8, $9);

-- name: request
-- A write that anybody may send: names the request for the audit log.
SELECT set_config('app.request_id', $1, true);
