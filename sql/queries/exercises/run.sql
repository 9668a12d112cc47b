-- name: library_doc
SELECT doc FROM muster.library WHERE id = $1;

-- name: session_get
-- With the caller's certificate, NULL when there is none.
SELECT e.id, e.org_id, e.name, e.title, e.theme, e.difficulty, e.language, e.engine, e.mode, e.timing, e.status, e.question_count,
       e.stage_count, e.current_stage, e.total_points, e.library_id, e.recipe, e.mitre_attack_ids, e.created_by,
       e.created_at, e.started_at, e.completed_at,
       (SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = e.org_id AND u.id = muster.person()) AS leads,
       EXISTS (SELECT FROM muster.exercise_seen s
               WHERE s.org_id = e.org_id AND s.user_id = muster.person() AND s.exercise_id = e.id AND s.what = 'debrief') AS seen,
       (SELECT c.id FROM muster.certificate c
        WHERE c.org_id = e.org_id AND c.exercise_id = e.id AND c.user_id = muster.person() LIMIT 1) AS certificate_id
FROM muster.exercise e WHERE e.org_id = muster.org() AND e.id = $1;

-- name: session_participants
-- At most 500, as the table exercise says.
SELECT p.id, p.user_id, p.total_score, p.joined_at, p.completed_at, p.option_seed, p.timing, p.answered_count, p.correct_count,
       u.first_name, u.last_name, coalesce(p.user_id = muster.person(), false) AS own,
       rank() OVER (ORDER BY p.total_score DESC) AS rank
FROM muster.participant p
LEFT JOIN muster.app_user u ON u.org_id = p.org_id AND u.id = p.user_id
WHERE p.org_id = muster.org() AND p.exercise_id = $1
ORDER BY p.joined_at, p.id;

-- name: session_answers
-- The caller's own answers.
SELECT a.question_index, a.stage_number, a.item_id, a.selected, a.is_correct, a.credit, a.points, a.max_points, a.expired,
       a.confidence, a.rationale, a.answered_at
FROM muster.answer a
WHERE a.org_id = muster.org() AND a.participant_id = (
    SELECT p.id FROM muster.participant p
    WHERE p.org_id = muster.org() AND p.exercise_id = $1 AND p.user_id = muster.person())
ORDER BY a.question_index;

-- name: session_answers_all
-- Everybody's answers: only for a completed exercise, only for those who lead or audit, and not of a run that is the caller's alone. That
-- is asked once, before any answer.
SELECT a.participant_id, a.question_index, a.stage_number, a.selected, a.is_correct, a.points, a.expired, a.confidence, a.rationale, a.answered_at
FROM muster.answer a
WHERE a.org_id = muster.org() AND a.exercise_id = $1
  AND (SELECT e.status = 'COMPLETED' AND (e.own_score IS NULL OR e.created_by IS DISTINCT FROM muster.person())
       FROM muster.exercise e WHERE e.org_id = muster.org() AND e.id = $1)
  AND (SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person())
ORDER BY a.participant_id, a.question_index;

-- name: session_shown
SELECT s.question_index, s.shown_at, s.deadline, coalesce(clock_timestamp() > s.deadline + interval '2 seconds', false) AS overdue
FROM muster.question_shown s
WHERE s.org_id = muster.org() AND s.participant_id = (
    SELECT p.id FROM muster.participant p
    WHERE p.org_id = muster.org() AND p.exercise_id = $1 AND p.user_id = muster.person())
ORDER BY s.question_index;

-- name: debrief_seen
SELECT muster.exercise_seen_note($1, 'debrief');
