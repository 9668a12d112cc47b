-- name: attempt_take
-- Does not wait for the disk, nor does the other: losing the last counts in a crash is no harm.
SELECT muster.attempt_take($1, $2, $3, $4) AS wait, set_config('synchronous_commit', 'off', true);

-- name: attempt_take_each
-- refused: which one did, from 1; 0 when none.
SELECT wait, refused, set_config('synchronous_commit', 'off', true) FROM muster.attempt_take_each($1, $2, $3, $4);

-- name: attempt_back
SELECT muster.attempt_back($1, $2);
