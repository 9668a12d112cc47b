-- name: retention
SELECT r ->> 'removed' AS removed, (r ->> 'more')::boolean AS more FROM muster.retention_apply() AS r;
