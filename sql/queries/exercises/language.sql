-- name: language_get
SELECT u.language, o.language AS organisation_default
FROM muster.app_user u JOIN muster.org o ON o.org_id = u.org_id
WHERE u.org_id = muster.org() AND u.id = muster.person();

-- name: language_put
UPDATE muster.app_user SET language = $1 WHERE org_id = muster.org() AND id = muster.person();

-- name: language_default_put
WITH changed AS (UPDATE muster.org SET language = $1 WHERE org_id = muster.org() AND language <> $1 RETURNING org_id)
SELECT muster.audit('organization.language_changed', 'organization', org_id, jsonb_build_object('language', $1::text)) FROM changed;
