-- name: branding_get
SELECT display_name, accent_color, footer_text FROM muster.org_branding WHERE org_id = muster.org();

-- name: branding_put
WITH put AS (
    INSERT INTO muster.org_branding (org_id, display_name, accent_color, footer_text) VALUES (muster.org(), $1, $2, $3)
    ON CONFLICT (org_id) DO UPDATE SET display_name = excluded.display_name, accent_color = excluded.accent_color,
        footer_text = excluded.footer_text, updated_at = now()
    RETURNING org_id)
SELECT muster.audit('organization.branding_changed', 'organization', org_id, NULL) FROM put;
