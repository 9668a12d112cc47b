-- Ends the statement: the organisation is going to be deleted, at this time. The message is the time. Like principal_refuse()
-- it says nothing in the server's log.
CREATE OR REPLACE FUNCTION muster.org_ending_refuse(p_ends_at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_catalog.set_config('log_min_messages', 'fatal', true);
    RAISE EXCEPTION USING ERRCODE = 'MU107',
        MESSAGE = pg_catalog.to_char(pg_catalog.timezone('UTC', p_ends_at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
END
$$;
