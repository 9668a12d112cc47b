-- name: library_current_ids
SELECT id, theme, language FROM muster.library WHERE is_current ORDER BY theme, language;

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
-- Questions of this theme that the person met lately: the last twenty exercises of the organisation are looked at, and the last twenty
-- debriefs that the person opened, so the cost does not grow with history.
SELECT array_agg(item) AS ids
FROM (SELECT made.question_ids
      FROM (SELECT e.question_ids, e.theme, e.created_by FROM muster.exercise e WHERE e.org_id = muster.org()
            ORDER BY e.created_at DESC, e.id DESC LIMIT 20) made
      WHERE made.theme = $1 AND made.created_by = muster.person()
      UNION ALL
      SELECT e.question_ids
      FROM (SELECT s.org_id, s.exercise_id FROM muster.exercise_seen s
            WHERE s.org_id = muster.org() AND s.user_id = muster.person() AND s.what = 'debrief' ORDER BY s.seen_at DESC LIMIT 20) opened
      JOIN muster.exercise e ON e.org_id = opened.org_id AND e.id = opened.exercise_id
      WHERE e.theme = $1) lately,
     unnest(lately.question_ids) AS item;

-- name: exercise_create
SELECT verdict, id, wait, CASE WHEN verdict = 'ok' THEN muster.audit('exercise.generated', 'exercise', id, NULL) END AS audit
FROM muster.exercise_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: character_pick
-- The chosen ones, in the order of choice.
SELECT c.id, c.name, c.role, c.department, c.description, c.expertise
FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, n) JOIN muster.org_character c ON c.id = wanted.id
WHERE c.org_id = muster.org() ORDER BY wanted.n;
