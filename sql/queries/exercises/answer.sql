-- name: answer_put
SELECT verdict, total_score, answered, completed, stage_completed
FROM muster.answer_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
