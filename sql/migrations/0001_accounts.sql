-- Organisations, people, credentials.
--
-- Every tenant table carries org_id first in its primary key and has row-level security FORCED. The policy
-- compares org_id with the setting app.org_id, read once per statement; principal_enter() and enter() set it
-- for the current transaction only. A migration that must touch rows of all tenants drops FORCE for its own
-- transaction and puts it back.

CREATE SCHEMA muster;

GRANT USAGE ON SCHEMA muster TO muster_auth, muster_exercises, muster_portal;
GRANT USAGE, CREATE ON SCHEMA muster TO muster_lookup;

-- The tenant and person of the running transaction; NULL when nobody has entered.
CREATE FUNCTION muster.org() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.org_id', true), '')::uuid $$;

CREATE FUNCTION muster.person() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

-- Turns on tenancy for one table: the only way a tenant table is declared.
CREATE FUNCTION muster.make_tenant_table(tab regclass) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tab);
    EXECUTE format('CREATE POLICY tenant ON %s USING (org_id = (SELECT muster.org())) '
                   'WITH CHECK (org_id = (SELECT muster.org()))', tab);
END
$$;

-- What a plan allows; NULL means unlimited. Configuration, not code: operators edit the rows (rule G4).
CREATE TABLE muster.plan (
    name text PRIMARY KEY,
    seats integer,
    monthly_exercises integer,
    api_access boolean NOT NULL,
    byok boolean NOT NULL
);
INSERT INTO muster.plan (name, seats, monthly_exercises, api_access, byok) VALUES
    ('FREE', 3, 3, false, false),
    ('STARTER', 10, 10, false, false),
    ('GROWTH', 25, 25, false, false),
    ('PROFESSIONAL', 50, NULL, false, true),
    ('ENTERPRISE', NULL, NULL, true, true);
GRANT SELECT ON muster.plan TO muster_auth, muster_exercises, muster_portal, muster_lookup;

CREATE TABLE muster.org (
    org_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    plan text NOT NULL REFERENCES muster.plan (name),
    created_at timestamptz NOT NULL DEFAULT now()
);
SELECT muster.make_tenant_table('muster.org');

CREATE TABLE muster.app_user (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (email = lower(email)),
    first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 80),
    last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 80),
    role text NOT NULL CHECK (role IN ('SUPER_ADMIN', 'CLIENT_ADMIN', 'FACILITATOR', 'MEMBER', 'AUDITOR')),
    language text NOT NULL DEFAULT 'en',
    status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'DEACTIVATED')),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at timestamptz,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX app_user_id ON muster.app_user (id);
CREATE UNIQUE INDEX app_user_email ON muster.app_user (email);
SELECT muster.make_tenant_table('muster.app_user');

-- Only the auth family can read this table.
CREATE TABLE muster.credential (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
SELECT muster.make_tenant_table('muster.credential');

-- Tokens are stored as SHA-256 only (rule A6).
CREATE TABLE muster.user_session (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX user_session_user ON muster.user_session (org_id, user_id);
SELECT muster.make_tenant_table('muster.user_session');

CREATE TABLE muster.api_key (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    prefix text NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE
);
CREATE INDEX api_key_user ON muster.api_key (org_id, user_id);
SELECT muster.make_tenant_table('muster.api_key');

CREATE TABLE muster.invitation (
    org_id uuid NOT NULL REFERENCES muster.org (org_id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (email = lower(email)),
    role text NOT NULL CHECK (role IN ('CLIENT_ADMIN', 'FACILITATOR', 'MEMBER', 'AUDITOR')),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, created_by) REFERENCES muster.app_user (org_id, id) ON DELETE SET NULL (created_by)
);
SELECT muster.make_tenant_table('muster.invitation');

-- Attempt counters (rule A9): in the database, so that they hold across processes and restarts. The key is a
-- digest of account or address; no tenant, no RLS, reachable through attempt_take() alone.
CREATE TABLE muster.attempt (
    kind text NOT NULL,
    key bytea NOT NULL,
    window_ends_at timestamptz NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX attempt_ends ON muster.attempt (window_ends_at);

-- muster_lookup: the narrow way across tenants, used by the functions below and by nothing else.
CREATE POLICY lookup ON muster.org FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.app_user FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.credential FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.user_session FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.api_key FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.invitation FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON muster.org TO muster_lookup;
GRANT SELECT, INSERT, UPDATE (last_sign_in_at) ON muster.app_user TO muster_lookup;
GRANT SELECT, INSERT ON muster.credential TO muster_lookup;
GRANT SELECT, UPDATE (last_seen_at) ON muster.user_session TO muster_lookup;
GRANT SELECT, UPDATE (last_used_at) ON muster.api_key TO muster_lookup;
GRANT SELECT, UPDATE (accepted_at) ON muster.invitation TO muster_lookup;
GRANT SELECT, INSERT, UPDATE, DELETE ON muster.attempt TO muster_lookup;

-- Family grants.
GRANT SELECT ON muster.org TO muster_auth, muster_exercises, muster_portal;
GRANT SELECT ON muster.app_user TO muster_auth, muster_exercises, muster_portal;
GRANT SELECT, INSERT, UPDATE ON muster.credential TO muster_auth;
GRANT SELECT, INSERT, DELETE ON muster.user_session TO muster_auth;
GRANT SELECT, INSERT, DELETE ON muster.api_key TO muster_auth;
GRANT SELECT ON muster.invitation TO muster_auth;
