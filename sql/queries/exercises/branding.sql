-- name: branding_get
-- One row, also where nothing was ever set.
SELECT b.display_name, b.accent_color, b.footer_text
FROM (SELECT muster.org() AS org_id) o LEFT JOIN muster.org_branding b ON b.org_id = o.org_id;

-- name: branding_put
WITH put AS (
    INSERT INTO muster.org_branding (org_id, display_name, accent_color, footer_text) VALUES (muster.org(), $1, $2, $3)
    ON CONFLICT (org_id) DO UPDATE SET display_name = excluded.display_name, accent_color = excluded.accent_color,
        footer_text = excluded.footer_text, updated_at = now()
    RETURNING org_id)
SELECT muster.audit('organization.branding_changed', 'organization', org_id, NULL) FROM put;
