-- name: listen
LISTEN muster_jobs;

-- name: schedule
SELECT muster.job_schedule($1, now() + make_interval(secs => $2::integer));

-- name: take
SELECT id, kind, attempt, org_id, mail_id FROM muster.job_take($1, $2);

-- name: next
SELECT ceil(muster.job_next($1) * 1000)::bigint AS ms;

-- name: done
SELECT muster.job_done($1, $2) AS ok;

-- name: fail
SELECT muster.job_fail($1, $2, $3, $4) AS state;
