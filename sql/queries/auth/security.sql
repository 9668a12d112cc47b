-- name: security_get
SELECT o.second_factor_required AS required,
       (SELECT count(*) FROM muster.app_user u WHERE u.org_id = o.org_id AND u.status = 'ACTIVE') AS people,
       (SELECT count(*) FROM muster.app_user u
        JOIN muster.second_factor f ON f.org_id = u.org_id AND f.user_id = u.id AND f.confirmed_at IS NOT NULL
        WHERE u.org_id = o.org_id AND u.status = 'ACTIVE') AS with_factor
FROM muster.org o WHERE o.org_id = muster.org();

-- name: security_put
-- Required only by somebody who has a second factor: whoever asks it of others must be able to go on.
WITH changed AS (
    UPDATE muster.org o SET second_factor_required = $1
    WHERE o.org_id = muster.org() AND o.second_factor_required <> $1
      AND (NOT $1 OR EXISTS (SELECT FROM muster.second_factor f
                             WHERE f.org_id = o.org_id AND f.user_id = muster.person() AND f.confirmed_at IS NOT NULL))
    RETURNING o.org_id)
SELECT muster.audit('organization.security_changed', 'organization', org_id, jsonb_build_object('secondFactorRequired', $1::boolean))
FROM changed;
