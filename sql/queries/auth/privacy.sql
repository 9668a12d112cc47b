-- name: privacy_notice
-- Categories of personal data, with the periods that are configured: in English, and as names of rules with their days ("mails 90,...").
SELECT c.key, c.label, c.purpose, c.legal_basis, c.erasure, c.form <> 'none' AS exported,
       c.retention || coalesce((SELECT ' ' || string_agg(replace(r.sentence, CASE r.days WHEN 1 THEN '%s days' ELSE '%s' END,
                                                           CASE r.days WHEN 1 THEN '1 day' ELSE r.days::text END), ' ' ORDER BY r.name)
                                FROM muster.retention r WHERE r.category = c.key AND r.days IS NOT NULL), '') AS retention,
       coalesce((SELECT string_agg(r.name || ' ' || r.days, ',' ORDER BY r.name)
                 FROM muster.retention r WHERE r.category = c.key AND r.days IS NOT NULL), '') AS periods
FROM muster.personal_category c
ORDER BY c.position;

-- name: privacy_leaving
SELECT muster.leave_refusal(false) AS account, muster.leave_refusal(true) AS organization;

-- name: account_delete
SELECT verdict, receipt FROM muster.account_delete($1, $2);

-- name: organization_delete
SELECT verdict, ends_at FROM muster.organization_delete($1, $2, $3);

-- name: organization_restore
SELECT muster.organization_restore() AS verdict;
