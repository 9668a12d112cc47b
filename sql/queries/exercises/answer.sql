-- name: answer_load
-- What it takes to read an answer: the exercise with its recipe, and the caller's part in it, NULLs when the caller takes none.
SELECT e.library_id, e.recipe, e.difficulty, p.option_seed
FROM muster.exercise e
LEFT JOIN muster.participant p ON p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = (SELECT muster.person())
WHERE e.org_id = muster.org() AND e.id = $1;

-- name: answer_put
SELECT verdict, selected, is_correct, points, expired, total_score, answered, completed, stage_completed
FROM muster.answer_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
