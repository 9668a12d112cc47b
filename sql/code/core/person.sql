-- The person of the running transaction; NULL when nobody has entered.
CREATE OR REPLACE FUNCTION muster.person() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;
