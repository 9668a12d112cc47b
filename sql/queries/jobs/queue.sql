-- name: listen
LISTEN muster_jobs;

-- name: schedule
SELECT muster.job_schedule($1, now() + make_interval(secs => $2::integer), $3);

-- name: take
SELECT id, kind, attempt, max_attempts, org_id, mail_id, payload, cancelled, resting
FROM muster.job_take($1, $2, $3, $4, $5, $6);

-- name: enter
-- First in each pipeline of the job's own statements. Its id names what it does in the audit log.
SELECT muster.job_enter($1, $2), set_config('app.actor', 'system', true), set_config('app.request_id', $1::text, true);

-- name: next
SELECT ceil(muster.job_next($1) * 1000)::bigint AS ms;

-- name: beat
SELECT muster.job_beat($1, $2, $3, $4, $5) AS verdict;

-- name: hold
SELECT muster.job_hold($1, $2);

-- name: done
SELECT muster.job_done($1, $2, $3) AS ok;

-- name: fail
SELECT muster.job_fail($1, $2, $3, $4, $5, $6) AS state;

-- name: back
SELECT muster.job_back($1, $2) AS ok;

-- name: rest
SELECT muster.job_rest($1, $2);
