-- Keeps what exercises are searched in and sorted by: name and title, and the accuracy of a completed run in ten-thousandths.
CREATE OR REPLACE FUNCTION muster.exercise_kept() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NEW.sought := lower(concat_ws(' ', NEW.name, NEW.title));
    NEW.grade := CASE WHEN NEW.completed_at IS NOT NULL AND NEW.served_count > 0 THEN 10000 * NEW.correct_count / NEW.served_count END;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER exercise_kept BEFORE INSERT OR UPDATE OF name, title, completed_at, correct_count, served_count, sought, grade ON muster.exercise
    FOR EACH ROW WHEN (NEW.sought IS DISTINCT FROM lower(concat_ws(' ', NEW.name, NEW.title)) OR NEW.completed_at IS NOT NULL OR NEW.grade IS NOT NULL)
    EXECUTE FUNCTION muster.exercise_kept();
