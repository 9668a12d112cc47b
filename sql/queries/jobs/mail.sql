-- name: mail_get
-- No row when it was sent or is gone. wanted: the person is active and has not turned this kind off; for mail that strangers cause, nobody
-- has for the address. What it announces still holds. It is in the person's language, else in that of the organisation that it comes from.
SELECT m.recipient, m.kind, m.sealed, m.queued_at, u.first_name AS name, u.role, coalesce(u.language, o.language) AS language, o.name AS organization, a.first_name || ' ' || a.last_name AS person,
       e.id AS exercise_id, e.title, round(100.0 * p.correct_count / e.question_count)::integer AS accuracy, n.ends_at, n.receipt,
       muster.mail_topic(m.kind) AS topic,
       (m.kind NOT IN ('organization_ending', 'organization_ends_soon') OR n.org_id IS NOT NULL)
       AND CASE muster.mail_topic(m.kind) WHEN 'invitations' THEN NOT EXISTS (
           SELECT FROM muster.mail_stop s WHERE s.address_digest = muster.mail_stop_digest(m.recipient))
       ELSE muster.mail_topic(m.kind) IS NULL OR (u.status = 'ACTIVE' AND NOT EXISTS (
           SELECT FROM muster.mail_optout t
           WHERE t.org_id = m.org_id AND t.user_id = m.user_id AND t.topic = muster.mail_topic(m.kind))) END AS wanted
FROM muster.mail m
JOIN muster.org o ON o.org_id = m.org_id
LEFT JOIN muster.org_ending n ON n.org_id = m.org_id
LEFT JOIN muster.app_user u ON u.org_id = m.org_id AND u.id = m.user_id
LEFT JOIN muster.app_user a ON a.org_id = m.org_id AND a.id = m.about_user_id
LEFT JOIN muster.exercise e ON e.org_id = m.org_id AND e.id = m.about_exercise_id
LEFT JOIN muster.participant p ON p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = m.user_id
WHERE m.org_id = muster.org() AND m.id = $1 AND m.state = 'QUEUED';

-- name: mail_finish
-- Mail $1 was sent, or nobody wants it ($2). Nothing of its words is kept; the link to turn such mail off works from now on ($3, NULL:
-- it has none).
WITH sent AS (
    SELECT muster.mail_topic(m.kind) AS topic, muster.mail_stop_digest(m.recipient) AS address
    FROM muster.mail m WHERE m.org_id = muster.org() AND m.id = $1 AND m.state = 'QUEUED'),
mail AS (
    UPDATE muster.mail m SET state = $2, finished_at = now(), recipient = NULL, sealed = NULL, about_user_id = NULL, about_exercise_id = NULL
    WHERE m.org_id = muster.org() AND m.id = $1 AND m.state = 'QUEUED'
    RETURNING m.org_id, m.user_id, m.kind),
stop AS (
    INSERT INTO muster.mail_stop_link (token_hash, address_digest, expires_at)
    SELECT $3, sent.address, now() + interval '180 days' FROM sent CROSS JOIN mail WHERE $3::bytea IS NOT NULL AND sent.topic = 'invitations')
INSERT INTO muster.mail_unsubscribe (org_id, token_hash, user_id, topic, expires_at)
SELECT mail.org_id, $3, mail.user_id, muster.mail_topic(mail.kind), now() + interval '180 days' FROM mail
WHERE $3::bytea IS NOT NULL AND muster.mail_topic(mail.kind) <> 'invitations';

-- name: mail_dead
UPDATE muster.mail SET state = 'DEAD', finished_at = now() WHERE org_id = muster.org() AND id = $1 AND state = 'QUEUED';

-- name: mail_mode
-- Whether mail leaves the server ($1).
SELECT muster.mail_mode($1);
