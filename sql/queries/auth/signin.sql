-- name: sign_in_lookup
SELECT user_id, org_id, status, password_hash, changed_at, has_factor FROM muster.sign_in_lookup($1, $2);

-- name: attempt_forget
SELECT muster.attempt_forget($1, $2);

-- name: sign_in_enter
-- Person $1 has given the right password in request $2.
SELECT muster.sign_in_enter($1), set_config('app.actor', 'session', true), set_config('app.request_id', $2, true);

-- name: sign_in_record
-- Follows sign_in_enter.
SELECT muster.sign_in_record();

-- name: session_create
-- Follows sign_in_enter in the same pipeline; $6 is the digest of the device. No row when the password is not the one of $5 any
-- more: FOR SHARE waits for a change that is under way (rule A7).
WITH right_password AS (
    SELECT c.org_id, c.user_id FROM muster.credential c
    WHERE c.org_id = muster.org() AND c.user_id = muster.person() AND c.changed_at = $5 FOR SHARE),
made AS (
    INSERT INTO muster.user_session (org_id, user_id, token_hash, expires_at, address, user_agent)
    SELECT org_id, user_id, $1, now() + make_interval(secs => $2::integer), $3, $4 FROM right_password
    RETURNING id, user_id)
SELECT muster.device_note($6), muster.audit('user.signed_in', 'user', user_id, jsonb_build_object('session', id)) FROM made;

-- name: pending_create
-- The half session of somebody whose second factor is due; follows sign_in_enter, otherwise like session_create.
WITH over AS (
    DELETE FROM muster.pending_session WHERE org_id = muster.org() AND id IN (
        SELECT p.id FROM muster.pending_session p
        WHERE p.org_id = muster.org() AND p.user_id = muster.person() AND p.expires_at <= now() FOR UPDATE SKIP LOCKED)),
right_password AS (
    SELECT c.org_id, c.user_id FROM muster.credential c
    WHERE c.org_id = muster.org() AND c.user_id = muster.person() AND c.changed_at = $3 FOR SHARE)
INSERT INTO muster.pending_session (org_id, user_id, token_hash, expires_at)
SELECT org_id, user_id, $1, now() + make_interval(secs => $2::integer) FROM right_password
RETURNING id;

-- name: sign_in_refused
SELECT muster.sign_in_refused($1, $2, $3, $4);

-- name: session_end
-- Whole or half: signing out ends either.
WITH half AS (
    DELETE FROM muster.pending_session WHERE org_id = muster.org() AND token_hash = $1 RETURNING 1),
ended AS (
    DELETE FROM muster.user_session WHERE org_id = muster.org() AND token_hash = $1 RETURNING id, user_id)
SELECT muster.audit('user.signed_out', 'user', user_id, jsonb_build_object('session', id)) FROM ended WHERE NOT EXISTS (SELECT FROM half);

-- name: password_upgrade
-- The same password under today's parameters: changed_at stays. Another sign-in will do when somebody holds the row.
WITH free AS (
    SELECT c.org_id, c.user_id FROM muster.credential c
    WHERE c.org_id = muster.org() AND c.user_id = muster.person() AND c.password_hash = $2 FOR NO KEY UPDATE SKIP LOCKED)
UPDATE muster.credential c SET password_hash = $1 FROM free WHERE c.org_id = free.org_id AND c.user_id = free.user_id;
