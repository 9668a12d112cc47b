-- name: ending_remind
SELECT muster.org_ending_remind();

-- name: ending_step
SELECT muster.org_ending_step() AS org;
