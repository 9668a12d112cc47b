-- An invitation that was revoked or replaced is not sent any more: its mail goes with it, unless it was sent.
CREATE OR REPLACE FUNCTION muster.invitation_mail_goes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    DELETE FROM mail m WHERE m.org_id = OLD.org_id AND m.id = OLD.mail_id AND m.state IN ('QUEUED', 'DEAD');
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER invitation_mail_goes AFTER DELETE ON muster.invitation
    FOR EACH ROW WHEN (OLD.mail_id IS NOT NULL) EXECUTE FUNCTION muster.invitation_mail_goes();
