-- For whoever balances or watches: whether a write reaches the disk, and for how many seconds the oldest job that is due has waited.
-- What is written is one record that no table knows of, in the log that every commit waits for.
CREATE OR REPLACE FUNCTION muster.ready(OUT writable boolean, OUT oldest_seconds bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    writable := NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off';
    IF writable THEN
        PERFORM pg_logical_emit_message(true, 'muster', 'ready');
    END IF;
    SELECT greatest(0, extract(epoch FROM now() - min(j.run_at)))::bigint INTO oldest_seconds
    FROM job j WHERE j.state = 'QUEUED' AND j.run_at <= now();
END
$$;
