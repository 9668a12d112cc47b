-- Anchors that are not signed yet, or not sent.
CREATE OR REPLACE FUNCTION muster.audit_anchor_todo()
RETURNS TABLE (number bigint, made text, organisations integer, erased integer, entries bigint, previous text, digest text, statement text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT a.number, to_char(a.made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), a.organisations, a.erased, a.entries,
           encode(a.previous, 'hex'), encode(a.digest, 'hex'), a.statement
    FROM audit_anchor a WHERE a.sent_at IS NULL ORDER BY a.number;
END
$$;
