-- name: mails_gone
SELECT id FROM muster.mails_gone($1) AS id;
