-- What the first entry of an organisation's chain is chained to.
CREATE OR REPLACE FUNCTION muster.audit_first_hash(p_org uuid) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(convert_to(p_org::text, 'UTF8')) $$;
