-- name: ready
SELECT writable, oldest_seconds FROM muster.ready();
