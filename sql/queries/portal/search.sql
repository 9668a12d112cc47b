-- name: search_exercises
-- The newest in whose name or title it stands.
SELECT e.id, e.name, e.title, e.theme, e.status, coalesce(e.created_by = muster.person(), false) OR EXISTS (
           SELECT FROM muster.participant p WHERE p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = muster.person()) AS own
FROM muster.sessions_sorted(5, 'created', true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, $1, false) WITH ORDINALITY s (id, sort_key, place)
JOIN LATERAL (SELECT * FROM muster.exercise x WHERE x.org_id = (SELECT muster.org()) AND x.id = s.id LIMIT 1) e ON true
ORDER BY s.place;

-- name: search_people
-- For those who see the team: whose name begins with it comes first.
SELECT u.id, u.first_name, u.last_name, u.email, u.role
FROM muster.app_user u
WHERE u.org_id = muster.org()
  AND (SELECT a.role IN ('CLIENT_ADMIN', 'SUPER_ADMIN', 'AUDITOR') FROM muster.app_user a WHERE a.org_id = muster.org() AND a.id = muster.person())
  AND (strpos(lower(u.first_name || ' ' || u.last_name), lower($1)) > 0 OR strpos(lower(u.email), lower($1)) > 0)
ORDER BY strpos(lower(u.first_name || ' ' || u.last_name), lower($1)) <> 1, u.last_name, u.first_name, u.id
LIMIT 5;

-- name: search_themes
-- Of the current library, by title or name, each once: in the caller's language where there is one.
SELECT t.theme, t.title
FROM (SELECT DISTINCT ON (l.theme) l.theme, coalesce(l.facts ->> 'title', l.theme) AS title
      FROM muster.library l
      WHERE l.is_current AND strpos(lower(concat_ws(' ', l.facts ->> 'title', l.theme)), lower($1)) > 0
      ORDER BY l.theme, l.language <> coalesce((SELECT u.language FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person()), 'en'),
               l.language <> 'en') t
ORDER BY strpos(lower(t.title), lower($1)) <> 1, t.title
LIMIT 5;
