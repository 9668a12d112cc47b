-- name: library_lock
-- One loader at a time.
SELECT pg_advisory_xact_lock(hashtextextended('muster.library', 0));

-- name: library_retire
UPDATE muster.library SET is_current = false
WHERE theme = $1 AND language = $2 AND is_current AND version <> $3;

-- name: library_put
INSERT INTO muster.library (theme, language, version, doc, facts, is_current) VALUES ($1, $2, $3, $4, $5, true)
ON CONFLICT (theme, language, version) DO UPDATE SET is_current = true
RETURNING id, xmax = 0 AS inserted;
