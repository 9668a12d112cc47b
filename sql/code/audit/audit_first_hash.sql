-- What the first entry of a lane is chained to. Lane 0 is older than lanes are.
CREATE OR REPLACE FUNCTION muster.audit_first_hash(p_org uuid, p_lane integer) RETURNS bytea LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN sha256(convert_to(p_org || CASE p_lane WHEN 0 THEN '' ELSE ' ' || p_lane END, 'UTF8')); END $$;
