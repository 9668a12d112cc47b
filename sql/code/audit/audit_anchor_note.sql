-- What became of an anchor: it was signed, which it is once, or sent.
CREATE OR REPLACE FUNCTION muster.audit_anchor_note(p_number bigint, p_statement text, p_sent boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    UPDATE audit_anchor a SET statement = coalesce(a.statement, p_statement), sent_at = CASE WHEN p_sent THEN now() END
    WHERE a.number = p_number AND a.sent_at IS NULL;
END
$$;
