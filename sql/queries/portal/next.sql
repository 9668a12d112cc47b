-- name: next_person
-- Who asks, in which language, and how long a first run takes at least.
SELECT u.role, u.language, muster.is_newcomer() AS newcomer,
       (SELECT min((l.facts ->> 'firstMinutes')::integer) FROM muster.library l
        WHERE l.is_current AND (l.facts ->> 'firstMinutes')::integer > 0) AS minutes
FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: next_open
-- The newest runs that the caller has not completed. due: when the question that is open now ends.
SELECT e.id, e.name, e.title, p.timing <> 'off' AS timed, p.answered_count AS answered, e.question_count AS questions, e.minutes,
       (SELECT max(s.deadline) FROM muster.question_shown s
        WHERE s.org_id = p.org_id AND s.participant_id = p.id AND s.question_index = p.answered_count AND s.deadline > now()) AS due
FROM (SELECT * FROM muster.participant x
      WHERE x.org_id = muster.org() AND x.user_id = muster.person() AND x.completed_at IS NULL ORDER BY x.joined_at DESC, x.exercise_id LIMIT 20) p
JOIN muster.exercise e ON e.org_id = p.org_id AND e.id = p.exercise_id
WHERE e.status = 'IN_PROGRESS'
ORDER BY p.timing = 'off', p.joined_at DESC, e.id LIMIT 3;

-- name: next_weak
-- The caller's weakest theme of the last 100 completed runs: below 60 % of at least 5 answers. Its title is the library's; minutes: with 12 questions, which generate takes unless asked.
SELECT w.theme, w.accuracy, w.answers, coalesce(l.facts ->> 'title', w.theme) AS title, (l.facts -> 'minutes' -> 9)::integer AS minutes
FROM (SELECT e.theme, sum(p.correct_count)::float8 / sum(p.answered_count) AS accuracy, sum(p.answered_count) AS answers
      FROM (SELECT * FROM muster.participant x
            WHERE x.org_id = muster.org() AND x.user_id = muster.person() AND x.completed_at IS NOT NULL
            ORDER BY x.completed_at DESC, x.exercise_id LIMIT 100) p
      JOIN muster.exercise e ON e.org_id = p.org_id AND e.id = p.exercise_id
      GROUP BY e.theme HAVING sum(p.answered_count) >= 5) w
JOIN muster.library l ON l.theme = w.theme AND l.language = 'en' AND l.is_current
WHERE w.accuracy < 0.6
ORDER BY w.accuracy, w.theme LIMIT 1;

-- name: next_unread
-- The newest report of a completed run that the caller has not opened: of the own runs; of the whole organisation's for who audits it.
SELECT e.id, e.name, e.title, e.own, e.completed_at
FROM (SELECT e.id, e.org_id, e.name, e.title, true AS own, p.completed_at
      FROM (SELECT * FROM muster.participant x
            WHERE x.org_id = muster.org() AND x.user_id = muster.person() AND x.completed_at IS NOT NULL
            ORDER BY x.completed_at DESC, x.exercise_id LIMIT 5) p
      JOIN muster.exercise e ON e.org_id = p.org_id AND e.id = p.exercise_id
      WHERE e.status = 'COMPLETED'
      UNION ALL
      SELECT * FROM (SELECT e.id, e.org_id, e.name, e.title, false, e.completed_at FROM muster.exercise e
                     WHERE e.org_id = muster.org() AND e.completed_at IS NOT NULL
                       AND (SELECT u.role = 'AUDITOR' FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person())
                     ORDER BY e.completed_at DESC, e.id DESC LIMIT 10) audited) e
WHERE NOT EXISTS (SELECT FROM muster.exercise_seen s
                  WHERE s.org_id = e.org_id AND s.user_id = muster.person() AND s.exercise_id = e.id AND s.what = 'report')
ORDER BY e.completed_at DESC, e.id LIMIT 3;

-- name: next_setup
SELECT profile, people, factor, exercise, ending, ends_at FROM muster.setup_state();

-- name: next_platform
SELECT dead, waiting, orgs FROM muster.platform_next();
