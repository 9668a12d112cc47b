-- An organisation has a budget of acts an hour (LIMIT_WRITES), counted where they are recorded, lane by lane, so that nobody waits for
-- anybody: an hour's acts of a lane are its links since the hour began, but for those that count for nobody, by which hour_link grows.
ALTER TABLE muster.audit_head NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.audit_head
    ADD hour timestamptz NOT NULL DEFAULT '-infinity',
    ADD hour_link bigint NOT NULL DEFAULT 0;
ALTER TABLE muster.audit_head FORCE ROW LEVEL SECURITY;
