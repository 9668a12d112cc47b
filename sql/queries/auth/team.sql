-- name: user_list
-- One page, who came first first, keyset on (created_at, id). Who has no second factor is for administrators alone.
SELECT u.id, u.email, u.first_name, u.last_name, u.role, u.status, u.created_at, u.last_sign_in_at,
       CASE WHEN me.sees THEN EXISTS (SELECT FROM muster.second_factor f WHERE f.org_id = u.org_id AND f.user_id = u.id AND f.confirmed_at IS NOT NULL)
       END AS has_factor,
       CASE WHEN me.sees THEN (SELECT muster.factor_reset_at(t.created_at) FROM muster.account_token t
                               WHERE t.org_id = u.org_id AND t.user_id = u.id AND t.purpose = 'reset_factor') END AS ends_at
FROM muster.app_user u
CROSS JOIN (SELECT a.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN') AS sees FROM muster.app_user a
            WHERE a.org_id = muster.org() AND a.id = muster.person()) me
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
