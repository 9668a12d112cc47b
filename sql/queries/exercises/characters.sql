-- name: character_list
SELECT id, name, role, coalesce(department, '') AS department, coalesce(description, '') AS description, expertise, created_at
FROM muster.org_character
WHERE org_id = muster.org() ORDER BY created_at DESC, id DESC LIMIT 200;

-- name: character_lock
-- Two who add the last one at the same time wait for each other.
SELECT pg_advisory_xact_lock(hashtextextended('characters:' || muster.org(), 0));

-- name: character_create
-- No row when the organisation has 200.
WITH made AS (
    INSERT INTO muster.org_character (org_id, name, role, department, description, expertise)
    SELECT muster.org(), $1, $2, $3, $4, $5
    WHERE (SELECT count(*) FROM muster.org_character WHERE org_id = muster.org()) < 200
    RETURNING id, name, role, department, description, expertise, created_at)
SELECT made.id, made.name, made.role, coalesce(made.department, '') AS department, coalesce(made.description, '') AS description, made.expertise, made.created_at,
       muster.audit('character.created', 'character', id, NULL) AS audit FROM made;

-- name: character_update
WITH changed AS (
    UPDATE muster.org_character SET name = $2, role = $3, department = $4, description = $5, expertise = $6
    WHERE org_id = muster.org() AND id = $1
    RETURNING id, name, role, department, description, expertise, created_at)
SELECT changed.id, changed.name, changed.role, coalesce(changed.department, '') AS department, coalesce(changed.description, '') AS description, changed.expertise, changed.created_at,
       muster.audit('character.changed', 'character', id, NULL) AS audit FROM changed;

-- name: character_delete
WITH gone AS (DELETE FROM muster.org_character WHERE org_id = muster.org() AND id = $1 RETURNING id)
SELECT id, muster.audit('character.deleted', 'character', id, NULL) AS audit FROM gone;
