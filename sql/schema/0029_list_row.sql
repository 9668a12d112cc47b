-- What the list of exercises shows is on the exercise itself, so that a page of it is one range of an index.
--
-- creator_first_name and creator_last_name are those of the person in created_by: exercise_creator() and app_user_renamed() keep them, and
-- they go with the person. own_score and own_answered are what the creator has in a run of nobody else's; answer_put() keeps them. They are
-- NULL where others may take part: participants are looked up then.
ALTER TABLE muster.exercise
    ADD creator_first_name text, ADD creator_last_name text,
    ADD own_score integer, ADD own_answered smallint;

-- For a moment the owner sees the rows of all tenants.
ALTER TABLE muster.exercise NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.app_user NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.participant NO FORCE ROW LEVEL SECURITY;
UPDATE muster.exercise e
SET creator_first_name = u.first_name, creator_last_name = u.last_name, own_score = p.total_score, own_answered = p.answered_count
FROM muster.exercise old
LEFT JOIN muster.app_user u ON u.org_id = old.org_id AND u.id = old.created_by
LEFT JOIN muster.participant p ON p.org_id = old.org_id AND p.exercise_id = old.id AND p.user_id IS NOT DISTINCT FROM old.created_by
    AND old.mode = 'INDIVIDUAL' AND old.participant_count = 1
WHERE e.org_id = old.org_id AND e.id = old.id;
ALTER TABLE muster.participant FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.app_user FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.exercise FORCE ROW LEVEL SECURITY;
