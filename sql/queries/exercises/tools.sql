-- name: tool_list
-- The catalogue and the organisation's own tools.
SELECT t.id, t.category, t.name, false AS own,
       (SELECT o.id FROM muster.org_tool o WHERE o.org_id = muster.org() AND o.id = t.id) AS selected_id
FROM muster.tool t
UNION ALL
SELECT o.id, o.category, o.name, true, CASE WHEN o.selected THEN o.id END FROM muster.org_tool o WHERE o.org_id = muster.org() AND o.tool_id IS NULL
ORDER BY category, name;

-- name: tool_deselect
DELETE FROM muster.org_tool WHERE org_id = muster.org() AND tool_id IS NOT NULL AND id <> ALL ($1::uuid[]);

-- name: tool_mark
UPDATE muster.org_tool SET selected = id = ANY ($1::uuid[])
WHERE org_id = muster.org() AND tool_id IS NULL AND selected <> (id = ANY ($1::uuid[]));

-- name: tool_select
INSERT INTO muster.org_tool (org_id, id, category, name, tool_id)
SELECT muster.org(), t.id, t.category, t.name, t.id FROM muster.tool t WHERE t.id = ANY ($1::uuid[])
ON CONFLICT DO NOTHING;

-- name: tool_note
SELECT muster.audit('organization.tools_chosen', 'organization', muster.org(), jsonb_build_object('tools', cardinality($1::uuid[])));

-- name: tool_lock
SELECT pg_advisory_xact_lock(hashtextextended('tools:' || muster.org(), 0));

-- name: tool_create
-- Verdicts: ok, there_already (in the catalogue or an own one), full (100 own ones).
WITH verdict AS (
    SELECT CASE WHEN EXISTS (SELECT FROM muster.tool t WHERE t.category = $1 AND lower(t.name) = lower($2))
                  OR EXISTS (SELECT FROM muster.org_tool o
                             WHERE o.org_id = muster.org() AND o.category = $1 AND lower(o.name) = lower($2)) THEN 'there_already'
                WHEN (SELECT count(*) FROM muster.org_tool o WHERE o.org_id = muster.org() AND o.tool_id IS NULL) >= 100 THEN 'full'
                ELSE 'ok' END AS verdict),
made AS (
    INSERT INTO muster.org_tool (org_id, category, name)
    SELECT muster.org(), $1, $2 FROM verdict WHERE verdict = 'ok'
    RETURNING id, category, name)
SELECT v.verdict, made.id, made.category, made.name, true AS own,
       CASE WHEN v.verdict = 'ok' THEN muster.audit('tool.created', 'tool', made.id, NULL) END AS audit
FROM verdict v LEFT JOIN made ON true;

-- name: tool_delete
WITH gone AS (DELETE FROM muster.org_tool WHERE org_id = muster.org() AND id = $1 AND tool_id IS NULL RETURNING id)
SELECT id, muster.audit('tool.deleted', 'tool', id, NULL) AS audit FROM gone;
