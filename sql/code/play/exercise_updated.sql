-- Keeps the day (UTC) of an exercise's last change, which exercise_lasting looks up.
CREATE OR REPLACE FUNCTION muster.exercise_updated() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_day := (NEW.updated_at AT TIME ZONE 'UTC')::date;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER exercise_updated BEFORE INSERT OR UPDATE OF updated_at, updated_day ON muster.exercise
    FOR EACH ROW WHEN (NEW.updated_day IS DISTINCT FROM (NEW.updated_at AT TIME ZONE 'UTC')::date) EXECUTE FUNCTION muster.exercise_updated();
