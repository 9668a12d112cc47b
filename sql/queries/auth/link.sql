-- name: link_enter
-- Enters the tenant, and the person, that a token from a mail belongs to; the statements behind it see nothing otherwise.
SELECT muster.link_enter($1, $2) AS good;

-- name: link_person
-- Follows link_enter.
SELECT u.id, u.email, u.first_name, u.last_name, o.name AS org_name, u.email_verified_at IS NOT NULL AS email_verified
FROM muster.app_user u JOIN muster.org o ON o.org_id = u.org_id WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: link_organisation
-- Follows link_enter.
SELECT NULL AS email, NULL AS first_name, NULL AS last_name, name AS org_name FROM muster.org WHERE org_id = muster.org();

-- name: email_verify
-- Follows link_enter. The link stays good for its life: mail programs open it more than once.
WITH proven AS (
    UPDATE muster.app_user SET email_verified_at = now()
    WHERE org_id = muster.org() AND id = muster.person() AND email_verified_at IS NULL
    RETURNING id)
SELECT muster.audit('user.email_verified', 'user', id, NULL) FROM proven;

-- name: verify_queue
-- No row when the address is proven by now.
WITH made AS (
    INSERT INTO muster.account_token (org_id, user_id, purpose, token_hash, expires_at)
    SELECT org_id, id, 'verify_email', $1, now() + interval '7 days' FROM muster.app_user
    WHERE org_id = muster.org() AND id = muster.person() AND email_verified_at IS NULL
    ON CONFLICT (org_id, user_id, purpose)
    DO UPDATE SET token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at
    RETURNING user_id)
SELECT muster.mail_queue(user_id, $2, 'verify_email', NULL, $3) FROM made;
