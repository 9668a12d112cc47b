-- name: patience
-- For the statement behind it in the pipeline, which may erase much. nginx waits a little longer (fastcgi_slow.conf).
SELECT set_config('statement_timeout', '290s', true);
