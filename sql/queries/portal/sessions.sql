-- name: sessions_list
-- One page, newest first, keyset on (created_at, id). Everything shown is on the row or one index look-up away. LATERAL with
-- LIMIT keeps it so: as plain joins the planner, which takes an organisation for average, may read all people or runs of a
-- large one for every row.
SELECT e.id, e.title, e.theme, e.difficulty, e.language, e.mode, e.timing, e.status, e.question_count, e.current_stage,
       e.total_points, e.created_by, e.participant_count, e.correct_count, e.served_count, e.created_at, e.started_at, e.completed_at,
       u.first_name, u.last_name, p.total_score AS my_score, p.answered_count AS my_answered
FROM muster.sessions_page($1, $2, $3, $4, $5, $6, $7) e
LEFT JOIN LATERAL (SELECT first_name, last_name FROM muster.app_user
                   WHERE org_id = e.org_id AND id = e.created_by LIMIT 1) u ON true
LEFT JOIN LATERAL (SELECT total_score, answered_count FROM muster.participant
                   WHERE org_id = e.org_id AND exercise_id = e.id AND user_id = (SELECT muster.person()) LIMIT 1) p ON true
ORDER BY e.created_at DESC, e.id DESC;
