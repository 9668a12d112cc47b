-- name: admin_users
SELECT id, email, first_name, last_name, role, status, created_at, last_sign_in_at, sessions, factor, org_id, org_name
FROM muster.admin_users($1, $2, $3, $4);

-- name: admin_user_change
SELECT muster.admin_user_change($1, $2) AS verdict;

-- name: admin_user_sessions_end
SELECT ended FROM muster.admin_user_sessions_end($1);
