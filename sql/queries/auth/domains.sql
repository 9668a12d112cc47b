-- name: domain_list
SELECT id, domain, mailbox,
       CASE WHEN verified_at IS NOT NULL THEN 'VERIFIED' WHEN expires_at <= now() THEN 'EXPIRED' ELSE 'PENDING' END AS status,
       created_at, CASE WHEN verified_at IS NULL THEN expires_at END AS expires_at, verified_at
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
    RETURNING id, domain, mailbox, created_at, expires_at)
SELECT id, domain, mailbox, 'PENDING' AS status, created_at, expires_at, NULL AS verified_at,
       muster.mail_queue(NULL, $4, 'verify_domain', NULL, $5) AS mail,
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
