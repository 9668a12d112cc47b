-- name: mail_preferences
SELECT NOT EXISTS (SELECT FROM muster.mail_optout o WHERE o.org_id = muster.org() AND o.user_id = muster.person() AND o.topic = 'team') AS team,
       NOT EXISTS (SELECT FROM muster.mail_optout o WHERE o.org_id = muster.org() AND o.user_id = muster.person() AND o.topic = 'results') AS results;

-- name: mail_preferences_put
WITH wanted (topic, is_on) AS (VALUES ('team', $1::boolean), ('results', $2::boolean)),
off AS (
    INSERT INTO muster.mail_optout (org_id, user_id, topic)
    SELECT muster.org(), muster.person(), topic FROM wanted WHERE NOT is_on
    ON CONFLICT DO NOTHING)
DELETE FROM muster.mail_optout o USING wanted
WHERE o.org_id = muster.org() AND o.user_id = muster.person() AND o.topic = wanted.topic AND wanted.is_on;

-- name: mail_choose
SELECT topic FROM muster.mail_choose($1, $2);
