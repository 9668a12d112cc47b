-- name: password_get
SELECT c.password_hash, u.email, u.first_name, u.last_name, o.name AS org_name
FROM muster.credential c JOIN muster.app_user u ON u.org_id = c.org_id AND u.id = c.user_id JOIN muster.org o ON o.org_id = c.org_id
WHERE c.org_id = muster.org() AND c.user_id = muster.person();

-- name: password_lock
-- Before password_change, which then sees every session that a sign-in with the old password has made (rule A7).
SELECT FROM muster.credential WHERE org_id = muster.org() AND user_id = muster.person() FOR UPDATE;

-- name: password_keep
-- Before what makes a credential: a change of the password that comes now waits for it; one that was first has ended what it ended
-- (rule A7). The rows of organisation and person come first, as where they are erased.
SELECT FROM muster.app_user u JOIN muster.credential c ON c.org_id = u.org_id AND c.user_id = u.id
WHERE u.org_id = muster.org() AND u.id = muster.person() AND muster.org_keep()
FOR KEY SHARE OF u FOR SHARE OF c;

-- name: password_change
-- From hash $2 to $1. The session $3, proven by this, goes on under a new token; all others and all keys end (rule A7), as does a link that would set
-- another password. $6 is told of it, with $7. The log comes last, behind whatever is counted in total.
WITH mine AS (
    UPDATE muster.user_session SET token_hash = $4, stepped_up_at = now()
    WHERE org_id = muster.org() AND user_id = muster.person() AND id = $3
      AND EXISTS (SELECT FROM muster.credential c
                  WHERE c.org_id = muster.org() AND c.user_id = muster.person() AND c.password_hash = $2)
    RETURNING id),
changed AS (
    UPDATE muster.credential SET password_hash = $1, changed_at = clock_timestamp()
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM mine)
    RETURNING user_id),
half AS (
    DELETE FROM muster.pending_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING 1),
ended AS (
    DELETE FROM muster.user_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND id <> $3 AND EXISTS (SELECT FROM changed)
    RETURNING id),
link AS (
    DELETE FROM muster.account_token
    WHERE org_id = muster.org() AND user_id = muster.person() AND purpose = 'reset_password' AND EXISTS (SELECT FROM changed)
    RETURNING 1),
revoked AS (
    DELETE FROM muster.api_key
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING id),
total AS (
    SELECT (SELECT count(*) FROM ended) AS sessions, (SELECT count(*) FROM revoked) AS keys,
           (SELECT count(*) FROM half) + (SELECT count(*) FROM link) AS others)
SELECT sessions, keys, muster.attempt_forget('password-account', $5),
       muster.mail_queue(user_id, $6, 'password_changed', NULL, $7),
       muster.audit('user.password_changed', 'user', user_id, jsonb_build_object('sessions', sessions, 'keys', keys))
FROM changed CROSS JOIN total WHERE others >= 0;
