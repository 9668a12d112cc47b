-- What sign-in needs to know of an address, and of its other spellings in their order (common/base/email.h): the account, when its password was last changed, whether it has a second factor; no row when
-- nobody has the address.
CREATE OR REPLACE FUNCTION muster.sign_in_lookup(p_email text, p_spellings text[] DEFAULT '{}')
RETURNS TABLE (user_id uuid, org_id uuid, status text, password_hash text, changed_at timestamptz, has_factor boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT u.id, u.org_id, u.status, c.password_hash, c.changed_at, f.confirmed_at IS NOT NULL
    FROM app_user u
    JOIN credential c ON c.org_id = u.org_id AND c.user_id = u.id
    LEFT JOIN second_factor f ON f.org_id = u.org_id AND f.user_id = u.id
    WHERE u.email = ANY (p_email || p_spellings)
    ORDER BY array_position(p_email || p_spellings, u.email) LIMIT 1;
END
$$;
