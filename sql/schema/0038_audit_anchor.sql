-- The audit log has an anchor outside: once a day one digest over the ends of all its chains is signed and sent away (the job audit_head).
-- What it covers is kept here, so that it can be computed again from the log; what was sent away nobody on this server can change.
-- An organisation is known here by a digest alone, and stays when it is erased.
CREATE TABLE muster.audit_anchor (
    number bigint PRIMARY KEY CHECK (number > 0),
    made_at timestamptz NOT NULL DEFAULT now(),
    organisations integer NOT NULL,
    erased integer NOT NULL,
    entries bigint NOT NULL,
    previous bytea NOT NULL CHECK (length(previous) = 32),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    statement text CHECK (length(statement) <= 1000),
    sent_at timestamptz
);

-- The end of a lane when the anchor of this number was made, where it had moved since the one before.
CREATE TABLE muster.audit_anchor_head (
    org_digest bytea NOT NULL CHECK (length(org_digest) = 32),
    lane smallint NOT NULL,
    number bigint NOT NULL REFERENCES muster.audit_anchor,
    link bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (org_digest, lane, number)
);
CREATE INDEX audit_anchor_head_number ON muster.audit_anchor_head (number);
