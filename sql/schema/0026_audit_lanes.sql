-- One organisation's acts are not written one after the other any more: the audit log and the month's counter have lanes, and whoever
-- writes takes one that is free until the commit.
--
-- An entry that says no link is of the first release: lane 0, where its number was its link. It stays as it was written, and lane 0
-- goes on behind it.

ALTER TABLE muster.audit_head NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.audit_log NO FORCE ROW LEVEL SECURITY;

-- Numbers of entries: in the order of time, but for those that are written at once. What is undone leaves a gap.
CREATE SEQUENCE muster.audit_number;
SELECT setval('muster.audit_number', max(seq)) FROM muster.audit_log HAVING max(seq) IS NOT NULL;

ALTER TABLE muster.audit_log ADD lane smallint NOT NULL DEFAULT 0, ADD link bigint;
CREATE INDEX audit_log_time ON muster.audit_log (org_id, at, seq);

-- PostgreSQL parses the conditions of a table again at every INSERT, which was a third of what an entry costs. muster.audit_append(), which
-- alone writes entries, checks the same.
ALTER TABLE muster.audit_log DROP CONSTRAINT audit_log_action_check, DROP CONSTRAINT audit_log_actor_digest_check,
    DROP CONSTRAINT audit_log_actor_kind_check, DROP CONSTRAINT audit_log_detail_check, DROP CONSTRAINT audit_log_hash_check,
    DROP CONSTRAINT audit_log_target_type_check;

-- The end of each lane: its last entry with number and hash. Links are numbered without gaps.
ALTER TABLE muster.audit_head ADD lane smallint NOT NULL DEFAULT 0, ADD link bigint;
UPDATE muster.audit_head SET link = seq;
ALTER TABLE muster.audit_head ALTER link SET NOT NULL, DROP CONSTRAINT audit_head_pkey, ADD PRIMARY KEY (org_id, lane);

ALTER TABLE muster.audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.audit_head FORCE ROW LEVEL SECURITY;

-- Of a month all lanes count together.
ALTER TABLE muster.org_usage ADD lane smallint NOT NULL DEFAULT 0 CHECK (lane BETWEEN 0 AND 63),
    DROP CONSTRAINT org_usage_pkey, ADD PRIMARY KEY (org_id, month, lane);
