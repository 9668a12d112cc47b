-- name: attempt_take
-- Does not wait for the disk, nor does the other: losing the last counts in a crash is no harm.
SELECT muster.attempt_take($1, $2, $3, $4) AS wait, set_config('synchronous_commit', 'off', true);

-- name: attempt_take_pair
-- The second only when the first allows it.
WITH first AS MATERIALIZED (SELECT muster.attempt_take($1, $2, $3, $7) AS wait)
SELECT CASE WHEN wait > 0 THEN wait ELSE muster.attempt_take($4, $5, $6, $7) END AS wait, set_config('synchronous_commit', 'off', true)
FROM first;
