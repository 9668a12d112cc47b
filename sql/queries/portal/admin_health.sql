-- name: admin_health
-- The function says number and name of the migration; the name begins with the number.
SELECT version, size_bytes, split_part(migration, ' ', 2) AS migration, migrated_at, started_at, queued, running, dead, oldest_seconds, worker_at, workers FROM muster.admin_health();

-- name: admin_jobs
SELECT id, kind, mail_kind, domain, org_id, org_name, state, percent, attempts, max_attempts, last_error, created_at, run_at, finished_at, sort_us
FROM muster.admin_jobs($1, $2, $3, $4);

-- name: admin_job_retry
SELECT muster.admin_job_retry($1) AS verdict;

-- name: admin_job_delete
SELECT muster.admin_job_delete($1) AS verdict;
