-- name: factor_reset_look
-- Whom an administrator wants to ask this for; refusal is NULL when nothing is in the way.
SELECT muster.factor_reset_refusal($1) AS verdict, (SELECT u.email FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = $1) AS email;

-- name: factor_reset_ask
SELECT verdict, ends_at FROM muster.factor_reset_ask($1, $2, $3, $4);

-- name: factor_reset_cancel
-- By the administrator.
SELECT id FROM muster.app_user WHERE org_id = muster.org() AND id = $1 AND muster.factor_reset_cancel(id, 'administrator');

-- name: factor_reset_stop
-- By the person, in a session or with the link of the mail; in that case it follows link_enter.
SELECT id FROM muster.app_user WHERE org_id = muster.org() AND id = muster.person() AND muster.factor_reset_cancel(id, 'person');

-- name: factor_reset_do
-- Follows link_enter, with the link's digest.
SELECT muster.factor_reset_apply(muster.person(), $1) AS done;
