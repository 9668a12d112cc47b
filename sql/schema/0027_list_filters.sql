-- Lists that are filtered, and what their pages are read from: for every set of filters an index that has the page's rows in its order.

-- The day (UTC) of the last change, for lists of what changed since a moment. Not updated_at itself: that one changes with every right
-- answer, and each time every index of the table would get a new entry. The index has what was last changed on a later day than it was
-- created: whatever else changed since a moment was created since then, or on that very day.
-- Generated for the rows that are there; from then on a trigger keeps it.
ALTER TABLE muster.exercise ADD COLUMN updated_day date NOT NULL GENERATED ALWAYS AS ((updated_at AT TIME ZONE 'UTC')::date) STORED;
ALTER TABLE muster.exercise ALTER COLUMN updated_day DROP EXPRESSION;
ALTER TABLE muster.exercise ALTER COLUMN updated_day SET DEFAULT (now() AT TIME ZONE 'UTC')::date;
CREATE INDEX exercise_lasting ON muster.exercise (org_id, updated_day, created_at DESC, id DESC)
    WHERE updated_day > (created_at AT TIME ZONE 'UTC')::date;
CREATE INDEX exercise_by_status ON muster.exercise (org_id, status, difficulty, created_at DESC, id DESC);
CREATE INDEX exercise_by_theme ON muster.exercise (org_id, theme, created_at DESC, id DESC);
CREATE INDEX exercise_by_all ON muster.exercise (org_id, theme, difficulty, status, created_at DESC, id DESC);
-- The trend of a report reads exercise_by_all.
DROP INDEX muster.exercise_trend;

-- At most 500 take part: with 30 questions each a report has at most 15,000 answers.
ALTER TABLE muster.exercise ADD CONSTRAINT exercise_participants CHECK (participant_count BETWEEN 0 AND 500);

-- "The caller's certificate of this exercise" is one access by either index, as for participants.
DROP INDEX muster.certificate_exercise, muster.certificate_user;
CREATE INDEX certificate_exercise ON muster.certificate (org_id, exercise_id, user_id);
CREATE INDEX certificate_user ON muster.certificate (org_id, user_id, exercise_id) WHERE user_id IS NOT NULL;

-- The log by what was done, by who did it, and by both.
CREATE INDEX audit_log_action ON muster.audit_log (org_id, action, at, seq);
DROP INDEX muster.audit_log_actor;
CREATE INDEX audit_log_actor ON muster.audit_log (org_id, actor_id, at, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_log_actor_action ON muster.audit_log (org_id, actor_id, action, at, seq) WHERE actor_id IS NOT NULL;

-- Lists without filters that grow: people and open invitations of an organisation, jobs of the platform.
CREATE INDEX app_user_list ON muster.app_user (org_id, created_at, id);
CREATE INDEX invitation_open ON muster.invitation (org_id, created_at DESC, id DESC) WHERE accepted_at IS NULL;
CREATE INDEX job_list ON muster.job (state, coalesce(finished_at, run_at) DESC, id DESC) WHERE state <> 'DONE';
