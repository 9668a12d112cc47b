-- What is queued ends with what it is about, and what is over is removed by the configured periods alone.

-- An invitation that was revoked or replaced is not sent any more: its mail goes with it, unless it was sent.
CREATE FUNCTION muster.invitation_mail_goes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    DELETE FROM mail m WHERE m.org_id = OLD.org_id AND m.id = OLD.mail_id AND m.state IN ('QUEUED', 'DEAD');
    RETURN NULL;
END
$$;
CREATE TRIGGER invitation_mail_goes AFTER DELETE ON muster.invitation
    FOR EACH ROW WHEN (OLD.mail_id IS NOT NULL) EXECUTE FUNCTION muster.invitation_mail_goes();
REVOKE ALL ON FUNCTION muster.invitation_mail_goes() FROM public;
ALTER FUNCTION muster.invitation_mail_goes() OWNER TO muster_lookup;

-- Its periods were its own: retention_apply() removes the same rows, after the days that are configured, and records them (rule E4).
DROP FUNCTION muster.job_sweep();
