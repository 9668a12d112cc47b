-- The tables: what is stored, which values are allowed, and by which indexes it is found.
--
-- Row-level security is FORCED on tables with org_id: a policy compares it with the setting app.org_id, read once per statement, which
-- principal_enter() and its kin set for the current transaction only. A migration that must touch rows of all tenants drops FORCE for its
-- own transaction and puts it back. References between tables of tenants include org_id: no row can refer to another organisation's.
-- Every foreign key between them finds its rows by an index, or deleting a person or an organisation would read whole tables for each row.
-- Tokens and codes are stored as SHA-256 only (rule A6).

CREATE SCHEMA muster;

-- ---- accounts: organisations, people, credentials ----

-- What a plan allows; NULL means unlimited. Configuration, not code: whoever runs the platform edits the rows (rule G4).
CREATE TABLE muster.plan (
    name text PRIMARY KEY,
    seats integer, monthly_exercises integer,
    api_access boolean NOT NULL, byok boolean NOT NULL
);
ALTER TABLE muster.plan
    ADD CONSTRAINT plan_name CHECK (name ~ '^[A-Z][A-Z0-9_-]{0,39}$') NOT VALID,
    ADD CONSTRAINT plan_limits CHECK (seats >= 1 AND monthly_exercises >= 0) NOT VALID;

CREATE TABLE muster.org (
    org_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    plan text NOT NULL REFERENCES muster.plan (name),
    created_at timestamptz NOT NULL DEFAULT now(),
    language text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
    suspended_at timestamptz
);
CREATE INDEX org_list ON muster.org (created_at DESC, org_id DESC);

CREATE TABLE muster.app_user (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (email = lower(email)),
    first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 80),
    last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 80),
    role text NOT NULL CHECK (role IN ('SUPER_ADMIN', 'CLIENT_ADMIN', 'FACILITATOR', 'MEMBER', 'AUDITOR')),
    language text, -- NULL: as the organisation
    status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'DEACTIVATED')),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at timestamptz,
    email_verified_at timestamptz, -- NULL: nobody has proven yet that mail to the address arrives
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX app_user_id ON muster.app_user (id);
CREATE UNIQUE INDEX app_user_email ON muster.app_user (email);
-- How an address, a last name or a whole name begins, for the platform's search.
CREATE INDEX app_user_by_email ON muster.app_user (email COLLATE "C");
CREATE INDEX app_user_by_name ON muster.app_user (lower(first_name || ' ' || last_name) COLLATE "C");
CREATE INDEX app_user_by_last_name ON muster.app_user (lower(last_name) COLLATE "C");

-- Of the families of programs only auth can read this table.
CREATE TABLE muster.credential (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);

CREATE TABLE muster.user_session (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(), last_seen_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
    address text NOT NULL, user_agent text NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX user_session_user ON muster.user_session (org_id, user_id);

-- Every key expires (rule A6): a year after it was made, unless whoever makes it says when.
CREATE TABLE muster.api_key (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    prefix text NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '1 year',
    last_used_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX api_key_user ON muster.api_key (org_id, user_id);

-- Secrets of authenticator apps, sealed under a key that is not in the database (rule B1). Without confirmed_at it is an
-- enrolment that nobody has finished. last_step is the newest time step whose code was accepted: older ones are used up.
CREATE TABLE muster.second_factor (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    sealed text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);

-- Recovery codes: 80 random bits each; a row is deleted when its code is used (rule A5).
CREATE TABLE muster.recovery_code (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (org_id, user_id, code_hash),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.second_factor (org_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);

-- Half-authenticated sessions: the password was right, the second factor is due. A table of their own, so that whatever
-- looks for a session does not find them; only kind 'pending' and 'any' of principal_enter() do (rule A5).
CREATE TABLE muster.pending_session (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX pending_session_user ON muster.pending_session (org_id, user_id);

-- Links in mails to a person, one of each kind: a new one replaces the old one.
CREATE TABLE muster.account_token (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, user_id, purpose),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);

-- Attempt counters (rule A9): in the database, so that they hold across processes and restarts. The key is a digest of account or
-- address; no tenant, no row-level security, reachable through attempt_take() and its kin alone.
CREATE TABLE muster.attempt (
    kind text NOT NULL,
    key bytea NOT NULL,
    window_ends_at timestamptz NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX attempt_ends ON muster.attempt (window_ends_at);

-- ---- team: who may join, and who may not come back ----

CREATE TABLE muster.invitation (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (email = lower(email)),
    role text NOT NULL CHECK (role IN ('CLIENT_ADMIN', 'FACILITATOR', 'MEMBER', 'AUDITOR')),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    mail_id uuid, -- carries the invitation; NULL: the link was shown to whoever invited, so having it proves nothing
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, created_by) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (created_by)
);
CREATE INDEX invitation_email ON muster.invitation (org_id, email);
CREATE INDEX invitation_creator ON muster.invitation (org_id, created_by) WHERE created_by IS NOT NULL;
-- By address alone, in whichever organisation.
CREATE INDEX invitation_address ON muster.invitation (email);

-- A domain of the organisation. It counts when a mailbox that its owner alone has (RFC 2142) has answered, for one organisation only.
CREATE TABLE muster.org_domain (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    domain text NOT NULL CHECK (domain = lower(domain) AND length(domain) BETWEEN 4 AND 253),
    mailbox text NOT NULL CHECK (mailbox IN ('postmaster', 'hostmaster', 'webmaster', 'admin', 'administrator')),
    token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
    verified_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, domain),
    FOREIGN KEY (org_id, created_by) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (created_by),
    CHECK ((verified_at IS NULL) = (token_hash IS NOT NULL))
);
CREATE UNIQUE INDEX org_domain_verified ON muster.org_domain (domain) WHERE verified_at IS NOT NULL;
CREATE INDEX org_domain_creator ON muster.org_domain (org_id, created_by) WHERE created_by IS NOT NULL;

-- Who registered with an address of a verified domain and has not proven it. Several of one address stand side by side: each opens
-- with its own link and the password that was given with it, so nobody can take over or spoil what somebody else began (rule A4).
CREATE TABLE muster.pending_registration (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    domain_id uuid NOT NULL,
    email text NOT NULL CHECK (email = lower(email)),
    first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 80),
    last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 80),
    password_hash text NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, domain_id) REFERENCES muster.org_domain (org_id, id) ON DELETE CASCADE
);
CREATE INDEX pending_registration_domain ON muster.pending_registration (org_id, domain_id);
-- By address alone, in whichever organisation.
CREATE INDEX pending_registration_address ON muster.pending_registration (email);

-- Who was removed does not come back through the domain, only by a new invitation. A digest, different in every organisation.
CREATE TABLE muster.removed_person (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    email_digest bytea NOT NULL CHECK (length(email_digest) = 32),
    removed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, email_digest)
);

-- ---- inputs: what an organisation says about itself; generated exercises use it ----

CREATE TABLE muster.org_profile (
    org_id uuid PRIMARY KEY REFERENCES muster.org (org_id) ON DELETE CASCADE,
    profile jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(profile) = 'object'),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- People who can appear in stories by name.
CREATE TABLE muster.org_character (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    role text NOT NULL CHECK (length(role) BETWEEN 1 AND 80),
    department text CHECK (length(department) <= 80),
    description text CHECK (length(description) <= 500),
    expertise text[] NOT NULL DEFAULT '{}' CHECK (cardinality(expertise) <= 10),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id)
);

-- The catalogue, for everybody. Names are plain facts of the market; a new one is a row of sql/data. The id follows from both columns.
CREATE TABLE muster.tool (
    id uuid PRIMARY KEY,
    category text NOT NULL CHECK (category IN (
        'EDR', 'VULNERABILITY_MANAGEMENT', 'SIEM', 'XDR', 'SOAR', 'IDENTITY', 'EMAIL_SECURITY', 'NETWORK_SECURITY', 'CLOUD_SECURITY',
        'DLP', 'WAF', 'THREAT_INTELLIGENCE', 'PAM')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    UNIQUE (category, name)
);

-- A tool of the catalogue has a row here while it is selected, under the catalogue's id; an own tool stays and has a mark.
CREATE TABLE muster.org_tool (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    category text NOT NULL,
    name text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tool_id uuid REFERENCES muster.tool (id),
    selected boolean NOT NULL DEFAULT true,
    PRIMARY KEY (org_id, id),
    CHECK (tool_id IS NULL OR (tool_id = id AND selected))
);
CREATE UNIQUE INDEX org_tool_name ON muster.org_tool (org_id, category, lower(name));

-- What reports and certificates carry.
CREATE TABLE muster.org_branding (
    org_id uuid PRIMARY KEY REFERENCES muster.org (org_id) ON DELETE CASCADE,
    display_name text CHECK (length(display_name) BETWEEN 1 AND 120),
    accent_color text CHECK (accent_color ~ '^#[0-9a-f]{6}$'),
    footer_text text CHECK (length(footer_text) BETWEEN 1 AND 200),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- ---- library and play: scenarios, exercises, and what happens in them ----

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

-- Exercises generated per month: the plan's quota, counted when it changes.
CREATE TABLE muster.org_usage (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    month date NOT NULL,
    exercises integer NOT NULL,
    PRIMARY KEY (org_id, month)
);

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
    status text NOT NULL CHECK (status IN ('DRAFT', 'GENERATING', 'LOBBY', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'FAILED')),
    question_count smallint NOT NULL CHECK (question_count BETWEEN 3 AND 30),
    stage_count smallint NOT NULL CHECK (stage_count BETWEEN 3 AND 5),
    current_stage smallint NOT NULL DEFAULT 1,
    total_points integer NOT NULL,
    seed bigint NOT NULL,
    library_id bigint NOT NULL REFERENCES muster.library (id),
    recipe jsonb NOT NULL,
    mitre_attack_ids text[] NOT NULL DEFAULT '{}',
    -- Maintained when they change, so that lists and benchmarks stay flat as history grows.
    participant_count integer NOT NULL DEFAULT 0, correct_count integer NOT NULL DEFAULT 0, served_count integer NOT NULL DEFAULT 0,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz, completed_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    briefing text, -- what somebody wrote when generating it; it is in the recipe, too, which muster_lookup does not see (rule C1)
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, created_by) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (created_by),
    CHECK ((status = 'COMPLETED') = (completed_at IS NOT NULL))
);
CREATE INDEX exercise_list ON muster.exercise (org_id, created_at DESC, id DESC);
-- Comparable runs, newest first, for the trend of a report.
CREATE INDEX exercise_trend ON muster.exercise (org_id, theme, difficulty, created_at DESC, id DESC) WHERE status = 'COMPLETED';
CREATE INDEX exercise_creator ON muster.exercise (org_id, created_by, id) WHERE created_by IS NOT NULL;

CREATE TABLE muster.participant (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    exercise_id uuid NOT NULL,
    user_id uuid,
    option_seed bigint NOT NULL,
    timing text NOT NULL CHECK (timing IN ('off', 'standard', 'x1.5', 'x2')),
    joined_at timestamptz NOT NULL DEFAULT now(), completed_at timestamptz,
    total_score integer NOT NULL DEFAULT 0, answered_count smallint NOT NULL DEFAULT 0, correct_count smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, exercise_id, user_id),
    FOREIGN KEY (org_id, exercise_id) REFERENCES muster.exercise (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (user_id)
);
-- All three columns, so that it answers "the caller's run of this exercise" as well as the unique one: the planner takes either.
CREATE INDEX participant_user ON muster.participant (org_id, user_id, exercise_id);

-- When a question was first shown and until when it may be answered (NULL: no limit).
CREATE TABLE muster.question_shown (
    org_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    question_index smallint NOT NULL,
    shown_at timestamptz NOT NULL, deadline timestamptz,
    PRIMARY KEY (org_id, participant_id, question_index),
    FOREIGN KEY (org_id, participant_id) REFERENCES muster.participant (org_id, id) ON DELETE CASCADE
);

-- One immutable answer per participant and question (rule C2): the primary key decides who wins, a trigger and the missing UPDATE
-- grant keep it; erasure alone takes rationale out. selected counts in the library's order of options; NULL: the time ran out.
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
    points integer NOT NULL CHECK (points BETWEEN 0 AND max_points), max_points integer NOT NULL,
    expired boolean NOT NULL,
    confidence smallint CHECK (confidence BETWEEN 1 AND 5),
    rationale text CHECK (length(rationale) <= 2000),
    shown_at timestamptz NOT NULL, answered_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, participant_id, question_index),
    FOREIGN KEY (org_id, participant_id) REFERENCES muster.participant (org_id, id) ON DELETE CASCADE,
    CHECK (NOT expired OR (selected IS NULL AND NOT is_correct AND points = 0))
);
CREATE INDEX answer_exercise ON muster.answer (org_id, exercise_id);

-- Issued once per participant; survives the exercise, to stay verifiable (rule D4). It says the name, and goes with the person.
CREATE TABLE muster.certificate (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    exercise_id uuid,
    participant_id uuid,
    user_id uuid,
    holder text NOT NULL,
    exercise_title text NOT NULL,
    theme text NOT NULL, difficulty text NOT NULL,
    grade text NOT NULL CHECK (grade IN ('PLATINUM', 'GOLD', 'SILVER', 'BRONZE')),
    correct_count smallint NOT NULL, question_count smallint NOT NULL,
    completed_at timestamptz NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT now(),
    valid_until timestamptz NOT NULL, revoked_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, participant_id),
    FOREIGN KEY (org_id, exercise_id) REFERENCES muster.exercise (org_id, id) ON DELETE SET NULL (exercise_id),
    FOREIGN KEY (org_id, participant_id) REFERENCES muster.participant (org_id, id) ON DELETE SET NULL (participant_id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
-- The public page finds a certificate by its unguessable id alone.
CREATE UNIQUE INDEX certificate_id ON muster.certificate (id);
CREATE INDEX certificate_exercise ON muster.certificate (org_id, exercise_id);
CREATE INDEX certificate_user ON muster.certificate (org_id, user_id) WHERE user_id IS NOT NULL;

-- ---- jobs and mail: work that a request does not wait for ----
--
-- What must happen because of an act is queued in the act's own transaction: with it or not at all. A worker takes a job under a
-- lease; when the worker is killed the lease runs out and the next one takes the job. attempts is the number of the attempt and the
-- fence: who was overtaken cannot finish what is no longer held. What failed too often, a dead letter, is retried or given up.

-- A mail that waits, and after sending the fact that it was sent: address and parameters are gone then. Parameters that only the
-- caller has, above all links with tokens, are sealed (rule B1). Names and titles are not copied: they are looked up when the mail is
-- sent, so that nothing of them is kept here. Without the person it is for or about, or the exercise, there is no mail.
CREATE TABLE muster.mail (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid,
    recipient text
        CHECK (length(recipient) BETWEEN 3 AND 254 AND recipient ~ '^[^[:space:][:cntrl:]<>@,;:"]+@[^[:space:][:cntrl:]<>@,;:"]+$'),
    kind text NOT NULL CONSTRAINT mail_kind CHECK (kind IN (
        'verify_email', 'reset_password', 'password_changed', 'invitation', 'verify_domain', 'member_joined', 'exercise_completed')),
    language text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
    sealed text CHECK (length(sealed) <= 8192),
    about_user_id uuid, about_exercise_id uuid,
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'SENT', 'SKIPPED', 'DEAD')),
    queued_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, about_user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, about_exercise_id) REFERENCES muster.exercise (org_id, id) ON DELETE CASCADE,
    CHECK ((state IN ('SENT', 'SKIPPED')) = (recipient IS NULL)),
    CHECK (state NOT IN ('SENT', 'SKIPPED') OR (sealed IS NULL AND about_user_id IS NULL AND about_exercise_id IS NULL))
);
CREATE INDEX mail_user ON muster.mail (org_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX mail_about_user ON muster.mail (org_id, about_user_id) WHERE about_user_id IS NOT NULL;
CREATE INDEX mail_about_exercise ON muster.mail (org_id, about_exercise_id) WHERE about_exercise_id IS NOT NULL;
-- By address alone, in whichever organisation.
CREATE INDEX mail_recipient ON muster.mail (recipient) WHERE recipient IS NOT NULL;

-- org_id NULL is work of the platform: no tenant is equal to NULL, so none sees it.
CREATE TABLE muster.job (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid REFERENCES muster.org (org_id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    mail_id uuid,
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'DEAD')),
    -- When a worker may take it: while it runs, when its lease has run out.
    run_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 1000),
    last_error text CHECK (length(last_error) <= 500),
    created_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz,
    FOREIGN KEY (org_id, mail_id) REFERENCES muster.mail (org_id, id) ON DELETE CASCADE,
    CHECK (kind <> 'mail' OR (org_id IS NOT NULL AND mail_id IS NOT NULL)),
    CHECK (CASE state WHEN 'RUNNING' THEN lease_until IS NOT NULL AND lease_until = run_at ELSE lease_until IS NULL END),
    CHECK ((state IN ('DONE', 'DEAD')) = (finished_at IS NOT NULL))
);
CREATE INDEX job_due ON muster.job (run_at) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX job_dead ON muster.job (finished_at) WHERE state = 'DEAD';
CREATE INDEX job_done ON muster.job (finished_at) WHERE state = 'DONE';
CREATE INDEX job_finished ON muster.job (finished_at) WHERE state = 'DONE';
CREATE INDEX job_org ON muster.job (org_id);
CREATE UNIQUE INDEX job_mail ON muster.job (org_id, mail_id) WHERE mail_id IS NOT NULL;
-- Work of the platform waits once, however often it is asked for.
CREATE UNIQUE INDEX job_platform ON muster.job (kind) WHERE org_id IS NULL AND state IN ('QUEUED', 'RUNNING');

-- A row is a kind of optional mail that a person has turned off (rule E5).
CREATE TABLE muster.mail_optout (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    topic text NOT NULL CHECK (topic IN ('team', 'results')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id, topic),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);

-- The links for unsubscribing in mails that were sent. A link works again and again: mail programs send it more than once.
CREATE TABLE muster.mail_unsubscribe (
    org_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    user_id uuid NOT NULL,
    topic text NOT NULL CHECK (topic IN ('team', 'results')),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, token_hash),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX mail_unsubscribe_user ON muster.mail_unsubscribe (org_id, user_id);
CREATE INDEX mail_unsubscribe_expires ON muster.mail_unsubscribe (expires_at);

-- ---- audit: who did what, written in the transaction of the act (rule A12) ----
--
-- Rows hold ids only, no names, addresses or secrets. Entries of one organisation are numbered without gaps; each hash covers the one
-- before, so a row that is changed, removed or slipped in breaks the chain from there on, and audit_head notices when rows are cut off
-- at the end.

CREATE TABLE muster.audit_log (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    -- platform: an administrator of the platform, who belongs to another organisation. Who it was is in that one's log alone.
    actor_kind text NOT NULL CHECK (actor_kind IN ('session', 'key', 'system', 'platform')),
    -- What the hash covers in place of actor_id, which becomes NULL when the person is erased; differs from row to row.
    actor_digest bytea CHECK (length(actor_digest) = 32),
    action text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$' AND length(action) <= 60),
    target_type text NOT NULL CHECK (target_type ~ '^[a-z_]{1,40}$'),
    target_id uuid,
    detail jsonb NOT NULL CHECK (jsonb_typeof(detail) = 'object'),
    request_id text,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (org_id, seq),
    FOREIGN KEY (org_id, actor_id) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (actor_id)
);
CREATE INDEX audit_log_actor ON muster.audit_log (org_id, actor_id, seq) WHERE actor_id IS NOT NULL;
-- Entries that are about a person without being by the person: a refused sign-in, a role that an administrator gave.
CREATE INDEX audit_log_about ON muster.audit_log (org_id, target_id, seq)
    WHERE target_type = 'user' AND actor_id IS DISTINCT FROM target_id;
-- The platform's own acts: one entry each, the one that names the person, and those of the server's commands.
CREATE INDEX audit_log_platform ON muster.audit_log (at DESC, org_id DESC) WHERE action LIKE 'platform.%' AND actor_kind <> 'platform';

-- The end of each chain; its row lock orders the writers of an organisation.
CREATE TABLE muster.audit_head (
    org_id uuid PRIMARY KEY REFERENCES muster.org (org_id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 50);

-- ---- privacy: what is kept about people, why and for how long (rules E1 to E4) ----
--
-- personal_data is the one list. export_page() and person_erase() follow it row by row, the page /privacy shows it, and a test holds
-- it against the catalogue: a table that refers to people and is not in it fails, as does a row that says something else than its
-- foreign key does. Whoever adds such a table adds its rows in sql/data/personal_data.sql.

-- A kind of data as a person sees it: one key of the export.
CREATE TABLE muster.personal_category (
    key text PRIMARY KEY CHECK (key ~ '^[a-z][A-Za-z]{1,39}$'),
    position integer NOT NULL UNIQUE,
    label text NOT NULL,
    purpose text NOT NULL,
    legal_basis text NOT NULL,
    retention text NOT NULL, -- in words; periods that are configured follow from muster.retention
    erasure text NOT NULL,   -- in words, what happens to it when the account is deleted
    form text NOT NULL CHECK (form IN ('object', 'array', 'none')) -- in the export; none: about people who have no account
);

-- One row for each way in which rows of a table belong to a person.
CREATE TABLE muster.personal_data (
    table_name text NOT NULL,
    -- The column that says whose it is: holding app_user.id (person), an e-mail address, the id of a row of `parent`; or none.
    link text NOT NULL,
    link_kind text NOT NULL CHECK (link_kind IN ('person', 'email', 'parent', 'none')),
    parent text,
    nested text, -- rows of a parent are in its entry of the export, under this key; NULL: they are not exported
    category text NOT NULL REFERENCES muster.personal_category (key),
    page_key text[] NOT NULL, -- unique columns (besides org_id) in whose order rows are exported
    -- Every column but org_id: its key in the export, or null when it is not exported (digests, sealed values, what other columns say).
    columns json NOT NULL CHECK (json_typeof(columns) = 'object'),
    -- Further entries of the export: an SQL expression over t, the row. Nested rows have none.
    extra json NOT NULL DEFAULT '{}' CHECK (json_typeof(extra) = 'object'),
    -- delete: by person_erase(); cascade, unlink: by the foreign key; clear: the columns in `cleared` become NULL; keep: see the note.
    erasure text NOT NULL CHECK (erasure IN ('delete', 'cascade', 'unlink', 'clear', 'keep')),
    cleared text[],
    delete_where text, -- rows for which this holds (SQL over t) are deleted all the same
    note text NOT NULL,
    only_where text, -- which rows of a table with this link are about the person (SQL over t); NULL: all of them
    PRIMARY KEY (table_name, link),
    CHECK ((link_kind = 'parent') = (parent IS NOT NULL)),
    CHECK ((erasure = 'clear') = (cleared IS NOT NULL)),
    CONSTRAINT personal_data_nested_extra CHECK (nested IS NULL OR extra::text = '{}')
);

-- Columns that are named as if they were personal and are not.
CREATE TABLE muster.impersonal_column (
    table_name text NOT NULL,
    column_name text NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (table_name, column_name)
);

-- What is left of an erasure: that there was one. Who has the number can show that it happened.
CREATE TABLE muster.erasure_receipt (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('account', 'removal', 'organization')),
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- How long rows stay after what `condition` is about (SQL over t; $1 is now minus the days). NULL days: for ever. The platform's
-- administrators set the days. The audit log has no row: a chain that is cut at its beginning does not verify.
CREATE TABLE muster.retention (
    name text PRIMARY KEY CHECK (name ~ '^[a-z_]{1,40}$'),
    table_name text NOT NULL,
    category text REFERENCES muster.personal_category (key), -- NULL: nothing about people
    condition text NOT NULL,
    days integer CHECK (days BETWEEN 0 AND 36500),
    sentence text NOT NULL -- for the page /privacy; %s stands for the days
);

-- What was removed: numbers only.
CREATE TABLE muster.retention_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    name text NOT NULL,
    table_name text NOT NULL,
    removed bigint NOT NULL CHECK (removed > 0)
);
CREATE INDEX retention_run_at ON muster.retention_run (at);

-- ---- platform: settings ----

-- One row. NULL: as the environment of the programs says.
CREATE TABLE muster.platform_setting (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    signups text CHECK (signups IN ('open', 'closed')),
    default_plan text REFERENCES muster.plan (name),
    updated_at timestamptz NOT NULL DEFAULT now()
);
