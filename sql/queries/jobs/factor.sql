-- name: factor_reset
SELECT muster.factor_reset_apply($1, NULL);
