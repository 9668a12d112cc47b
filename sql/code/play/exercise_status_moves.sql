-- The state machine (rule C3): whoever updates, these are the only moves.
CREATE OR REPLACE FUNCTION muster.exercise_status_moves() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('DRAFT', 'GENERATING'), ('DRAFT', 'LOBBY'), ('DRAFT', 'IN_PROGRESS'), ('DRAFT', 'CANCELLED'),
        ('GENERATING', 'LOBBY'), ('GENERATING', 'IN_PROGRESS'), ('GENERATING', 'FAILED'), ('GENERATING', 'CANCELLED'),
        ('LOBBY', 'IN_PROGRESS'), ('LOBBY', 'CANCELLED'), ('IN_PROGRESS', 'COMPLETED'), ('IN_PROGRESS', 'CANCELLED'))
    THEN
        RAISE EXCEPTION 'an exercise cannot go from % to %', OLD.status, NEW.status USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER exercise_status_moves BEFORE UPDATE OF status ON muster.exercise
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION muster.exercise_status_moves();
