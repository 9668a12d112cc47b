-- Nobody wants any more that this person's second factor be removed: false when nobody asked. The job finds nothing to do. p_by: person,
-- administrator, or signed_in, since whoever has given a code has not lost what makes them.
CREATE OR REPLACE FUNCTION muster.factor_reset_cancel(p_user uuid, p_by text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    DELETE FROM account_token t WHERE t.org_id = org() AND t.user_id = p_user AND t.purpose = 'reset_factor';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM audit('user.factor_reset_cancelled', 'user', p_user, jsonb_build_object('by', p_by));
    RETURN true;
END
$$;
