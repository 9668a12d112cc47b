-- name: library_doc
SELECT doc FROM muster.library WHERE id = $1;

-- name: report_exercise
SELECT concat_ws(' · ', e.name, e.title) AS title, e.theme, e.difficulty, e.mode, e.timing, e.status, e.library_id, e.recipe, e.participant_count, e.started_at,
       (SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = e.org_id AND u.id = muster.person())
           OR EXISTS (SELECT FROM muster.participant p WHERE p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = muster.person()) AS may_read,
       e.completed_at, coalesce(b.display_name, o.name) AS org_name, b.accent_color, b.footer_text, now() AS now,
       (SELECT count(*) FROM muster.participant p
        WHERE p.org_id = e.org_id AND p.exercise_id = e.id AND p.completed_at IS NOT NULL) AS completed_participants
FROM muster.exercise e JOIN muster.org o ON o.org_id = e.org_id LEFT JOIN muster.org_branding b ON b.org_id = e.org_id
WHERE e.org_id = muster.org() AND e.id = $1;

-- name: report_seen
-- The first time that the caller opened it, where that is allowed.
SELECT muster.exercise_seen_note(e.id, 'report')
FROM muster.exercise e
WHERE e.org_id = muster.org() AND e.id = $1 AND e.status = 'COMPLETED'
  AND ((SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = e.org_id AND u.id = muster.person())
       OR EXISTS (SELECT FROM muster.participant p WHERE p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = muster.person()));

-- name: report_answers
-- The order is part of the report's data hash. There are 15,000 rows at most: the table exercise has 500 participants with 30 questions
-- each. A stage shows its questions together, so the time for one begins when it was shown or when the one before was answered.
SELECT a.question_index, a.item_id, a.selected, a.is_correct, a.credit, a.points, a.max_points, a.expired, a.confidence,
       extract(epoch FROM a.answered_at - greatest(a.shown_at, lag(a.answered_at) OVER each_one))::float8 AS seconds
FROM muster.answer a
WHERE a.org_id = muster.org() AND a.exercise_id = $1
WINDOW each_one AS (PARTITION BY a.participant_id ORDER BY a.answered_at)
ORDER BY a.question_index, a.participant_id;

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
