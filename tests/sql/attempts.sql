-- Rule A9: attempts are counted in fixed windows, by kind and key.
\ir begin.psql

CREATE FUNCTION pg_temp.take(p_kind text, p_key text, p_limit int DEFAULT 3, p_seconds int DEFAULT 60) RETURNS int LANGUAGE sql AS
$$ SELECT value('muster_auth', format('SELECT muster.attempt_take(%L, %L, %s, %s)', p_kind, p_key::bytea, p_limit, p_seconds))::int $$;

SELECT is(array_agg(pg_temp.take('signin', 'a')), '{0,0,0}', 'A9: as many attempts as the limit') FROM generate_series(1, 3);
SELECT cmp_ok(pg_temp.take('signin', 'a'), '>', 0, 'A9: the next one waits');
SELECT cmp_ok(pg_temp.take('signin', 'a'), '<=', 60, 'A9: no longer than the window');
SELECT is(pg_temp.take('signin', 'b'), 0, 'A9: another key is free');
SELECT is(pg_temp.take('register', 'a'), 0, 'A9: another kind is free');
SELECT is(pg_temp.take('signin', 'a', 1000000), 0, 'A9: the limit is the caller''s');

-- Waiting more attempts do not make the window longer; when it is over a new one begins.
CREATE TEMP TABLE ends AS SELECT window_ends_at AS at FROM muster.attempt WHERE kind = 'signin' AND key = 'a';
SELECT pg_temp.take('signin', 'a');
SELECT is(window_ends_at, at, 'A9: trying on does not move the end') FROM muster.attempt, ends WHERE kind = 'signin' AND key = 'a';
UPDATE muster.attempt SET window_ends_at = now() - interval '1 microsecond' WHERE key = 'a';
SELECT is(array_agg(pg_temp.take('signin', 'a')), '{0,0,0}', 'A9: a new window') FROM generate_series(1, 3);
SELECT cmp_ok(pg_temp.take('signin', 'a'), '>', 0, 'A9: with the same limit');
SELECT is(pg_temp.take('signin', 'zero', 0), 60, 'A9: a limit of nothing');
UPDATE muster.attempt SET window_ends_at = now() + interval '60.2 seconds' WHERE kind = 'signin' AND key = 'zero';
SELECT is(pg_temp.take('signin', 'zero', 0), 60, 'A9: nobody waits longer than the window, also who began before it was opened');

-- A successful sign-in forgets the account's attempts, and only these.
SELECT is(attempt('muster_auth', 'SELECT muster.attempt_forget(''signin'', ''a'')'), 'ok', 'A9: forgetting');
SELECT is(pg_temp.take('signin', 'a'), 0, 'A9: forgotten');
SELECT cmp_ok(pg_temp.take('signin', 'zero', 0), '>', 0, 'A9: others are not');

-- The table stays small: who opens a window sweeps ended ones.
INSERT INTO muster.attempt SELECT 'old', i::text::bytea, now() - interval '1 day', 1 FROM generate_series(1, 50) i;
SELECT pg_temp.take('signin', 'sweeper ' || i) FROM generate_series(1, 3) i;
SELECT is((SELECT count(*)::int FROM muster.attempt WHERE kind = 'old'), 0, 'A9: ended windows are swept');
-- A count never overflows.
UPDATE muster.attempt SET count = 2147483647 WHERE kind = 'signin' AND key = 'a';
SELECT cmp_ok(pg_temp.take('signin', 'a'), '>', 0, 'A9: a count at its end');

-- Several at once, in turn: who is refused by one uses up nothing of those behind it, and of those before it the first alone.
CREATE FUNCTION pg_temp.each(VARIADIC p_limits int[]) RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT (wait > 0) || '' '' || refused FROM muster.attempt_take_each(%L, %L, %L, 60)',
        ARRAY['address', 'network', 'account'], ARRAY['1', '2', '3']::bytea[], p_limits)) $$;
CREATE FUNCTION pg_temp.counts() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(kind || ' ' || count, ', ' ORDER BY kind) FROM muster.attempt WHERE kind IN ('address', 'network', 'account') $$;
SELECT is(pg_temp.each(2, 2, 2), 'false 0', 'A9: all of them allow it');
SELECT is(pg_temp.counts(), 'account 1, address 1, network 1', 'A9: and each has counted');
SELECT is(pg_temp.each(3, 2, 1), 'true 3', 'A9: the last one refuses');
SELECT is(pg_temp.counts(), 'account 2, address 2, network 1', 'A9: it was an attempt of the address');
SELECT is(pg_temp.each(2, 9, 9), 'true 1', 'A9: the first one refuses');
SELECT is(pg_temp.counts(), 'account 2, address 3, network 1', 'A9: the others did not hear of it');
SELECT is(attempt('muster_auth', 'SELECT muster.attempt_back(''{network,account,nothing}'', ''{2,3,4}'')'), 'ok', 'A18: given back');
SELECT is(pg_temp.counts(), 'account 1, address 3', 'A18: what has none left is gone');

\ir end.psql
