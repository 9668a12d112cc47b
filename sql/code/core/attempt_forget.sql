-- A successful sign-in gives the account its attempts back.
CREATE OR REPLACE FUNCTION muster.attempt_forget(p_kind text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$ BEGIN DELETE FROM attempt WHERE kind = p_kind AND key = p_key; END $$;
