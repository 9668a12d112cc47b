-- The scenario library, exercises, and what happens in them.

-- One row per theme, language and version; content never changes, a new version is a new row (exercises point at theirs).
CREATE TABLE muster.library (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    theme text NOT NULL,
    language text NOT NULL,
    version text NOT NULL,
    doc text NOT NULL,
    facts jsonb NOT NULL,
    is_current boolean NOT NULL DEFAULT false,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (theme, language, version)
);
CREATE UNIQUE INDEX library_current ON muster.library (theme, language) WHERE is_current;
GRANT SELECT ON muster.library TO muster_exercises, muster_portal;

-- What an organisation says about itself; generated exercises use it.
CREATE TABLE muster.org_profile (
    org_id uuid PRIMARY KEY REFERENCES muster.org (org_id) ON DELETE CASCADE,
    profile jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT muster.make_tenant_table('muster.org_profile');

CREATE TABLE muster.org_tool (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    category text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (org_id, category, name)
);
SELECT muster.make_tenant_table('muster.org_tool');

-- Exercises generated per month: the plan's quota, counted when it changes.
CREATE TABLE muster.org_usage (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    month date NOT NULL,
    exercises integer NOT NULL,
    PRIMARY KEY (org_id, month)
);
SELECT muster.make_tenant_table('muster.org_usage');

-- recipe: what the generator chose (stages, question ids, slot values); with the library row and the participant's
-- option_seed it renders the whole exercise, so that 500,000 exercises cost megabytes and not gigabytes.
CREATE TABLE muster.exercise (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    title text NOT NULL,
    theme text NOT NULL,
    difficulty text NOT NULL CHECK (difficulty IN ('BEGINNER', 'INTERMEDIATE', 'ADVANCED', 'EXPERT')),
    language text NOT NULL,
    engine text NOT NULL CHECK (engine IN ('library', 'ai')),
    mode text NOT NULL CHECK (mode IN ('INDIVIDUAL', 'GROUP')),
    timing text NOT NULL CHECK (timing IN ('off', 'standard', 'x1.5', 'x2')),
    status text NOT NULL
        CHECK (status IN ('DRAFT', 'GENERATING', 'LOBBY', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'FAILED')),
    question_count smallint NOT NULL CHECK (question_count BETWEEN 3 AND 30),
    stage_count smallint NOT NULL CHECK (stage_count BETWEEN 3 AND 5),
    current_stage smallint NOT NULL DEFAULT 1,
    total_points integer NOT NULL,
    seed bigint NOT NULL,
    library_id bigint NOT NULL REFERENCES muster.library (id),
    recipe jsonb NOT NULL,
    mitre_attack_ids text[] NOT NULL DEFAULT '{}',
    -- Maintained when they change, so that lists and benchmarks stay flat as history grows.
    participant_count integer NOT NULL DEFAULT 0,
    correct_count integer NOT NULL DEFAULT 0,
    served_count integer NOT NULL DEFAULT 0,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, created_by) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (created_by),
    CHECK ((status = 'COMPLETED') = (completed_at IS NOT NULL))
);
CREATE INDEX exercise_list ON muster.exercise (org_id, created_at DESC, id DESC);
-- Comparable runs, newest first, for the trend of a report.
CREATE INDEX exercise_trend ON muster.exercise (org_id, theme, difficulty, created_at DESC, id DESC) WHERE status = 'COMPLETED';
SELECT muster.make_tenant_table('muster.exercise');

-- The state machine (rule C3): whoever updates, these are the only moves.
CREATE FUNCTION muster.exercise_status_moves() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('DRAFT', 'GENERATING'), ('DRAFT', 'LOBBY'), ('DRAFT', 'IN_PROGRESS'), ('DRAFT', 'CANCELLED'),
        ('GENERATING', 'LOBBY'), ('GENERATING', 'IN_PROGRESS'), ('GENERATING', 'FAILED'), ('GENERATING', 'CANCELLED'),
        ('LOBBY', 'IN_PROGRESS'), ('LOBBY', 'CANCELLED'), ('IN_PROGRESS', 'COMPLETED'), ('IN_PROGRESS', 'CANCELLED'))
    THEN
        RAISE EXCEPTION 'an exercise cannot go from % to %', OLD.status, NEW.status USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER exercise_status_moves BEFORE UPDATE OF status ON muster.exercise
    FOR EACH ROW EXECUTE FUNCTION muster.exercise_status_moves();

CREATE TABLE muster.participant (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    exercise_id uuid NOT NULL,
    user_id uuid,
    option_seed bigint NOT NULL,
    timing text NOT NULL CHECK (timing IN ('off', 'standard', 'x1.5', 'x2')),
    joined_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    total_score integer NOT NULL DEFAULT 0,
    answered_count smallint NOT NULL DEFAULT 0,
    correct_count smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, exercise_id, user_id),
    FOREIGN KEY (org_id, exercise_id) REFERENCES muster.exercise (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (user_id)
);
-- All three columns, so that it answers "the caller's run of this exercise" as well as the unique one: the planner takes either.
CREATE INDEX participant_user ON muster.participant (org_id, user_id, exercise_id);
SELECT muster.make_tenant_table('muster.participant');

-- When a question was first shown and until when it may be answered (NULL: no limit).
CREATE TABLE muster.question_shown (
    org_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    question_index smallint NOT NULL,
    shown_at timestamptz NOT NULL,
    deadline timestamptz,
    PRIMARY KEY (org_id, participant_id, question_index),
    FOREIGN KEY (org_id, participant_id) REFERENCES muster.participant (org_id, id) ON DELETE CASCADE
);
SELECT muster.make_tenant_table('muster.question_shown');

-- One immutable answer per participant and question (rule C2): the primary key decides who wins, the trigger and the
-- missing UPDATE grant keep it. selected counts in the library's order of options; NULL means the time ran out.
CREATE TABLE muster.answer (
    org_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    question_index smallint NOT NULL,
    exercise_id uuid NOT NULL,
    stage_number smallint NOT NULL,
    item_id text NOT NULL,
    selected smallint,
    is_correct boolean NOT NULL,
    credit smallint NOT NULL CHECK (credit BETWEEN 0 AND 100),
    points integer NOT NULL CHECK (points BETWEEN 0 AND max_points),
    max_points integer NOT NULL,
    expired boolean NOT NULL,
    confidence smallint CHECK (confidence BETWEEN 1 AND 5),
    rationale text CHECK (length(rationale) <= 2000),
    shown_at timestamptz NOT NULL,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, participant_id, question_index),
    FOREIGN KEY (org_id, participant_id) REFERENCES muster.participant (org_id, id) ON DELETE CASCADE,
    CHECK (NOT expired OR (selected IS NULL AND NOT is_correct AND points = 0))
);
CREATE INDEX answer_exercise ON muster.answer (org_id, exercise_id);
SELECT muster.make_tenant_table('muster.answer');

CREATE FUNCTION muster.answer_is_immutable() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'answers are immutable' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER answer_is_immutable BEFORE UPDATE ON muster.answer
    FOR EACH ROW EXECUTE FUNCTION muster.answer_is_immutable();

-- Issued once per participant; survives the exercise, so that a certificate stays verifiable (rule D4).
CREATE TABLE muster.certificate (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    exercise_id uuid,
    participant_id uuid,
    user_id uuid,
    holder text NOT NULL,
    exercise_title text NOT NULL,
    theme text NOT NULL,
    difficulty text NOT NULL,
    grade text NOT NULL CHECK (grade IN ('PLATINUM', 'GOLD', 'SILVER', 'BRONZE')),
    correct_count smallint NOT NULL,
    question_count smallint NOT NULL,
    completed_at timestamptz NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT now(),
    valid_until timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, participant_id),
    FOREIGN KEY (org_id, exercise_id) REFERENCES muster.exercise (org_id, id) ON DELETE SET NULL (exercise_id),
    FOREIGN KEY (org_id, participant_id) REFERENCES muster.participant (org_id, id) ON DELETE SET NULL (participant_id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (user_id)
);
CREATE UNIQUE INDEX certificate_id ON muster.certificate (id);
CREATE INDEX certificate_exercise ON muster.certificate (org_id, exercise_id);
SELECT muster.make_tenant_table('muster.certificate');

GRANT SELECT ON muster.org_profile, muster.org_tool TO muster_exercises, muster_portal;
GRANT SELECT, INSERT, UPDATE ON muster.org_usage TO muster_exercises;
GRANT SELECT, INSERT, DELETE ON muster.exercise TO muster_exercises;
GRANT UPDATE (status, current_stage, participant_count, correct_count, served_count, completed_at, updated_at)
    ON muster.exercise TO muster_exercises;
GRANT SELECT, INSERT ON muster.participant TO muster_exercises;
GRANT UPDATE (completed_at, total_score, answered_count, correct_count) ON muster.participant TO muster_exercises;
GRANT SELECT, INSERT ON muster.question_shown, muster.answer TO muster_exercises;
GRANT SELECT ON muster.exercise, muster.participant, muster.answer TO muster_portal;
GRANT SELECT ON muster.certificate TO muster_exercises;
GRANT SELECT, INSERT ON muster.certificate TO muster_portal;

-- The public verification page: the certificate's own facts, by its unguessable id, across tenants.
CREATE POLICY lookup ON muster.certificate FOR SELECT TO muster_lookup USING (true);
GRANT SELECT ON muster.certificate TO muster_lookup;
CREATE FUNCTION muster.certificate_public(p_id uuid)
RETURNS TABLE (id uuid, holder text, organization text, exercise text, theme text, difficulty text, grade text,
               correct_count smallint, question_count smallint, issued_at timestamptz, valid_until timestamptz, status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT c.id, c.holder, o.name, c.exercise_title, c.theme, c.difficulty, c.grade, c.correct_count, c.question_count,
           c.issued_at, c.valid_until,
           CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked' WHEN c.valid_until < now() THEN 'expired' ELSE 'valid' END
    FROM muster.certificate c JOIN muster.org o ON o.org_id = c.org_id
    WHERE c.id = p_id
$$;
ALTER FUNCTION muster.certificate_public(uuid) OWNER TO muster_lookup;
REVOKE ALL ON FUNCTION muster.certificate_public(uuid) FROM public;
GRANT EXECUTE ON FUNCTION muster.certificate_public(uuid) TO muster_portal;
