-- name: library_current
-- The catalogue: what is current, without the texts.
SELECT id, theme, language, facts FROM muster.library WHERE is_current ORDER BY theme, language;

-- name: library_current_ids
SELECT id, theme, language FROM muster.library WHERE is_current ORDER BY theme, language;

-- name: library_doc
SELECT doc FROM muster.library WHERE id = $1;

-- name: generate_inputs
-- What the generator knows of the organisation: profile, selected tools by category (the first by name), languages.
SELECT o.name AS org_name, u.language, o.language AS organisation_default,
       (SELECT p.profile FROM muster.org_profile p WHERE p.org_id = o.org_id) AS profile,
       (SELECT jsonb_object_agg(t.category, t.name)
        FROM (SELECT DISTINCT ON (category) category, name FROM muster.org_tool
              WHERE org_id = muster.org() AND selected ORDER BY category, name) t) AS tools
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
SELECT verdict, id, CASE WHEN verdict = 'ok' THEN muster.audit('exercise.generated', 'exercise', id, NULL) END AS audit
FROM muster.exercise_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

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
SELECT verdict, CASE WHEN verdict = 'ok' THEN muster.audit('exercise.deleted', 'exercise', $1, NULL) END AS audit
FROM muster.exercise_delete($1) AS verdict;

-- name: profile_get
SELECT profile FROM muster.org_profile WHERE org_id = muster.org();

-- name: profile_put
WITH put AS (
    INSERT INTO muster.org_profile (org_id, profile) VALUES (muster.org(), $1)
    ON CONFLICT (org_id) DO UPDATE SET profile = excluded.profile, updated_at = now()
    RETURNING org_id)
SELECT muster.audit('organization.profile_changed', 'organization', org_id, NULL) FROM put;

-- name: character_list
SELECT id, name, role, department, description, expertise, created_at FROM muster.org_character
WHERE org_id = muster.org() ORDER BY created_at DESC, id DESC LIMIT 200;

-- name: character_pick
-- The chosen ones, in the order of choice.
SELECT c.id, c.name, c.role, c.department, c.description, c.expertise
FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, n) JOIN muster.org_character c ON c.id = wanted.id
WHERE c.org_id = muster.org() ORDER BY wanted.n;

-- name: character_lock
-- Two who add the last one at the same time wait for each other.
SELECT pg_advisory_xact_lock(hashtextextended('characters:' || muster.org(), 0));

-- name: character_create
-- No row when the organisation has 200.
WITH made AS (
    INSERT INTO muster.org_character (org_id, name, role, department, description, expertise)
    SELECT muster.org(), $1, $2, $3, $4, $5
    WHERE (SELECT count(*) FROM muster.org_character WHERE org_id = muster.org()) < 200
    RETURNING id, name, role, department, description, expertise, created_at)
SELECT made.*, muster.audit('character.created', 'character', id, NULL) AS audit FROM made;

-- name: character_update
WITH changed AS (
    UPDATE muster.org_character SET name = $2, role = $3, department = $4, description = $5, expertise = $6
    WHERE org_id = muster.org() AND id = $1
    RETURNING id, name, role, department, description, expertise, created_at)
SELECT changed.*, muster.audit('character.changed', 'character', id, NULL) AS audit FROM changed;

-- name: character_delete
WITH gone AS (DELETE FROM muster.org_character WHERE org_id = muster.org() AND id = $1 RETURNING id)
SELECT id, muster.audit('character.deleted', 'character', id, NULL) AS audit FROM gone;

-- name: tool_list
-- The catalogue and the organisation's own tools.
SELECT t.id, t.category, t.name, false AS own, EXISTS (SELECT FROM muster.org_tool o WHERE o.org_id = muster.org() AND o.id = t.id) AS selected
FROM muster.tool t
UNION ALL
SELECT o.id, o.category, o.name, true, o.selected FROM muster.org_tool o WHERE o.org_id = muster.org() AND o.tool_id IS NULL
ORDER BY category, name;

-- name: tool_deselect
DELETE FROM muster.org_tool WHERE org_id = muster.org() AND tool_id IS NOT NULL AND id <> ALL ($1::uuid[]);

-- name: tool_mark
UPDATE muster.org_tool SET selected = id = ANY ($1::uuid[])
WHERE org_id = muster.org() AND tool_id IS NULL AND selected <> (id = ANY ($1::uuid[]));

-- name: tool_select
INSERT INTO muster.org_tool (org_id, id, category, name, tool_id)
SELECT muster.org(), t.id, t.category, t.name, t.id FROM muster.tool t WHERE t.id = ANY ($1::uuid[])
ON CONFLICT DO NOTHING;

-- name: tool_note
SELECT muster.audit('organization.tools_chosen', 'organization', muster.org(), jsonb_build_object('tools', cardinality($1::uuid[])));

-- name: tool_lock
SELECT pg_advisory_xact_lock(hashtextextended('tools:' || muster.org(), 0));

-- name: tool_create
-- Verdicts: ok, there_already (in the catalogue or an own one), full (100 own ones).
WITH verdict AS (
    SELECT CASE WHEN EXISTS (SELECT FROM muster.tool t WHERE t.category = $1 AND lower(t.name) = lower($2))
                  OR EXISTS (SELECT FROM muster.org_tool o
                             WHERE o.org_id = muster.org() AND o.category = $1 AND lower(o.name) = lower($2)) THEN 'there_already'
                WHEN (SELECT count(*) FROM muster.org_tool o WHERE o.org_id = muster.org() AND o.tool_id IS NULL) >= 100 THEN 'full'
                ELSE 'ok' END AS verdict),
made AS (
    INSERT INTO muster.org_tool (org_id, category, name)
    SELECT muster.org(), $1, $2 FROM verdict WHERE verdict = 'ok'
    RETURNING id, category, name)
SELECT v.verdict, made.id, made.category, made.name, true AS own,
       CASE WHEN v.verdict = 'ok' THEN muster.audit('tool.created', 'tool', made.id, NULL) END AS audit
FROM verdict v LEFT JOIN made ON true;

-- name: tool_delete
WITH gone AS (DELETE FROM muster.org_tool WHERE org_id = muster.org() AND id = $1 AND tool_id IS NULL RETURNING id)
SELECT id, muster.audit('tool.deleted', 'tool', id, NULL) AS audit FROM gone;

-- name: language_get
SELECT u.language, o.language AS organisation_default
FROM muster.app_user u JOIN muster.org o ON o.org_id = u.org_id
WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: language_put
UPDATE muster.app_user SET language = $1 WHERE org_id = muster.org() AND id = muster.person();

-- name: language_default_put
WITH changed AS (UPDATE muster.org SET language = $1 WHERE org_id = muster.org() AND language <> $1 RETURNING org_id)
SELECT muster.audit('organization.language_changed', 'organization', org_id, jsonb_build_object('language', $1::text)) FROM changed;

-- name: branding_get
SELECT display_name, accent_color, footer_text FROM muster.org_branding WHERE org_id = muster.org();

-- name: branding_put
WITH put AS (
    INSERT INTO muster.org_branding (org_id, display_name, accent_color, footer_text) VALUES (muster.org(), $1, $2, $3)
    ON CONFLICT (org_id) DO UPDATE SET display_name = excluded.display_name, accent_color = excluded.accent_color,
        footer_text = excluded.footer_text, updated_at = now()
    RETURNING org_id)
SELECT muster.audit('organization.branding_changed', 'organization', org_id, NULL) FROM put;
