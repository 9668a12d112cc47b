-- name: forgot
SELECT muster.forgot($1, $2, $3, $4, $5, $6);

-- name: password_reset
-- Follows link_enter and password_lock: uses the link up; of two at once the other one finds nothing. All sessions and keys end
-- (rule A7), the second factor stays. $4 is told of it, with $5. The log comes last, behind whatever is counted in total.
WITH used AS (
    DELETE FROM muster.account_token
    WHERE org_id = muster.org() AND user_id = muster.person() AND purpose = 'reset_password' AND token_hash = $1
    RETURNING user_id),
changed AS (
    UPDATE muster.credential SET password_hash = $2, changed_at = clock_timestamp()
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM used)
    RETURNING user_id),
proven AS (
    UPDATE muster.app_user SET email_verified_at = coalesce(email_verified_at, now())
    WHERE org_id = muster.org() AND id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING 1),
half AS (
    DELETE FROM muster.pending_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING 1),
ended AS (
    DELETE FROM muster.user_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING id),
revoked AS (
    DELETE FROM muster.api_key
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING id),
total AS (
    SELECT (SELECT count(*) FROM ended) AS sessions, (SELECT count(*) FROM revoked) AS keys,
           (SELECT count(*) FROM proven) + (SELECT count(*) FROM half) AS others)
SELECT muster.attempt_forget('signin-everybody', $3), muster.attempt_forget('signin-account', $6),
       muster.mail_queue(user_id, $4, 'password_changed', NULL, $5),
       muster.audit('user.password_reset', 'user', user_id, jsonb_build_object('sessions', sessions, 'keys', keys))
FROM changed CROSS JOIN total WHERE others >= 0;

-- name: unproven_take_over
-- Follows link_enter with the same token; does something where mail leaves the server ($2). May enter as somebody else.
SELECT muster.unproven_take_over($1) WHERE $2::boolean;
