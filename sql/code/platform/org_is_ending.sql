-- Whether an organisation is going to be deleted.
CREATE OR REPLACE FUNCTION muster.org_is_ending(p_org uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT EXISTS (SELECT FROM muster.org_ending e WHERE e.org_id = p_org) $$;
