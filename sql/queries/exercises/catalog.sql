-- name: library_current
-- The catalogue: what is current, without the texts.
SELECT id, theme, language, facts FROM muster.library WHERE is_current ORDER BY theme, language;
