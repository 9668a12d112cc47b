-- A certificate goes with its holder or its organisation, whichever way; that there was one is kept without them.
CREATE OR REPLACE FUNCTION muster.certificate_withdrawn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO withdrawn_certificate (digest, valid_until) SELECT sha256(uuid_send(g.id)), g.valid_until AT TIME ZONE 'UTC' FROM gone g
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER certificate_withdrawn AFTER DELETE ON muster.certificate REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION muster.certificate_withdrawn();
