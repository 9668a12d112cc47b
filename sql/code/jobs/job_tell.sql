-- Who waits for a job of the organisation is told, on the job's own channel, when it gets on or ends.
CREATE OR REPLACE FUNCTION muster.job_tell() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO outbox (org_id, channel, event, payload)
    VALUES (NEW.org_id, 'job:' || NEW.id, 'job', jsonb_build_object('state', NEW.state, 'percent', NEW.percent));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER job_tell AFTER UPDATE OF state, percent ON muster.job FOR EACH ROW
    WHEN (NEW.org_id IS NOT NULL AND NEW.seen_by <> 'platform' AND (NEW.state, NEW.percent) IS DISTINCT FROM (OLD.state, OLD.percent))
    EXECUTE FUNCTION muster.job_tell();
