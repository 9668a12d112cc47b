-- An exercise that fails gives the month's count back: that of the month it was taken from. FAILED leads nowhere, and whoever
-- comes second finds the row FAILED already, so it happens once.
CREATE OR REPLACE FUNCTION muster.exercise_gives_back() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    UPDATE org_usage u SET exercises = u.exercises - 1
    WHERE (u.org_id, u.month, u.lane) = (
        SELECT f.org_id, f.month, f.lane FROM org_usage f
        WHERE f.org_id = NEW.org_id AND f.month = date_trunc('month', NEW.created_at)::date AND f.exercises > 0
        ORDER BY f.exercises DESC, f.lane LIMIT 1 FOR NO KEY UPDATE);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER exercise_gives_back AFTER UPDATE OF status ON muster.exercise
    FOR EACH ROW WHEN (NEW.status = 'FAILED' AND OLD.status <> 'FAILED') EXECUTE FUNCTION muster.exercise_gives_back();
