-- name: admin_settings
SELECT signups, default_plan, name, seats, monthly_exercises, api_access, byok, orgs FROM muster.admin_settings();

-- name: admin_settings_change
SELECT muster.admin_settings_change($1, $2, $3, $4) AS verdict;

-- name: admin_retention
SELECT name, days, sentence, removed, removed_at FROM muster.admin_retention();
