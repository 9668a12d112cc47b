-- name: sessions_list
-- One page, newest first, keyset on (created_at, id). Everything shown is on the row or one index look-up away. LATERAL with
-- LIMIT keeps it so: as plain joins the planner, which takes an organisation for average, may read all people or runs of a
-- large one for every row.
SELECT e.id, e.title, e.theme, e.difficulty, e.language, e.mode, e.timing, e.status, e.question_count, e.current_stage,
       e.total_points, e.created_by, e.participant_count, e.correct_count, e.served_count, e.created_at, e.started_at, e.completed_at,
       u.first_name, u.last_name, p.total_score AS my_score, p.answered_count AS my_answered
FROM muster.exercise e
LEFT JOIN LATERAL (SELECT first_name, last_name FROM muster.app_user
                   WHERE org_id = e.org_id AND id = e.created_by LIMIT 1) u ON true
LEFT JOIN LATERAL (SELECT total_score, answered_count FROM muster.participant
                   WHERE org_id = e.org_id AND exercise_id = e.id AND user_id = (SELECT muster.person()) LIMIT 1) p ON true
WHERE e.org_id = (SELECT muster.org())
  AND (e.created_at, e.id) < (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid)
  AND ($4::text IS NULL OR e.status = $4)
  AND ($5::text IS NULL OR e.theme = $5)
  AND ($6::text IS NULL OR e.difficulty = $6)
  AND ($7::timestamptz IS NULL OR e.updated_at >= $7)
ORDER BY e.created_at DESC, e.id DESC
LIMIT $1;

-- name: library_doc
SELECT doc FROM muster.library WHERE id = $1;

-- name: report_exercise
SELECT e.title, e.theme, e.difficulty, e.mode, e.timing, e.status, e.library_id, e.recipe, e.participant_count, e.started_at,
       e.completed_at, coalesce(b.display_name, o.name) AS org_name, b.accent_color, b.footer_text, now() AS now,
       (SELECT count(*) FROM muster.participant p
        WHERE p.org_id = e.org_id AND p.exercise_id = e.id AND p.completed_at IS NOT NULL) AS completed_participants
FROM muster.exercise e JOIN muster.org o ON o.org_id = e.org_id LEFT JOIN muster.org_branding b ON b.org_id = e.org_id
WHERE e.org_id = muster.org() AND e.id = $1;

-- name: report_answers
-- The order is part of the report's data hash. The limit is 500 participants with 30 questions each. A stage shows its
-- questions together, so the time for one begins when it was shown or when the one before was answered.
SELECT a.question_index, a.item_id, a.selected, a.is_correct, a.credit, a.points, a.max_points, a.expired, a.confidence,
       extract(epoch FROM a.answered_at - greatest(a.shown_at, lag(a.answered_at) OVER each_one))::float8 AS seconds
FROM muster.answer a
WHERE a.org_id = muster.org() AND a.exercise_id = $1
WINDOW each_one AS (PARTITION BY a.participant_id ORDER BY a.answered_at)
ORDER BY a.question_index, a.participant_id
LIMIT 15000;

-- name: report_trend
-- The organisation's completed runs before this one, newest first: same theme and difficulty are comparable.
SELECT past.completed_at, past.correct_count, past.served_count
FROM muster.exercise this,
     LATERAL (SELECT e.completed_at, e.correct_count, e.served_count, e.created_at, e.id FROM muster.exercise e
              WHERE e.org_id = this.org_id AND e.theme = this.theme AND e.difficulty = this.difficulty AND e.status = 'COMPLETED'
                AND (e.created_at, e.id) < (this.created_at, this.id)
              ORDER BY e.created_at DESC, e.id DESC
              LIMIT 5) past
WHERE this.org_id = muster.org() AND this.id = $1
ORDER BY past.created_at DESC, past.id DESC;

-- name: certificate_find
-- The caller's own run, and the certificate (cert_*) when it was issued before.
SELECT e.status, e.question_count AS questions, coalesce(b.display_name, o.name) AS org_name, b.accent_color, b.footer_text, p.id AS participant_id, p.answered_count AS answered,
       p.correct_count AS correct, p.completed_at,
       (SELECT count(*) FROM muster.answer a WHERE a.org_id = e.org_id AND a.participant_id = p.id AND a.expired) AS expired,
       c.id AS cert_id, c.holder AS cert_holder, c.exercise_title AS cert_exercise, c.theme AS cert_theme, c.difficulty AS cert_difficulty,
       c.grade AS cert_grade, c.correct_count AS cert_correct, c.question_count AS cert_questions,
       c.completed_at AS cert_completed_at, c.issued_at AS cert_issued_at, c.valid_until AS cert_valid_until,
       CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked' WHEN c.valid_until < now() THEN 'expired' ELSE 'valid' END AS cert_status
FROM muster.exercise e
JOIN muster.org o ON o.org_id = e.org_id
LEFT JOIN muster.org_branding b ON b.org_id = e.org_id
LEFT JOIN muster.participant p ON p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = muster.person()
LEFT JOIN muster.certificate c ON c.org_id = e.org_id AND c.participant_id = p.id
WHERE e.org_id = muster.org() AND e.id = $1;

-- name: certificate_issue
-- Stored once: whoever comes second at the same moment gets no row here and reads the first one's (certificate_find).
WITH issued AS (
    INSERT INTO muster.certificate AS c (org_id, exercise_id, participant_id, user_id, holder, exercise_title, theme, difficulty, grade,
                                         correct_count, question_count, completed_at, valid_until)
    SELECT p.org_id, p.exercise_id, p.id, p.user_id, u.first_name || ' ' || u.last_name, e.title, e.theme, e.difficulty, $2,
           p.correct_count, e.question_count, p.completed_at, now() + interval '1 year'
    FROM muster.participant p
    JOIN muster.exercise e ON e.org_id = p.org_id AND e.id = p.exercise_id
    JOIN muster.app_user u ON u.org_id = p.org_id AND u.id = p.user_id
    WHERE p.org_id = muster.org() AND p.id = $1 AND p.user_id = muster.person() AND p.completed_at IS NOT NULL AND e.status = 'COMPLETED'
    ON CONFLICT (org_id, participant_id) DO NOTHING
    RETURNING c.*)
SELECT c.id AS cert_id, c.holder AS cert_holder, c.exercise_title AS cert_exercise, c.theme AS cert_theme,
       c.difficulty AS cert_difficulty, c.grade AS cert_grade, c.correct_count AS cert_correct, c.question_count AS cert_questions,
       c.completed_at AS cert_completed_at, c.issued_at AS cert_issued_at, c.valid_until AS cert_valid_until, 'valid' AS cert_status,
       muster.audit('certificate.issued', 'certificate', c.id, jsonb_build_object('exercise', c.exercise_id, 'grade', c.grade)) AS audit
FROM issued c;

-- name: certificate_public
-- The theme's title is the library's; a theme that was taken out of it has none.
SELECT c.id, c.holder, c.organization, c.exercise, c.theme, c.difficulty, c.grade, c.correct_count, c.question_count, c.issued_at,
       c.valid_until, c.status,
       (SELECT l.facts ->> 'title' FROM muster.library l WHERE l.theme = c.theme AND l.language = 'en' AND l.is_current) AS theme_title
FROM muster.certificate_public($1) c;

-- name: admin_orgs
SELECT id, name, slug, plan, created_at, created_us, suspended_at IS NOT NULL AS suspended, people, exercises, last_activity
FROM muster.admin_orgs($1, $2, $3, $4, $5);

-- name: admin_org
SELECT id, name, slug, plan, created_at, suspended_at, people, deactivated, admins, invited, seats, exercises, monthly_exercises, last_activity
FROM muster.admin_org($1);

-- name: admin_org_create
SELECT verdict, invitation, expires FROM muster.admin_org_create($1, $2, $3, $4, $5, $6, $7);

-- name: admin_org_invite
SELECT verdict, invitation, expires FROM muster.admin_org_invite($1, $2, $3, $4, $5);

-- name: admin_org_change
SELECT muster.admin_org_change($1, $2, $3, $4) AS verdict;

-- name: patience
-- For the statement behind it in the pipeline, which may erase much. nginx waits a little longer (fastcgi_slow.conf).
SELECT set_config('statement_timeout', '290s', true);

-- name: admin_org_delete
SELECT verdict, receipt FROM muster.admin_org_delete($1, $2);

-- name: admin_users
SELECT id, email, first_name, last_name, role, status, created_at, last_sign_in_at, sessions, factor, org_id, org_name
FROM muster.admin_users($1, $2, $3, $4);

-- name: admin_user_change
SELECT muster.admin_user_change($1, $2) AS verdict;

-- name: admin_user_sessions_end
SELECT ended FROM muster.admin_user_sessions_end($1);

-- name: admin_settings
SELECT signups, default_plan, name, seats, monthly_exercises, api_access, byok, orgs FROM muster.admin_settings();

-- name: admin_settings_change
SELECT muster.admin_settings_change($1, $2, $3, $4) AS verdict;

-- name: admin_retention
SELECT name, days, sentence, removed, removed_at FROM muster.admin_retention();

-- name: admin_health
-- The function says number and name of the migration; the name begins with the number.
SELECT size_bytes, split_part(migration, ' ', 2) AS migration, migrated_at, started_at, queued, running, dead, oldest_seconds, worker_at, workers FROM muster.admin_health();

-- name: admin_jobs
SELECT id, kind, mail_kind, domain, org_id, org_name, state, attempts, max_attempts, last_error, created_at, run_at, finished_at, sort_us
FROM muster.admin_jobs($1, $2, $3, $4);

-- name: admin_job_retry
SELECT muster.admin_job_retry($1) AS verdict;

-- name: admin_job_delete
SELECT muster.admin_job_delete($1) AS verdict;

-- name: admin_audit_org
SELECT org_id, org_name, seq, at, at_us, kind, actor_id, actor, action, target, target_id, target_name, detail, request
FROM muster.admin_audit_org($1, $2, $3, $4, $5, $6, $7);

-- name: admin_audit_platform
SELECT org_id, org_name, seq, at, at_us, kind, actor_id, actor, action, target, target_id, target_name, detail, request
FROM muster.admin_audit_platform($1, $2, $3, $4, $5, $6, $7);
