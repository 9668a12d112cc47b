-- The questions of an exercise, in order of play, beside its recipe: whoever generates the next one avoids them, and the recipe stays a
-- text that the database keeps and the program reads.
ALTER TABLE muster.exercise ADD question_ids text[] NOT NULL DEFAULT '{}';

-- For a moment the owner sees the rows of all tenants.
ALTER TABLE muster.exercise NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.exercise DISABLE TRIGGER USER;
UPDATE muster.exercise SET question_ids = ARRAY(SELECT item #>> '{}' FROM jsonb_path_query(recipe, '$.questions[*][*]') AS item);
ALTER TABLE muster.exercise ENABLE TRIGGER USER;
ALTER TABLE muster.exercise FORCE ROW LEVEL SECURITY;
