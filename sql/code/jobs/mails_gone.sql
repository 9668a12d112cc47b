-- Which of these mails are nobody's any more: without a mail server every mail is a file on the server, which ends with its row.
CREATE OR REPLACE FUNCTION muster.mails_gone(p_ids uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
    SELECT i.id FROM unnest(p_ids) AS i (id) WHERE NOT EXISTS (SELECT FROM mail m WHERE m.id = i.id)
$$;
