-- Without a mail server every mail is a file on the server. It ends with its row: the worker asks which of them are nobody's any more.

CREATE FUNCTION muster.mails_gone(p_ids uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT i.id FROM unnest(p_ids) AS i (id) WHERE NOT EXISTS (SELECT FROM mail m WHERE m.id = i.id)
$$;
REVOKE ALL ON FUNCTION muster.mails_gone(uuid[]) FROM public;
ALTER FUNCTION muster.mails_gone(uuid[]) OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION muster.mails_gone(uuid[]) TO muster_jobs;

UPDATE muster.personal_category SET
    retention = 'The address and the text until the mail is sent. Where no mail server is configured, mails are files on the server for 30 days.',
    erasure = 'Deleted, files within an hour; mail that was not sent yet is not sent.'
WHERE key = 'mails';
