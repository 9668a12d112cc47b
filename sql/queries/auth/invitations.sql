-- name: invite
SELECT address AS email, invitation AS id, expires AS expires_at, failed FROM muster.invite($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: invitation_list
-- Those that nobody has accepted.
SELECT i.id, i.email, i.role, CASE WHEN i.expires_at <= now() THEN 'EXPIRED' ELSE 'PENDING' END AS status, i.created_by, i.created_at,
       i.expires_at,
       CASE m.state WHEN 'QUEUED' THEN 'PENDING' WHEN 'SENT' THEN 'SENT' ELSE CASE WHEN i.mail_id IS NOT NULL THEN 'FAILED' END END AS mail
FROM muster.invitation i
LEFT JOIN muster.mail m ON m.org_id = i.org_id AND m.id = i.mail_id
WHERE i.org_id = muster.org() AND i.accepted_at IS NULL
ORDER BY i.created_at DESC, i.id DESC
LIMIT 1000;

-- name: invitation_look
-- Follows link_enter.
SELECT o.name AS organization, u.first_name || ' ' || u.last_name AS inviter, i.email, i.role, i.expires_at
FROM muster.invitation i
JOIN muster.org o ON o.org_id = i.org_id
LEFT JOIN muster.app_user u ON u.org_id = i.org_id AND u.id = i.created_by
WHERE i.org_id = muster.org() AND i.token_hash = $1 AND i.accepted_at IS NULL AND i.expires_at > now();

-- name: invitation_revoke
WITH revoked AS (
    DELETE FROM muster.invitation WHERE org_id = muster.org() AND id = $1 AND accepted_at IS NULL RETURNING id)
SELECT id, muster.audit('invitation.revoked', 'invitation', id, NULL) AS audit FROM revoked;

-- name: invitation_accept
SELECT verdict, organization FROM muster.invitation_accept($1);
