-- name: attempt_take
SELECT muster.attempt_take($1, $2, $3, $4) AS wait;

-- name: attempt_take_pair
-- The second only when the first allows it.
WITH first AS MATERIALIZED (SELECT muster.attempt_take($1, $2, $3, $7) AS wait)
SELECT CASE WHEN wait > 0 THEN wait ELSE muster.attempt_take($4, $5, $6, $7) END AS wait FROM first;
