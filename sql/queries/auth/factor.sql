-- name: factor_get
SELECT f.sealed, f.confirmed_at,
       (SELECT count(*) FROM muster.recovery_code c WHERE c.org_id = f.org_id AND c.user_id = f.user_id) AS recovery_codes,
       u.email, u.role = 'SUPER_ADMIN' OR o.second_factor_required AS required
FROM muster.second_factor f
JOIN muster.app_user u ON u.org_id = f.org_id AND u.id = f.user_id
JOIN muster.org o ON o.org_id = f.org_id
WHERE f.org_id = muster.org() AND f.user_id = muster.person();

-- name: factor_state
-- One row, also where nothing was ever set up.
SELECT f.user_id IS NOT NULL AS enabled, f.confirmed_at,
       (SELECT count(*) FROM muster.recovery_code c WHERE c.org_id = f.org_id AND c.user_id = f.user_id) AS recovery_codes,
       u.role = 'SUPER_ADMIN' OR o.second_factor_required AS required,
       (SELECT muster.factor_reset_at(t.created_at) FROM muster.account_token t
        WHERE t.org_id = u.org_id AND t.user_id = u.id AND t.purpose = 'reset_factor') AS ends_at
FROM muster.app_user u
JOIN muster.org o ON o.org_id = u.org_id
LEFT JOIN muster.second_factor f ON f.org_id = u.org_id AND f.user_id = u.id AND f.confirmed_at IS NOT NULL
WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: factor_enrol
-- No row when a confirmed one is there.
INSERT INTO muster.second_factor AS f (org_id, user_id, sealed) VALUES (muster.org(), muster.person(), $1)
ON CONFLICT (org_id, user_id) DO UPDATE SET sealed = excluded.sealed, created_at = now() WHERE f.confirmed_at IS NULL
RETURNING (SELECT u.email FROM muster.app_user u WHERE u.org_id = f.org_id AND u.id = f.user_id) AS email;

-- name: factor_confirm
-- The secret $1 whose code of step $2 came back, with the digests of its recovery codes. Those are stored before the log is written.
WITH confirmed AS (
    UPDATE muster.second_factor SET confirmed_at = now(), last_step = $2
    WHERE org_id = muster.org() AND user_id = muster.person() AND confirmed_at IS NULL AND sealed = $1
    RETURNING org_id, user_id),
codes AS (
    INSERT INTO muster.recovery_code (org_id, user_id, code_hash) SELECT org_id, user_id, unnest($3::bytea[]) FROM confirmed RETURNING 1)
SELECT muster.own_mail('second_factor_on'), muster.audit('user.second_factor_on', 'user', user_id, NULL)
FROM confirmed WHERE (SELECT count(*) FROM codes) >= 0;

-- name: factor_remove
-- With the step of a code that was not used yet, or the digest of a recovery code; whichever was not given is NULL.
WITH removed AS (
    DELETE FROM muster.second_factor f
    WHERE f.org_id = muster.org() AND f.user_id = muster.person() AND f.confirmed_at IS NOT NULL
      AND (f.last_step < $1 OR EXISTS (SELECT FROM muster.recovery_code c
                                       WHERE c.org_id = f.org_id AND c.user_id = f.user_id AND c.code_hash = $2))
    RETURNING user_id)
SELECT muster.attempt_forget('factor-account', $3), muster.own_mail('second_factor_off'), muster.factor_reset_cancel(user_id, 'signed_in'),
       muster.audit('user.second_factor_off', 'user', user_id, NULL)
FROM removed;

-- name: recovery_codes_replace
-- With the step of a code that was not used yet: all recovery codes go, $2 come.
WITH used AS (
    UPDATE muster.second_factor SET last_step = $1
    WHERE org_id = muster.org() AND user_id = muster.person() AND confirmed_at IS NOT NULL AND last_step < $1
    RETURNING org_id, user_id),
gone AS (
    DELETE FROM muster.recovery_code
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM used)
    RETURNING 1),
codes AS (
    INSERT INTO muster.recovery_code (org_id, user_id, code_hash) SELECT org_id, user_id, unnest($2::bytea[]) FROM used RETURNING 1)
SELECT muster.attempt_forget('factor-account', $3), muster.own_mail('recovery_codes_replaced'), muster.factor_reset_cancel(user_id, 'signed_in'),
       muster.audit('user.recovery_codes_replaced', 'user', user_id, NULL)
FROM used WHERE (SELECT count(*) FROM gone) + (SELECT count(*) FROM codes) >= 0;

-- name: factor_refused
SELECT muster.sign_in_refused(u.email, 'second_factor', NULL) FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: factor_pass
-- The second half of sign-in (rule A5): uses the code up, ends the half session $3 and begins a whole one, or does nothing. Whoever has a
-- code has not lost what makes them: a removal that was asked for is called off. Follows password_keep. The password's attempts come back as well. $9 is the digest of the device.
WITH used AS (
    UPDATE muster.second_factor SET last_step = $1
    WHERE org_id = muster.org() AND user_id = muster.person() AND confirmed_at IS NOT NULL AND last_step < $1
    RETURNING 1),
spent AS (
    DELETE FROM muster.recovery_code WHERE org_id = muster.org() AND user_id = muster.person() AND code_hash = $2
    RETURNING 1),
half AS (
    DELETE FROM muster.pending_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND id = $3 AND EXISTS (SELECT FROM used UNION ALL SELECT FROM spent)
    RETURNING org_id, user_id),
made AS (
    INSERT INTO muster.user_session (org_id, user_id, token_hash, expires_at, address, user_agent)
    SELECT org_id, user_id, $4, now() + make_interval(secs => $5::integer), $6, $7 FROM half
    RETURNING id, user_id)
SELECT muster.sign_in_record(), muster.attempt_forget('factor-account', $8),
       muster.attempt_forget('signin-account', $10),
       muster.device_note($9), CASE WHEN $2::bytea IS NOT NULL THEN muster.own_mail('recovery_code_used') END,
       muster.factor_reset_cancel(user_id, 'signed_in'),
       muster.audit('user.signed_in', 'user', user_id,
                    jsonb_build_object('session', id, 'factor', CASE WHEN $2::bytea IS NULL THEN 'code' ELSE 'recovery_code' END))
FROM made;
