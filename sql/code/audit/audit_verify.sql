-- The number of the first entry that is not what was written, or that is missing; NULL when the chain is whole.
CREATE OR REPLACE FUNCTION muster.audit_verify(p_org uuid) RETURNS bigint LANGUAGE sql STABLE SET search_path = muster, pg_temp
AS $$
    WITH entry AS (
        SELECT l AS line, l.seq, l.hash, row_number() OVER w AS number, lag(l.hash, 1, audit_first_hash(p_org)) OVER w AS previous
        FROM audit_log l WHERE l.org_id = p_org WINDOW w AS (ORDER BY l.seq)
    ), found AS (
        SELECT min(least(seq, number)) FILTER (
                   WHERE seq <> number OR hash IS DISTINCT FROM audit_hash(previous, line)
                      OR (line).actor_digest <> audit_actor_digest(p_org, seq, (line).actor_id)
                      OR ((line).actor_id IS NOT NULL AND (line).actor_digest IS NULL)) AS broken,
               count(*) AS number
        FROM entry
    )
    SELECT coalesce(found.broken, CASE
        WHEN found.number > coalesce(head.seq, 0) THEN coalesce(head.seq, 0) + 1
        WHEN found.number < head.seq THEN found.number + 1
        WHEN head.hash <> coalesce((SELECT l.hash FROM audit_log l WHERE l.org_id = p_org AND l.seq = head.seq), audit_first_hash(p_org))
            THEN greatest(head.seq, 1) END)
    FROM found LEFT JOIN audit_head head ON head.org_id = p_org
$$;
