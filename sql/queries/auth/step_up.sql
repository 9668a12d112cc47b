-- name: step_up_look
SELECT c.password_hash, f.sealed
FROM muster.credential c
LEFT JOIN muster.second_factor f ON f.org_id = c.org_id AND f.user_id = c.user_id AND f.confirmed_at IS NOT NULL
WHERE c.org_id = muster.org() AND c.user_id = muster.person();

-- name: step_up
-- Follows password_keep. The session $1 counts as proven from now on and goes on under a new token: a copy of the old one that somebody
-- else has must not profit. By the password, whose hash is still $3, or by the code of step $4, which is used up; the other is NULL.
WITH used AS (
    UPDATE muster.second_factor SET last_step = $4
    WHERE org_id = muster.org() AND user_id = muster.person() AND confirmed_at IS NOT NULL AND last_step < $4
    RETURNING 1),
right_password AS (
    SELECT FROM muster.credential c WHERE c.org_id = muster.org() AND c.user_id = muster.person() AND c.password_hash = $3),
proven AS (
    UPDATE muster.user_session SET token_hash = $2, stepped_up_at = now()
    WHERE org_id = muster.org() AND user_id = muster.person() AND id = $1
      AND (EXISTS (SELECT FROM used) OR EXISTS (SELECT FROM right_password))
    RETURNING id, user_id)
SELECT muster.attempt_forget('step-up', $5),
       CASE WHEN $4::bigint IS NOT NULL THEN muster.factor_reset_cancel(user_id, 'signed_in') END,
       muster.audit('user.stepped_up', 'user', user_id,
                    jsonb_build_object('session', id, 'proof', CASE WHEN $3::text IS NULL THEN 'code' ELSE 'password' END))
FROM proven;

-- name: step_up_refused
SELECT muster.audit('user.step_up_refused', 'user', muster.person(), jsonb_build_object('proof', $1::text));
