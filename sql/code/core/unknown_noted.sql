-- What somebody who is not known costs: a row of its own, and a commit that waits for the disk as that of a known account does
-- (rule A8). attempt_take() alone would not wait.
CREATE OR REPLACE FUNCTION muster.unknown_noted(p_kind text, p_key bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM attempt_take(p_kind, p_key, 1, 900);
    PERFORM set_config('synchronous_commit', 'on', true);
END
$$;
