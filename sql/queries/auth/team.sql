-- name: user_list
-- One page, who came first first, keyset on (created_at, id).
SELECT u.id, u.email, u.first_name, u.last_name, u.role, u.status, u.created_at, u.last_sign_in_at
FROM muster.app_user u
WHERE u.org_id = (SELECT muster.org())
  AND (u.created_at, u.id) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid)
ORDER BY u.created_at, u.id
LIMIT $1;

-- name: seats
SELECT p.seats AS total,
       (SELECT count(*) FROM muster.app_user u WHERE u.org_id = o.org_id AND u.status = 'ACTIVE') AS used,
       (SELECT count(*) FROM muster.invitation i
        WHERE i.org_id = o.org_id AND i.accepted_at IS NULL AND i.expires_at > now()) AS invited
FROM muster.org o JOIN muster.plan p ON p.name = o.plan
WHERE o.org_id = muster.org();

-- name: user_change
SELECT muster.user_change($1, $2, $3) AS verdict;

-- name: user_remove
SELECT muster.user_remove($1) AS verdict;
