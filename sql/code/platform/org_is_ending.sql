-- Whether an organisation is going to be deleted.
CREATE OR REPLACE FUNCTION muster.org_is_ending(p_org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$ BEGIN RETURN EXISTS (SELECT FROM org_ending e WHERE e.org_id = p_org); END $$;
