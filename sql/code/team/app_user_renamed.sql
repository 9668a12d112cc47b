-- A new name follows to the exercises that the person made. It waits for what the person is making at the moment, and what comes later
-- reads the new name. Whoever renames calls seats_lock() and person_hold() first, as an erasure does (sql/README.md, "Order of locks").
CREATE OR REPLACE FUNCTION muster.app_user_renamed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM play_end(NEW.id);
    UPDATE exercise e SET creator_first_name = NEW.first_name, creator_last_name = NEW.last_name
    WHERE e.org_id = NEW.org_id AND e.created_by = NEW.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER app_user_renamed AFTER UPDATE OF first_name, last_name ON muster.app_user
    FOR EACH ROW WHEN ((OLD.first_name, OLD.last_name) IS DISTINCT FROM (NEW.first_name, NEW.last_name))
    EXECUTE FUNCTION muster.app_user_renamed();
