-- name: session_status
-- Generation from the library is done when the call returns.
SELECT id, status, title, 100 AS progress, NULL AS error
FROM muster.exercise e WHERE e.org_id = muster.org() AND e.id = $1;

-- name: question_show
SELECT question_index, shown_at, deadline FROM muster.question_show($1, $2, $3, $4);

-- name: exercise_delete
SELECT verdict, CASE WHEN verdict = 'ok' THEN muster.audit('exercise.deleted', 'exercise', $1, NULL) END AS audit
FROM muster.exercise_delete($1) AS verdict;

-- name: exercise_rename
SELECT verdict, CASE WHEN verdict = 'ok' THEN muster.audit('exercise.renamed', 'exercise', $1, NULL) END AS audit
FROM muster.exercise_rename($1, $2) AS verdict;
