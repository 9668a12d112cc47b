-- name: ready
SELECT writable, oldest_seconds FROM muster.ready();

-- name: queue_state
-- The kinds that are in the queue, and how many of each.
SELECT kind, waiting, running, dead, oldest_seconds FROM muster.queue_state();
