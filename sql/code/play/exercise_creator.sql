-- Keeps the creator's name on an exercise, for lists. Erasing the person sets created_by to NULL, and the name goes with it. A run that
-- somebody else gets is not the own one of whoever made it.
CREATE OR REPLACE FUNCTION muster.exercise_creator() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    SELECT u.first_name, u.last_name INTO NEW.creator_first_name, NEW.creator_last_name
    FROM muster.app_user u WHERE u.org_id = NEW.org_id AND u.id = NEW.created_by;
    IF TG_OP = 'UPDATE' AND NEW.created_by <> coalesce(OLD.created_by, '00000000-0000-0000-0000-000000000000') THEN
        NEW.own_score := NULL;
        NEW.own_answered := NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER exercise_creator BEFORE INSERT OR UPDATE OF created_by ON muster.exercise
    FOR EACH ROW EXECUTE FUNCTION muster.exercise_creator();
