-- name: sessions_list
-- One page of everything, newest first, keyset on (created_at, id): one range of exercise_list, whose rows say all that is shown. Who takes
-- part in what others may play is looked up. The limit inside is the longest page and one more: plans are made for an average
-- organisation, and by that limit it never looks cheaper to read a large one whole.
-- How well a colleague did is for those who lead or audit (rule C15).
SELECT e.id, e.name, e.title, e.theme, e.difficulty, e.language, e.mode, e.timing, e.status, e.question_count, e.minutes, e.current_stage,
       e.total_points, e.created_by, e.participant_count, e.created_at, e.started_at, e.completed_at,
       e.creator_first_name AS first_name, e.creator_last_name AS last_name,
       CASE WHEN e.completed_at IS NOT NULL AND (e.created_by = (SELECT muster.person()) OR p.total_score IS NOT NULL OR (
           SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = (SELECT muster.org()) AND u.id = (SELECT muster.person())))
           THEN e.correct_count / nullif(e.served_count, 0)::float8 END AS accuracy,
       CASE WHEN e.own_score IS NULL THEN p.total_score WHEN e.created_by = (SELECT muster.person()) THEN e.own_score END AS my_score,
       CASE WHEN e.own_score IS NULL THEN p.answered_count WHEN e.created_by = (SELECT muster.person()) THEN e.own_answered END AS my_answered
FROM (SELECT * FROM muster.exercise x
      WHERE x.org_id = (SELECT muster.org())
        AND (x.created_at, x.id) < (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid)
      ORDER BY x.created_at DESC, x.id DESC LIMIT 201) e
LEFT JOIN LATERAL (SELECT total_score, answered_count FROM muster.participant
                   WHERE e.own_score IS NULL AND org_id = e.org_id AND exercise_id = e.id AND user_id = (SELECT muster.person()) LIMIT 1) p ON true
ORDER BY e.created_at DESC, e.id DESC LIMIT $1;

-- name: sessions_filtered
-- The same of what matches every filter that is given. LATERAL with LIMIT keeps the look-up one of an index: as a plain join the planner
-- may read all runs of a large organisation.
SELECT e.id, e.name, e.title, e.theme, e.difficulty, e.language, e.mode, e.timing, e.status, e.question_count, e.minutes, e.current_stage,
       e.total_points, e.created_by, e.participant_count, e.created_at, e.started_at, e.completed_at,
       e.creator_first_name AS first_name, e.creator_last_name AS last_name,
       CASE WHEN e.completed_at IS NOT NULL AND (e.created_by = (SELECT muster.person()) OR p.total_score IS NOT NULL OR (
           SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = (SELECT muster.org()) AND u.id = (SELECT muster.person())))
           THEN e.correct_count / nullif(e.served_count, 0)::float8 END AS accuracy,
       CASE WHEN e.own_score IS NULL THEN p.total_score WHEN e.created_by = (SELECT muster.person()) THEN e.own_score END AS my_score,
       CASE WHEN e.own_score IS NULL THEN p.answered_count WHEN e.created_by = (SELECT muster.person()) THEN e.own_answered END AS my_answered
FROM muster.sessions_page($1, $2, $3, $4, $5, $6, $7) e
LEFT JOIN LATERAL (SELECT total_score, answered_count FROM muster.participant
                   WHERE e.own_score IS NULL AND org_id = e.org_id AND exercise_id = e.id AND user_id = (SELECT muster.person()) LIMIT 1) p ON true
ORDER BY e.created_at DESC, e.id DESC;

-- name: sessions_sorted
-- The same in another order, of what a search finds, or of the caller's own.
SELECT s.sort_key, e.id, e.name, e.title, e.theme, e.difficulty, e.language, e.mode, e.timing, e.status, e.question_count, e.minutes, e.current_stage,
       e.total_points, e.created_by, e.participant_count, e.created_at, e.started_at, e.completed_at,
       e.creator_first_name AS first_name, e.creator_last_name AS last_name,
       CASE WHEN e.completed_at IS NOT NULL AND (e.created_by = (SELECT muster.person()) OR p.total_score IS NOT NULL OR (
           SELECT u.role <> 'MEMBER' FROM muster.app_user u WHERE u.org_id = (SELECT muster.org()) AND u.id = (SELECT muster.person())))
           THEN e.correct_count / nullif(e.served_count, 0)::float8 END AS accuracy,
       CASE WHEN e.own_score IS NULL THEN p.total_score WHEN e.created_by = (SELECT muster.person()) THEN e.own_score END AS my_score,
       CASE WHEN e.own_score IS NULL THEN p.answered_count WHEN e.created_by = (SELECT muster.person()) THEN e.own_answered END AS my_answered
FROM muster.sessions_sorted($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY s (id, sort_key, place)
JOIN LATERAL (SELECT * FROM muster.exercise x WHERE x.org_id = (SELECT muster.org()) AND x.id = s.id LIMIT 1) e ON true
LEFT JOIN LATERAL (SELECT total_score, answered_count FROM muster.participant
                   WHERE e.own_score IS NULL AND org_id = e.org_id AND exercise_id = e.id AND user_id = (SELECT muster.person()) LIMIT 1) p ON true
ORDER BY s.place;
