-- An exercise has a name of its own where somebody gave it one, says how long it takes, and can be found and sorted by both.
--
-- sought is what a list is searched in and sorted by: the name before the title, folded. grade is the accuracy of a completed run in
-- ten-thousandths: what it is sorted by. minutes is the estimate made when the exercise was generated; NULL: generated before there was one.
-- A run of three questions can have two stages. Both kept columns are generated for the rows that are there; from then on exercise_kept()
-- keeps them.
ALTER TABLE muster.exercise
    ADD name text CHECK (char_length(name) BETWEEN 1 AND 120),
    ADD minutes smallint CHECK (minutes > 0),
    ADD sought text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(CASE WHEN name IS NULL THEN title ELSE name || ' ' || title END)) STORED,
    ADD grade smallint GENERATED ALWAYS AS (
        CASE WHEN completed_at IS NOT NULL AND served_count > 0 THEN 10000 * correct_count / served_count END) STORED,
    DROP CONSTRAINT exercise_stage_count_check,
    ADD CHECK (stage_count BETWEEN 2 AND 5);
ALTER TABLE muster.exercise ALTER sought DROP EXPRESSION, ALTER grade DROP EXPRESSION;
ALTER TABLE muster.exercise ALTER sought SET DEFAULT '';

-- By name or title, which many share: the newest first among them. By accuracy.
CREATE INDEX exercise_by_sought ON muster.exercise (org_id, sought, created_at DESC, id DESC);
CREATE INDEX exercise_by_grade ON muster.exercise (org_id, grade, created_at, id) WHERE grade IS NOT NULL;
