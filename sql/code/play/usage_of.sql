-- What the running organisation has used of a month: all lanes together.
CREATE OR REPLACE FUNCTION muster.usage_of(p_month date) RETURNS integer LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$ BEGIN RETURN (SELECT coalesce(sum(u.exercises), 0) FROM org_usage u WHERE u.org_id = org() AND u.month = p_month); END $$;
