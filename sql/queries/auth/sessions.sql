-- name: session_list
-- Those that still open something: $1 are the seconds that one may rest (0: no limit).
SELECT id, created_at, last_seen_at, address, user_agent
FROM muster.user_session
WHERE org_id = muster.org() AND user_id = muster.person() AND expires_at > now()
  AND ($1::integer = 0 OR last_seen_at >= now() - make_interval(secs => $1::integer))
ORDER BY last_seen_at DESC, id DESC
LIMIT 200;

-- name: session_delete
WITH ended AS (
    DELETE FROM muster.user_session WHERE org_id = muster.org() AND user_id = muster.person() AND id = $1 RETURNING id, user_id)
SELECT muster.audit('user.session_ended', 'user', user_id, jsonb_build_object('session', id)) FROM ended;

-- name: session_delete_others
-- All but the one with this token, whole and half; the log comes last.
WITH half AS (
    DELETE FROM muster.pending_session WHERE org_id = muster.org() AND user_id = muster.person() RETURNING 1),
ended AS (
    DELETE FROM muster.user_session WHERE org_id = muster.org() AND user_id = muster.person() AND token_hash <> $1 RETURNING id)
SELECT count(*) AS ended, muster.audit('user.sessions_ended', 'user', muster.person(), jsonb_build_object('sessions', count(*)))
FROM ended HAVING (SELECT count(*) FROM half) >= 0;
