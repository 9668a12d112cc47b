-- Rule C2, and the one change that erasure makes: the free text goes.
CREATE OR REPLACE FUNCTION muster.answer_is_immutable() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.rationale IS NULL AND current_user = 'muster_lookup' THEN
        OLD.rationale := NULL;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'answers are immutable' USING ERRCODE = '23514';
END
$$;
CREATE OR REPLACE TRIGGER answer_is_immutable BEFORE UPDATE ON muster.answer
    FOR EACH ROW EXECUTE FUNCTION muster.answer_is_immutable();
