-- Statements every family has.

-- name: principal
-- Credential to principal; checks the route's guard and enters the tenant for this pipeline.
SELECT verdict, user_id, org_id, role, credential_id, extract(epoch FROM now() - authenticated_at)::bigint AS age
FROM muster.principal_enter($1, $2, $3, $4);

-- name: enter
-- Enters the tenant again: the second round trip of a request that is authenticated already.
SELECT set_config('app.org_id', $1, true), set_config('app.user_id', $2, true);

-- name: attempt_take
SELECT muster.attempt_take($1, $2, $3, $4) AS wait;

-- name: ping
SELECT 1;
