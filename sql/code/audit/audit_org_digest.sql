-- By what an anchor knows an organisation, also when it is gone.
CREATE OR REPLACE FUNCTION muster.audit_org_digest(p_org uuid) RETURNS bytea LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN sha256(convert_to('muster audit log of ' || p_org, 'UTF8')); END $$;
