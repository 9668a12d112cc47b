-- What of a completed run a person has opened: its debrief, which shows the answer key to whoever leads or audits and did not take part, so
-- that the questions count as having been shown (rules C1 and C13); and its report, which is not offered as unread any more.
CREATE TABLE muster.exercise_seen (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    exercise_id uuid NOT NULL,
    what text NOT NULL CHECK (what IN ('debrief', 'report')),
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id, exercise_id, what),
    FOREIGN KEY (org_id, exercise_id) REFERENCES muster.exercise (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
-- What a person was shown lately; who has seen something of an exercise that is deleted.
CREATE INDEX exercise_seen_lately ON muster.exercise_seen (org_id, user_id, what, seen_at DESC);
CREATE INDEX exercise_seen_exercise ON muster.exercise_seen (org_id, exercise_id);
