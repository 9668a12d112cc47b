-- name: domain_enter
-- The organisation that this address may join by its domain, and what asking costs whoever asks (rule A8).
SELECT muster.unknown_noted('join-asked', $2), muster.domain_enter($1, $3, $4);

-- name: pending_registration_create
-- Follows domain_enter: nothing happens where no organisation was entered.
WITH over AS (
    DELETE FROM muster.pending_registration WHERE org_id = muster.org() AND id IN (
        SELECT p.id FROM muster.pending_registration p WHERE p.org_id = muster.org() AND p.expires_at <= now() FOR UPDATE SKIP LOCKED)),
made AS (
    INSERT INTO muster.pending_registration (org_id, domain_id, email, first_name, last_name, password_hash, token_hash, expires_at)
    SELECT d.org_id, d.id, $1, $2, $3, $4, $5, now() + interval '24 hours'
    FROM muster.org_domain d
    WHERE d.org_id = muster.org() AND d.domain = split_part($1, '@', 2) AND d.verified_at IS NOT NULL
    RETURNING 1)
SELECT muster.mail_queue(NULL, $1, 'confirm_registration', NULL, $6) FROM made;

-- name: pending_registration_get
-- Follows link_enter.
SELECT p.email, p.password_hash, o.name AS organization
FROM muster.pending_registration p JOIN muster.org o ON o.org_id = p.org_id
WHERE p.org_id = muster.org() AND p.token_hash = $1;

-- name: pending_join
-- $2: where mail leaves the server; $3: other spellings of the address.
SELECT muster.pending_join($1, $2, $3) AS verdict;
