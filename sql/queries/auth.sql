-- name: sign_in_lookup
SELECT user_id, org_id, status, password_hash, changed_at, has_factor FROM muster.sign_in_lookup($1);

-- name: attempt_forget
SELECT muster.attempt_forget($1, $2);

-- name: sign_in_record
SELECT muster.sign_in_record($1, $2);

-- name: session_create
-- Follows sign_in_record in the same pipeline, which has entered the tenant. No row when the password is not the one of $5 any
-- more: FOR SHARE waits for a change that is under way (rule A7).
WITH right_password AS (
    SELECT c.org_id, c.user_id FROM muster.credential c
    WHERE c.org_id = muster.org() AND c.user_id = muster.person() AND c.changed_at = $5 FOR SHARE),
made AS (
    INSERT INTO muster.user_session (org_id, user_id, token_hash, expires_at, address, user_agent)
    SELECT org_id, user_id, $1, now() + make_interval(secs => $2::integer), $3, $4 FROM right_password
    RETURNING id, user_id)
SELECT muster.audit('user.signed_in', 'user', user_id, jsonb_build_object('session', id)) FROM made;

-- name: pending_create
-- The half session of somebody whose second factor is due; follows enter, otherwise like session_create.
WITH over AS (
    DELETE FROM muster.pending_session WHERE org_id = muster.org() AND user_id = muster.person() AND expires_at <= now()),
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
    DELETE FROM muster.pending_session WHERE org_id = muster.org() AND token_hash = $1),
ended AS (
    DELETE FROM muster.user_session WHERE org_id = muster.org() AND token_hash = $1 RETURNING id, user_id)
SELECT muster.audit('user.signed_out', 'user', user_id, jsonb_build_object('session', id)) FROM ended;

-- name: session_list
SELECT id, created_at, last_seen_at, address, user_agent
FROM muster.user_session
WHERE org_id = muster.org() AND user_id = muster.person() AND expires_at > now()
ORDER BY last_seen_at DESC, id DESC
LIMIT 200;

-- name: session_delete
WITH ended AS (
    DELETE FROM muster.user_session WHERE org_id = muster.org() AND user_id = muster.person() AND id = $1 RETURNING id, user_id)
SELECT muster.audit('user.session_ended', 'user', user_id, jsonb_build_object('session', id)) FROM ended;

-- name: session_delete_others
-- All but the one with this token, whole and half.
WITH half AS (
    DELETE FROM muster.pending_session WHERE org_id = muster.org() AND user_id = muster.person()),
ended AS (
    DELETE FROM muster.user_session WHERE org_id = muster.org() AND user_id = muster.person() AND token_hash <> $1 RETURNING id)
SELECT count(*) AS ended, muster.audit('user.sessions_ended', 'user', muster.person(), jsonb_build_object('sessions', count(*)))
FROM ended;

-- name: password_get
SELECT c.password_hash, u.email
FROM muster.credential c JOIN muster.app_user u ON u.org_id = c.org_id AND u.id = c.user_id
WHERE c.org_id = muster.org() AND c.user_id = muster.person();

-- name: password_lock
-- Before password_change, which then sees every session that a sign-in with the old password has made (rule A7).
SELECT FROM muster.credential WHERE org_id = muster.org() AND user_id = muster.person() FOR UPDATE;

-- name: password_keep
-- Before what makes a credential: a change of the password that comes now waits for it; one that was first has ended what it ended
-- (rule A7). The person's row comes first, as where people are erased.
SELECT FROM muster.app_user u JOIN muster.credential c ON c.org_id = u.org_id AND c.user_id = u.id
WHERE u.org_id = muster.org() AND u.id = muster.person()
FOR KEY SHARE OF u FOR SHARE OF c;

-- name: password_change
-- From hash $2 to $1. The session $3 goes on under a new token; all others and all keys end (rule A7), as does a link that would set
-- another password. $6 is told of it, with $7.
WITH mine AS (
    UPDATE muster.user_session SET token_hash = $4
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
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)),
ended AS (
    DELETE FROM muster.user_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND id <> $3 AND EXISTS (SELECT FROM changed)
    RETURNING id),
link AS (
    DELETE FROM muster.account_token
    WHERE org_id = muster.org() AND user_id = muster.person() AND purpose = 'reset_password' AND EXISTS (SELECT FROM changed)),
revoked AS (
    DELETE FROM muster.api_key
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING id),
total AS (
    SELECT (SELECT count(*) FROM ended) AS sessions, (SELECT count(*) FROM revoked) AS keys)
SELECT sessions, keys, muster.attempt_forget('password-account', $5),
       muster.mail_queue(muster.org(), user_id, $6, 'password_changed', NULL, $7),
       muster.audit('user.password_changed', 'user', user_id, jsonb_build_object('sessions', sessions, 'keys', keys))
FROM changed CROSS JOIN total;

-- name: link_enter
-- Enters the tenant, and the person, that a token from a mail belongs to; the statements behind it see nothing otherwise.
SELECT muster.link_enter($1, $2) AS good;

-- name: link_person
-- Follows link_enter.
SELECT u.email FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: forgot
SELECT muster.forgot($1, $2, $3, $4);

-- name: password_reset
-- Follows link_enter and password_lock: uses the link up; of two at once the other one finds nothing. All sessions and keys end
-- (rule A7), the second factor stays. $4 is told of it, with $5.
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
    WHERE org_id = muster.org() AND id = muster.person() AND EXISTS (SELECT FROM changed)),
half AS (
    DELETE FROM muster.pending_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)),
ended AS (
    DELETE FROM muster.user_session
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING id),
revoked AS (
    DELETE FROM muster.api_key
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM changed)
    RETURNING id),
total AS (
    SELECT (SELECT count(*) FROM ended) AS sessions, (SELECT count(*) FROM revoked) AS keys)
SELECT muster.attempt_forget('signin-account', $3), muster.mail_queue(muster.org(), user_id, $4, 'password_changed', NULL, $5),
       muster.audit('user.password_reset', 'user', user_id, jsonb_build_object('sessions', sessions, 'keys', keys))
FROM changed CROSS JOIN total;

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
    RETURNING org_id, user_id)
SELECT muster.mail_queue(org_id, user_id, $2, 'verify_email', NULL, $3) FROM made;

-- name: password_upgrade
-- The same password under today's parameters: changed_at stays.
UPDATE muster.credential SET password_hash = $1 WHERE org_id = muster.org() AND user_id = muster.person() AND password_hash = $2;

-- name: factor_get
SELECT f.sealed, f.confirmed_at,
       (SELECT count(*) FROM muster.recovery_code c WHERE c.org_id = f.org_id AND c.user_id = f.user_id) AS recovery_codes
FROM muster.second_factor f
WHERE f.org_id = muster.org() AND f.user_id = muster.person();

-- name: factor_enrol
-- No row when a confirmed one is there.
INSERT INTO muster.second_factor AS f (org_id, user_id, sealed) VALUES (muster.org(), muster.person(), $1)
ON CONFLICT (org_id, user_id) DO UPDATE SET sealed = excluded.sealed, created_at = now() WHERE f.confirmed_at IS NULL
RETURNING (SELECT u.email FROM muster.app_user u WHERE u.org_id = f.org_id AND u.id = f.user_id) AS email;

-- name: factor_confirm
-- The secret $1 whose code of step $2 came back, with the digests of its recovery codes.
WITH confirmed AS (
    UPDATE muster.second_factor SET confirmed_at = now(), last_step = $2
    WHERE org_id = muster.org() AND user_id = muster.person() AND confirmed_at IS NULL AND sealed = $1
    RETURNING org_id, user_id),
codes AS (
    INSERT INTO muster.recovery_code (org_id, user_id, code_hash) SELECT org_id, user_id, unnest($3::bytea[]) FROM confirmed)
SELECT muster.audit('user.second_factor_on', 'user', user_id, NULL) FROM confirmed;

-- name: factor_remove
-- With the step of a code that was not used yet, or the digest of a recovery code; whichever was not given is NULL.
WITH removed AS (
    DELETE FROM muster.second_factor f
    WHERE f.org_id = muster.org() AND f.user_id = muster.person() AND f.confirmed_at IS NOT NULL
      AND (f.last_step < $1 OR EXISTS (SELECT FROM muster.recovery_code c
                                       WHERE c.org_id = f.org_id AND c.user_id = f.user_id AND c.code_hash = $2))
    RETURNING user_id)
SELECT muster.attempt_forget('factor-account', $3), muster.audit('user.second_factor_off', 'user', user_id, NULL) FROM removed;

-- name: recovery_codes_replace
-- With the step of a code that was not used yet: all recovery codes go, $2 come.
WITH used AS (
    UPDATE muster.second_factor SET last_step = $1
    WHERE org_id = muster.org() AND user_id = muster.person() AND confirmed_at IS NOT NULL AND last_step < $1
    RETURNING org_id, user_id),
gone AS (
    DELETE FROM muster.recovery_code
    WHERE org_id = muster.org() AND user_id = muster.person() AND EXISTS (SELECT FROM used)),
codes AS (
    INSERT INTO muster.recovery_code (org_id, user_id, code_hash) SELECT org_id, user_id, unnest($2::bytea[]) FROM used)
SELECT muster.attempt_forget('factor-account', $3), muster.audit('user.recovery_codes_replaced', 'user', user_id, NULL) FROM used;

-- name: factor_pass
-- The second half of sign-in (rule A5): uses the code up, ends the half session $3 and begins a whole one, or does nothing. Follows
-- password_keep. The password's attempts come back as well.
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
    RETURNING id, org_id, user_id)
SELECT muster.sign_in_record(user_id, org_id), muster.attempt_forget('factor-account', $8),
       (SELECT muster.attempt_forget('signin-account', sha256(convert_to(u.email, 'UTF8')))
        FROM muster.app_user u WHERE u.org_id = muster.org() AND u.id = made.user_id),
       muster.audit('user.signed_in', 'user', user_id,
                    jsonb_build_object('session', id, 'factor', CASE WHEN $2::bytea IS NULL THEN 'code' ELSE 'recovery_code' END))
FROM made;

-- name: sealed_list
-- For the owner of the schema alone (muster-auth --reseal): a page of all tenants' secrets by key. Others see their tenant's.
SELECT org_id, user_id AS id, sealed FROM muster.second_factor
WHERE (org_id, user_id) > ($1::uuid, $2::uuid)
ORDER BY org_id, user_id
LIMIT 500;

-- name: sealed_replace
UPDATE muster.second_factor SET sealed = $4 WHERE org_id = $1 AND user_id = $2 AND sealed = $3;

-- name: sealed_mail_list
-- Likewise, of mails that wait.
SELECT org_id, id, recipient, sealed FROM muster.mail
WHERE sealed IS NOT NULL AND (org_id, id) > ($1::uuid, $2::uuid)
ORDER BY org_id, id
LIMIT 500;

-- name: sealed_mail_replace
UPDATE muster.mail SET sealed = $4 WHERE org_id = $1 AND id = $2 AND sealed = $3;

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

-- name: mail_unsubscribe
SELECT topic FROM muster.mail_unsubscribe($1);

-- name: me
SELECT u.id, u.email, u.first_name, u.last_name, u.role, coalesce(u.language, o.language) AS language, o.org_id, o.name AS org_name, o.slug, o.plan,
       p.api_access, p.byok, u.email_verified_at IS NOT NULL AS email_verified
FROM muster.app_user u
JOIN muster.org o ON o.org_id = u.org_id
JOIN muster.plan p ON p.name = o.plan
WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: signup_settings
-- Stored for the platform, or the environment's: whether strangers may register ($1), and the plan they get ($2).
SELECT coalesce((SELECT s.signups FROM muster.platform_setting s), $1) AS signups,
       coalesce((SELECT s.default_plan FROM muster.platform_setting s), $2) AS default_plan;

-- name: register
SELECT muster.register($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS verdict;

-- name: domain_enter
-- The organisation that this address may join by its domain, and what asking costs whoever asks (rule A8).
SELECT muster.unknown_noted('join-asked', $2), muster.domain_enter($1);

-- name: pending_registration_create
-- Follows domain_enter: nothing happens where no organisation was entered.
WITH over AS (
    DELETE FROM muster.pending_registration WHERE org_id = muster.org() AND expires_at <= now()),
made AS (
    INSERT INTO muster.pending_registration (org_id, domain_id, email, first_name, last_name, password_hash, token_hash, expires_at)
    SELECT d.org_id, d.id, $1, $2, $3, $4, $5, now() + interval '24 hours'
    FROM muster.org_domain d
    WHERE d.org_id = muster.org() AND d.domain = split_part($1, '@', 2) AND d.verified_at IS NOT NULL
    RETURNING org_id)
SELECT muster.mail_queue(org_id, NULL, $1, 'verify_email', NULL, $6) FROM made;

-- name: pending_registration_get
-- Follows link_enter.
SELECT p.email, p.password_hash, o.name AS organization
FROM muster.pending_registration p JOIN muster.org o ON o.org_id = p.org_id
WHERE p.org_id = muster.org() AND p.token_hash = $1;

-- name: pending_join
SELECT muster.pending_join($1) AS verdict;

-- name: domain_list
SELECT id, domain, mailbox, created_at, expires_at, verified_at, expires_at <= now() AS expired
FROM muster.org_domain
WHERE org_id = muster.org()
ORDER BY domain
LIMIT 100;

-- name: domain_put
-- A domain to verify, or another mail for one. No row when it is verified already, or when $6 others are there.
WITH made AS (
    INSERT INTO muster.org_domain AS d (org_id, domain, mailbox, token_hash, created_by, expires_at)
    SELECT muster.org(), $1, $2, $3, muster.person(), now() + interval '3 days'
    WHERE (SELECT count(*) FROM muster.org_domain o WHERE o.org_id = muster.org() AND o.domain <> $1) < $6
    ON CONFLICT (org_id, domain) DO UPDATE SET mailbox = excluded.mailbox, token_hash = excluded.token_hash,
        created_by = excluded.created_by, created_at = now(), expires_at = excluded.expires_at
    WHERE d.verified_at IS NULL
    RETURNING org_id, id, domain, mailbox, created_at, expires_at)
SELECT id, domain, mailbox, created_at, expires_at, NULL AS verified_at, false AS expired,
       muster.mail_queue(org_id, NULL, $4, 'verify_domain', NULL, $5) AS mail,
       muster.audit('domain.added', 'domain', id, jsonb_build_object('domain', domain)) AS audit
FROM made;

-- name: domain_verify
-- Follows link_enter. 23505 when another organisation has verified it.
WITH proven AS (
    UPDATE muster.org_domain SET verified_at = now(), token_hash = NULL
    WHERE org_id = muster.org() AND token_hash = $1
    RETURNING org_id, id, domain)
SELECT p.domain, o.name AS organization, muster.audit('domain.verified', 'domain', p.id, jsonb_build_object('domain', p.domain)) AS audit
FROM proven p JOIN muster.org o ON o.org_id = p.org_id;

-- name: domain_delete
WITH gone AS (
    DELETE FROM muster.org_domain WHERE org_id = muster.org() AND id = $1 RETURNING id, domain)
SELECT id, muster.audit('domain.removed', 'domain', id, jsonb_build_object('domain', domain)) AS audit FROM gone;

-- name: api_key_list
SELECT id, name, prefix, scopes, created_at, last_used_at, expires_at
FROM muster.api_key
WHERE org_id = muster.org() AND user_id = muster.person()
ORDER BY created_at DESC, id DESC
LIMIT 200;

-- name: api_key_create
-- Follows password_keep. No row when the plan has no API access, or the session $6 has ended. A person has at most 50 keys.
WITH made AS (
    INSERT INTO muster.api_key (org_id, user_id, name, prefix, token_hash, scopes, expires_at)
    SELECT muster.org(), muster.person(), $1, $2, $3, $4, coalesce($5, now() + interval '1 year')
    FROM muster.org o JOIN muster.plan p ON p.name = o.plan
    WHERE o.org_id = muster.org() AND p.api_access
      AND EXISTS (SELECT FROM muster.user_session s WHERE s.org_id = muster.org() AND s.user_id = muster.person() AND s.id = $6)
      AND (SELECT count(*) FROM muster.api_key k WHERE k.org_id = muster.org() AND k.user_id = muster.person()) < 50
    RETURNING id, name, prefix, scopes, created_at, expires_at)
SELECT id, name, prefix, scopes, created_at, expires_at,
       muster.audit('api_key.created', 'api_key', id, jsonb_build_object('scopes', scopes, 'expires_at', expires_at)) AS audit
FROM made;

-- name: api_access
SELECT p.api_access, EXISTS (SELECT FROM muster.user_session s WHERE s.org_id = muster.org() AND s.user_id = muster.person() AND s.id = $1) AS signed_in
FROM muster.org o JOIN muster.plan p ON p.name = o.plan WHERE o.org_id = muster.org();

-- name: api_key_delete
WITH revoked AS (
    DELETE FROM muster.api_key WHERE org_id = muster.org() AND user_id = muster.person() AND id = $1 RETURNING id)
SELECT id, muster.audit('api_key.revoked', 'api_key', id, NULL) AS audit FROM revoked;

-- name: audit_list
-- One page, newest first, keyset on the number. LATERAL with LIMIT keeps the look-ups of names to one index access each.
SELECT l.seq, l.at, l.actor_kind AS kind, l.actor_id, a.name AS actor, l.action, l.target_type AS target, l.target_id, t.name, l.detail,
       l.request_id AS request, encode(l.hash, 'hex') AS hash
FROM muster.audit_log l
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.actor_id LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT u.first_name || ' ' || u.last_name AS name FROM muster.app_user u
                   WHERE u.org_id = l.org_id AND u.id = l.target_id AND l.target_type = 'user' LIMIT 1) t ON true
WHERE l.org_id = (SELECT muster.org())
  AND l.seq < coalesce($2::bigint, 9223372036854775807)
  AND ($3::text IS NULL OR l.action = $3)
  AND ($4::uuid IS NULL OR l.actor_id = $4)
  AND ($5::timestamptz IS NULL OR l.at >= $5)
  AND ($6::timestamptz IS NULL OR l.at < $6)
ORDER BY l.seq DESC
LIMIT $1;

-- name: user_list
-- One page, who came first first, keyset on (created_at, id).
SELECT u.id, u.email, u.first_name, u.last_name, u.role, u.status, u.created_at, u.last_sign_in_at,
       (extract(epoch FROM u.created_at) * 1000000)::bigint AS created_us
FROM muster.app_user u
WHERE u.org_id = (SELECT muster.org())
  AND (u.created_at, u.id) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid)
ORDER BY u.created_at, u.id
LIMIT $1;

-- name: seats
SELECT p.seats AS total,
       (SELECT count(*) FROM muster.app_user u WHERE u.org_id = o.org_id AND u.status = 'ACTIVE') AS used,
       (SELECT count(*) FROM muster.invitation i
        WHERE i.org_id = o.org_id AND i.accepted_at IS NULL AND i.expires_at > now()) AS invited
FROM muster.org o JOIN muster.plan p ON p.name = o.plan
WHERE o.org_id = muster.org();

-- name: user_change
SELECT muster.user_change($1, $2, $3) AS verdict;

-- name: user_remove
SELECT muster.user_remove($1) AS verdict;

-- name: invite
SELECT address AS email, invitation AS id, expires AS expires_at, failed FROM muster.invite($1, $2, $3, $4, $5, $6);

-- name: invitation_list
-- Those that nobody has accepted.
SELECT i.id, i.email, i.role, i.created_by, i.created_at, i.expires_at, i.expires_at <= now() AS expired,
       CASE m.state WHEN 'QUEUED' THEN 'PENDING' WHEN 'SENT' THEN 'SENT' ELSE CASE WHEN i.mail_id IS NOT NULL THEN 'FAILED' END END AS mail
FROM muster.invitation i
LEFT JOIN muster.mail m ON m.org_id = i.org_id AND m.id = i.mail_id
WHERE i.org_id = muster.org() AND i.accepted_at IS NULL
ORDER BY i.created_at DESC, i.id DESC
LIMIT 1000;

-- name: invitation_revoke
WITH revoked AS (
    DELETE FROM muster.invitation WHERE org_id = muster.org() AND id = $1 AND accepted_at IS NULL RETURNING id)
SELECT id, muster.audit('invitation.revoked', 'invitation', id, NULL) AS audit FROM revoked;

-- name: invitation_accept
SELECT verdict, organization FROM muster.invitation_accept($1);

-- name: privacy_notice
-- Categories of personal data, with the periods that are configured.
SELECT c.key, c.label, c.purpose, c.legal_basis, c.erasure, c.form <> 'none' AS exported,
       c.retention || coalesce((SELECT ' ' || string_agg(replace(r.sentence, CASE r.days WHEN 1 THEN '%s days' ELSE '%s' END,
                                                           CASE r.days WHEN 1 THEN '1 day' ELSE r.days::text END), ' ' ORDER BY r.name)
                                FROM muster.retention r WHERE r.category = c.key AND r.days IS NOT NULL), '') AS retention
FROM muster.personal_category c
ORDER BY c.position;

-- name: export_plan
-- What an export reads, in its order; a category without a table is there, too. wide: each row brings others along.
SELECT c.key, c.label, c.form, d.table_name, d.link,
       EXISTS (SELECT FROM muster.personal_data n WHERE n.parent = d.table_name AND n.nested IS NOT NULL) AS wide
FROM muster.personal_category c
LEFT JOIN muster.personal_data d ON d.category = c.key AND d.link_kind IN ('person', 'email')
WHERE c.form <> 'none'
ORDER BY c.position, d.table_name, d.link;

-- name: export_lists
-- The rows that entries of a table bring along, in the order of muster.export_lists().
SELECT d.parent, d.nested, c.names, c.kinds
FROM muster.personal_data d
CROSS JOIN LATERAL (SELECT array_agg(x.key ORDER BY x.n) AS names, array_agg(x.kind ORDER BY x.n) AS kinds FROM muster.export_cells(d) x) c
WHERE d.nested IS NOT NULL
ORDER BY d.parent, d.nested;

-- name: export_page
SELECT item, after, lists FROM muster.export_page($1, $2, $3, $4);

-- name: patience
-- For the statements behind it in the pipeline: erasing somebody with 200,000 answers, or an organisation, takes longer than other
-- acts: seconds for 200,000 answers, a minute for millions on a busy machine. nginx waits a little longer (fastcgi_slow.conf).
SELECT set_config('statement_timeout', '290s', true);

-- name: account_delete
SELECT verdict, receipt FROM muster.account_delete($1);

-- name: organization_delete
SELECT verdict, receipt FROM muster.organization_delete($1, $2);
