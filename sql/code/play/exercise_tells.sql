-- Who watches an exercise is told when it ends.
CREATE OR REPLACE FUNCTION muster.exercise_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    INSERT INTO outbox (org_id, channel, event) VALUES (NEW.org_id, 'exercise:' || NEW.id, lower(NEW.status));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER exercise_tells AFTER UPDATE OF status ON muster.exercise
    FOR EACH ROW WHEN (NEW.status IN ('COMPLETED', 'FAILED') AND OLD.status <> NEW.status) EXECUTE FUNCTION muster.exercise_tells();
