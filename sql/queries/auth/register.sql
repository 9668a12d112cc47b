-- name: signup_settings
-- Stored for the platform, or the environment's: whether strangers may register ($1), and the plan they get ($2).
SELECT coalesce((SELECT s.signups FROM muster.platform_setting s), $1) AS signups,
       coalesce((SELECT s.default_plan FROM muster.platform_setting s), $2) AS default_plan;

-- name: register
-- $7: the environment's plan, where none is stored for the platform.
SELECT muster.register($1, $2, $3, $4, $5, $6, coalesce((SELECT s.default_plan FROM muster.platform_setting s), $7), $8, $9, $10, $11, $12) AS verdict;

-- name: register_wait
-- Where mail leaves the server; $7 as above.
SELECT muster.register_wait($1, $2, $3, $4, $5, $6, coalesce((SELECT s.default_plan FROM muster.platform_setting s), $7), $8, $9, $10, $11) AS verdict;
