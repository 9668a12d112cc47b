-- What somebody has open and has completed lately, whatever lies behind.
CREATE INDEX participant_open ON muster.participant (org_id, user_id, joined_at DESC, exercise_id) WHERE completed_at IS NULL AND user_id IS NOT NULL;
CREATE INDEX participant_done ON muster.participant (org_id, user_id, completed_at DESC, exercise_id)
    WHERE completed_at IS NOT NULL AND user_id IS NOT NULL;
-- The completed runs of an organisation, newest first.
CREATE INDEX exercise_done ON muster.exercise (org_id, completed_at DESC, id DESC) WHERE completed_at IS NOT NULL;
