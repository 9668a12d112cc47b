-- name: library_current
-- The catalogue: what is current, without the texts.
SELECT id, theme, language, facts FROM muster.library WHERE is_current ORDER BY theme, language;

-- name: library_current_ids
SELECT id, theme, language FROM muster.library WHERE is_current ORDER BY theme, language;

-- name: library_doc
SELECT doc FROM muster.library WHERE id = $1;

-- name: generate_inputs
-- What the generator knows of the organisation: profile, tools by category, the caller's language.
SELECT o.name AS org_name, u.language,
       (SELECT p.profile FROM muster.org_profile p WHERE p.org_id = o.org_id) AS profile,
       (SELECT jsonb_object_agg(t.category, t.name)
        FROM (SELECT DISTINCT ON (category) category, name FROM muster.org_tool
              WHERE org_id = muster.org() ORDER BY category, name) t) AS tools
FROM muster.org o JOIN muster.app_user u ON u.org_id = o.org_id
WHERE o.org_id = muster.org() AND u.id = muster.person();

-- name: generate_recent
-- Questions of this theme that the person met lately: the last twenty exercises of the organisation are looked at, so
-- the cost does not grow with history.
SELECT array_agg(item #>> '{}') AS ids
FROM (SELECT e.recipe, e.theme, e.created_by FROM muster.exercise e WHERE e.org_id = muster.org()
      ORDER BY e.created_at DESC, e.id DESC LIMIT 20) lately,
     jsonb_path_query(lately.recipe, '$.questions[*][*]') AS item
WHERE lately.theme = $1 AND lately.created_by = muster.person();

-- name: exercise_create
SELECT verdict, id FROM muster.exercise_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: session_get
SELECT e.id, e.org_id, e.title, e.theme, e.difficulty, e.language, e.engine, e.mode, e.timing, e.status, e.question_count,
       e.stage_count, e.current_stage, e.total_points, e.library_id, e.recipe, e.mitre_attack_ids, e.created_by,
       e.created_at, e.started_at, e.completed_at
FROM muster.exercise e WHERE e.org_id = muster.org() AND e.id = $1;

-- name: session_participants
SELECT p.id, p.user_id, p.total_score, p.joined_at, p.completed_at, p.option_seed, p.timing, p.answered_count, p.correct_count,
       u.first_name, u.last_name, coalesce(p.user_id = muster.person(), false) AS own,
       rank() OVER (ORDER BY p.total_score DESC) AS rank
FROM muster.participant p
LEFT JOIN muster.app_user u ON u.org_id = p.org_id AND u.id = p.user_id
WHERE p.org_id = muster.org() AND p.exercise_id = $1
ORDER BY p.joined_at, p.id
LIMIT 500;

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
-- Everybody's answers: only for a completed exercise, only for those who lead or audit. Both are asked once, before any answer.
SELECT a.participant_id, a.question_index, a.stage_number, a.selected, a.is_correct, a.points, a.expired, a.confidence, a.rationale, a.answered_at
FROM muster.answer a
WHERE a.org_id = muster.org() AND a.exercise_id = $1
  AND (SELECT e.status = 'COMPLETED' FROM muster.exercise e WHERE e.org_id = muster.org() AND e.id = $1)
  AND (SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person())
ORDER BY a.participant_id, a.question_index
LIMIT 15000;

-- name: session_shown
SELECT s.question_index, s.shown_at, s.deadline, coalesce(clock_timestamp() > s.deadline + interval '2 seconds', false) AS overdue
FROM muster.question_shown s
WHERE s.org_id = muster.org() AND s.participant_id = (
    SELECT p.id FROM muster.participant p
    WHERE p.org_id = muster.org() AND p.exercise_id = $1 AND p.user_id = muster.person())
ORDER BY s.question_index;

-- name: session_certificate
SELECT c.id, c.grade FROM muster.certificate c
WHERE c.org_id = muster.org() AND c.exercise_id = $1 AND c.user_id = muster.person();

-- name: session_status
SELECT id, status, title, question_count,
       (SELECT p.answered_count FROM muster.participant p
        WHERE p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = muster.person()) AS answered
FROM muster.exercise e WHERE e.org_id = muster.org() AND e.id = $1;

-- name: question_show
SELECT question_index, shown_at, deadline FROM muster.question_show($1, $2, $3, $4);

-- name: answer_put
SELECT verdict, total_score, answered, completed, stage_completed
FROM muster.answer_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: exercise_delete
SELECT muster.exercise_delete($1) AS verdict;
