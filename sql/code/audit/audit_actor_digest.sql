-- What an entry's hash covers in place of the actor, who may be erased; differs from row to row.
CREATE OR REPLACE FUNCTION muster.audit_actor_digest(p_org uuid, p_seq bigint, p_actor uuid) RETURNS bytea LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN sha256(convert_to(p_org || ' ' || p_seq || ' ' || p_actor, 'UTF8')); END $$;
