-- name: profile_get
SELECT profile FROM muster.org_profile WHERE org_id = muster.org();

-- name: profile_put
WITH put AS (
    INSERT INTO muster.org_profile (org_id, profile) VALUES (muster.org(), $1)
    ON CONFLICT (org_id) DO UPDATE SET profile = excluded.profile, updated_at = now()
    RETURNING org_id)
SELECT muster.audit('organization.profile_changed', 'organization', org_id, NULL) FROM put;
