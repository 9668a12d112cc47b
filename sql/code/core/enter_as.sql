-- Enters an organisation (NULL: none), and as a person of it (NULL: as nobody), for the rest of this transaction: what org() and person()
-- say from now on; whether there is one. Whoever calls this has been shown who asks: a credential (principal_enter()), a link, a job that runs.
--
-- A setting with a name of ours could be written by whoever is signed in to the database, and a code over it, under a key, would have to
-- be computed for each table of each statement to be worth something: 3 us each time, a tenth of a read. So it is kept in a setting of the
-- server's that nobody but muster_lookup may write (roles.sql), which ends with the transaction: no family can set it, keep it or bring
-- one back from another transaction, and reading it costs nothing. Of all such settings this one takes letters and digits and does
-- nothing with them: it names functions of the server's own code whose errors are logged with a trace, and none is called like that.
--
-- principal_enter() comes here, so this names everything with its schema, as it does.
CREATE OR REPLACE FUNCTION muster.enter_as(p_org uuid, p_person uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_set pg_catalog.text; -- assigned, because plpgsql computes an assignment without running a statement
BEGIN
    v_set := pg_catalog.set_config('backtrace_functions', CASE WHEN p_org IS NULL THEN '' ELSE
        pg_catalog.concat('muster_', pg_catalog.encode(pg_catalog.uuid_send(p_org), 'hex'), '_',
                          pg_catalog.encode(pg_catalog.uuid_send(p_person), 'hex')) END, true);
    RETURN p_org IS NOT NULL;
END
$$;
