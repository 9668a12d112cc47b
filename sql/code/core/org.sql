-- The tenant of the running transaction; NULL when nobody has entered.
CREATE OR REPLACE FUNCTION muster.org() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.org_id', true), '')::uuid $$;
