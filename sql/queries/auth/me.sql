-- name: me
SELECT u.id, u.email, u.first_name, u.last_name, u.role, coalesce(u.language, o.language) AS language, o.org_id, o.name AS org_name, o.slug, o.plan,
       p.api_access, p.byok, u.email_verified_at IS NOT NULL AS email_verified,
       (SELECT muster.factor_reset_at(t.created_at) FROM muster.account_token t
        WHERE t.org_id = u.org_id AND t.user_id = u.id AND t.purpose = 'reset_factor') AS ends_at,
       e.ends_at AS org_ends_at, muster.is_newcomer() AS newcomer
FROM muster.app_user u
JOIN muster.org o ON o.org_id = u.org_id
JOIN muster.plan p ON p.name = o.plan
LEFT JOIN muster.org_ending e ON e.org_id = u.org_id
WHERE u.org_id = muster.org() AND u.id = muster.person();
