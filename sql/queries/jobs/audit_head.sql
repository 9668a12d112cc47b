-- name: audit_anchor_make
SELECT muster.audit_anchor_make() AS made;

-- name: audit_anchor_todo
SELECT number, made, organisations, erased, entries, previous, digest, statement FROM muster.audit_anchor_todo();

-- name: audit_anchor_note
SELECT muster.audit_anchor_note($1, $2, $3);
