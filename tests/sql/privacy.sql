-- Rules E1 and E4: the registry of personal data against the catalogue, export by it, and retention.
\ir begin.psql

-- ---- E1: nothing is forgotten ----

CREATE FUNCTION pg_temp.tables() RETURNS TABLE (tab oid, name text) LANGUAGE sql AS $$
    SELECT oid, relname::text FROM pg_class WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('r', 'p') $$;
CREATE FUNCTION pg_temp.columns() RETURNS TABLE (tab oid, name text, col text, num smallint, type oid) LANGUAGE sql AS $$
    SELECT t.tab, t.name, attname::text, attnum, atttypid FROM pg_temp.tables() t JOIN pg_attribute ON attrelid = t.tab AND attnum > 0 AND NOT attisdropped $$;
-- The foreign keys to people, by the column that names one.
CREATE FUNCTION pg_temp.links() RETURNS TABLE (tab oid, name text, col text, action "char", sets smallint[]) LANGUAGE sql AS $$
    SELECT c.tab, c.name, c.col, confdeltype, confdelsetcols FROM pg_temp.columns() c JOIN pg_constraint ON conrelid = c.tab AND contype = 'f'
    AND confrelid = 'muster.app_user'::regclass AND c.num = ANY (conkey) AND c.col <> 'org_id' $$;
-- Columns that look like somebody: whom they name, or what they say about a person.
CREATE FUNCTION pg_temp.looks_personal(p text) RETURNS boolean LANGUAGE sql AS $$
    SELECT p ~ '(^|_)(user|person|people|actor|owner|author|creator|member|employee|invitee|inviter|holder|recipient|assignee|email|mail|name|phone|address|ip|agent|birthday|avatar|photo|signature)(_id|_ids)?$'
        OR p ~ '_by$' OR p ~ 'rationale|comment|remark' $$;

-- Everything that is wrong with the registry, in words.
CREATE FUNCTION pg_temp.problems() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%s.%s refers to a person and is not a link of the registry', l.name, l.col) FROM pg_temp.links() l
    WHERE NOT EXISTS (SELECT FROM muster.personal_data d WHERE d.table_name = l.name AND d.link = l.col)
    UNION ALL
    SELECT format('%s.%s looks personal and is not in the registry', c.name, c.col) FROM pg_temp.columns() c
    WHERE pg_temp.looks_personal(c.col) AND NOT EXISTS (SELECT FROM muster.impersonal_column i WHERE i.table_name = c.name AND i.column_name = c.col)
      AND NOT EXISTS (SELECT FROM muster.personal_data d, json_object_keys(d.columns) k WHERE d.table_name = c.name AND k = c.col)
    UNION ALL
    SELECT format('%s.%s: the registry of %s does not say whether it is exported', d.table_name, c.col, d.link)
    FROM muster.personal_data d JOIN pg_temp.columns() c ON c.name = d.table_name
    WHERE c.col <> 'org_id' AND c.col NOT IN (SELECT json_object_keys(d.columns))
    UNION ALL
    SELECT format('%s.%s is registered and does not exist', d.table_name, k)
    FROM muster.personal_data d, LATERAL (SELECT json_object_keys(d.columns) UNION SELECT d.link UNION SELECT unnest(d.page_key) UNION SELECT unnest(d.cleared)) AS named (k)
    WHERE NOT EXISTS (SELECT FROM pg_temp.columns() c WHERE c.name = d.table_name AND c.col = k)
    UNION ALL
    SELECT format('%s.%s is called impersonal and does not exist', i.table_name, i.column_name) FROM muster.impersonal_column i
    WHERE NOT EXISTS (SELECT FROM pg_temp.columns() c WHERE c.name = i.table_name AND c.col = i.column_name)
    UNION ALL
    SELECT format('%s.%s: the registry says %s, the foreign key %s', d.table_name, d.link, d.erasure, l.action)
    FROM muster.personal_data d JOIN pg_temp.links() l ON l.name = d.table_name AND l.col = d.link
    WHERE d.link_kind <> 'person' OR d.erasure NOT IN ('cascade', 'unlink') OR (d.erasure = 'cascade') <> (l.action = 'c')
       OR (d.erasure = 'unlink') <> (l.action = 'n' AND cardinality(l.sets) = 1)
    UNION ALL
    SELECT format('%s.%s: %s by a foreign key that is not there', d.table_name, d.link, d.erasure) FROM muster.personal_data d
    WHERE d.erasure IN ('cascade', 'unlink') AND d.link_kind IN ('person', 'email', 'none')
      AND NOT EXISTS (SELECT FROM pg_temp.links() l WHERE l.name = d.table_name AND l.col = d.link)
    UNION ALL
    SELECT format('%s.%s: its parent is not in the registry, or does not take it along', d.table_name, d.link) FROM muster.personal_data d
    WHERE d.link_kind = 'parent' AND (NOT EXISTS (SELECT FROM muster.personal_data p WHERE p.table_name = d.parent AND p.link_kind = 'person')
       OR NOT EXISTS (SELECT FROM pg_constraint f JOIN pg_temp.columns() c ON c.tab = f.conrelid AND c.name = d.table_name AND c.col = d.link AND c.num = ANY (f.conkey)
                      WHERE f.contype = 'f' AND f.confrelid = to_regclass('muster.' || d.parent) AND f.confdeltype = 'c'))
    UNION ALL
    SELECT format('%s.%s is a secret and is exported', d.table_name, c.col)
    FROM muster.personal_data d, json_each_text(d.columns) AS x (col, as_key) JOIN pg_temp.columns() c USING (col)
    WHERE c.name = d.table_name AND as_key IS NOT NULL AND (c.type = 'bytea'::regtype OR c.col ~ 'hash|sealed|secret|token|digest|recipe|seed')
    UNION ALL
    SELECT format('%s.%s: the order of its export is not unique', d.table_name, d.link) FROM muster.personal_data d
    WHERE NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = to_regclass('muster.' || d.table_name) AND x.indisunique AND x.indpred IS NULL
        AND NOT EXISTS (SELECT FROM unnest(x.indkey::smallint[]) n JOIN pg_temp.columns() c ON c.tab = x.indrelid AND c.num = n
                        WHERE c.col <> ALL (d.page_key) AND NOT (d.link_kind <> 'email' AND c.col IN ('org_id', d.link))))
    UNION ALL
    SELECT format('%s: retention of a table that is not there', r.table_name) FROM muster.retention r WHERE to_regclass('muster.' || r.table_name) IS NULL
$$;
SELECT is_empty('SELECT pg_temp.problems()', 'E1: the registry and the catalogue agree');

-- What would be found; each change is taken back.
CREATE FUNCTION pg_temp.found(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v text;
BEGIN
    BEGIN
        EXECUTE p_sql;
        SELECT string_agg(p, '; ' ORDER BY p) INTO v FROM pg_temp.problems() p;
        RAISE EXCEPTION USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    RETURN v;
END $$;
SELECT matches(pg_temp.found(change), expected, 'E1: it is noticed: ' || change) FROM (VALUES
    ('CREATE TABLE muster.note (org_id uuid, id uuid PRIMARY KEY, writer uuid, FOREIGN KEY (org_id, writer) REFERENCES muster.app_user (org_id, id))',
     '^note.writer refers to a person and is not a link of the registry$'),
    ('CREATE TABLE muster.note (id uuid PRIMARY KEY, user_id uuid)', '^note.user_id looks personal'),
    ('CREATE TABLE muster.note (id uuid PRIMARY KEY, reply_email text)', '^note.reply_email looks personal'),
    ('CREATE TABLE muster.note (id uuid PRIMARY KEY, first_name text, user_agent text)', 'first_name looks.*user_agent looks'),
    ('CREATE TABLE muster.note (id uuid PRIMARY KEY, changed_by uuid)', '^note.changed_by looks personal'),
    ('ALTER TABLE muster.app_user ADD nickname text', '^app_user.nickname: the registry of id does not say'),
    ('ALTER TABLE muster.app_user DROP last_sign_in_at', '^app_user.last_sign_in_at is registered and does not exist$'),
    ('ALTER TABLE muster.plan RENAME name TO title', 'plan.name is called impersonal'),
    ('DELETE FROM muster.personal_data WHERE table_name = $x$api_key$x$', '^api_key.name looks personal.*api_key.user_id refers to a person'),
    ('ALTER TABLE muster.api_key DROP CONSTRAINT api_key_org_id_user_id_fkey', '^api_key.user_id: cascade by a foreign key that is not there$'),
    ('ALTER TABLE muster.api_key DROP CONSTRAINT api_key_org_id_user_id_fkey, ADD FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id)',
     '^api_key.user_id: the registry says cascade, the foreign key a$'),
    ('ALTER TABLE muster.exercise DROP CONSTRAINT exercise_org_id_created_by_fkey, ADD FOREIGN KEY (org_id, created_by) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE',
     '^exercise.created_by: the registry says unlink, the foreign key c$'),
    ('UPDATE muster.personal_data SET erasure = $x$keep$x$ WHERE table_name = $x$api_key$x$', '^api_key.user_id: the registry says keep, the foreign key c$'),
    ('UPDATE muster.personal_data SET columns = (columns::jsonb || $x${"token_hash":"hash"}$x$)::json WHERE table_name = $x$api_key$x$', '^api_key.token_hash is a secret'),
    ('UPDATE muster.personal_data SET page_key = $x${timing}$x$ WHERE table_name = $x$participant$x$', '^participant.user_id: the order'),
    ('UPDATE muster.personal_data SET parent = $x$tool$x$ WHERE table_name = $x$answer$x$', '^answer.participant_id: its parent is not')) AS t (change, expected);

-- Deleting a person or an organisation finds what refers to it by an index.
SELECT is_empty($$ SELECT conrelid::regclass, conname FROM pg_constraint f WHERE contype = 'f' AND connamespace = 'muster'::regnamespace AND confdeltype <> 'a'
                   AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = f.conrelid
                                   AND (x.indpred IS NULL OR pg_get_expr(x.indpred, x.indrelid) ~ '^\(\w+ IS NOT NULL\)$')
                                   AND (x.indkey::smallint[])[0:cardinality(f.conkey) - 1] @> f.conkey) $$, 'E2: every foreign key that acts on deletion has an index');

-- ---- E1: export ----

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD other uuid, ADD run uuid;
UPDATE us SET person = a_person(org, 'MEMBER', 'me@example.com'), other = a_person(org, 'MEMBER', 'other@example.com');
UPDATE us SET run = one_of_everything(org, person);
SELECT one_of_everything(org, other) FROM us;
CREATE TEMP TABLE them AS SELECT an_org() AS org;
SELECT an_invitation(org, 'me@example.com', 'elsewhere') FROM them;
UPDATE muster.pending_registration p SET email = 'me@example.com' FROM us WHERE p.org_id = org AND p.email LIKE 'new@' || person || '%';
GRANT SELECT ON us TO PUBLIC;
SELECT enter(org, person) FROM us;

CREATE FUNCTION pg_temp.export(p_table text, p_link text, p_after text DEFAULT NULL, p_limit integer DEFAULT 500) RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT coalesce(json_agg(item), ''[]'') FROM muster.export_page(%L, %L, %L, %s)', p_table, p_link, p_after, p_limit)) $$;
-- An address that was only typed may be somebody else's.
SELECT is(json_array_length(pg_temp.export('invitation', 'email')::json), 0, 'A3: an address nobody has proven shows nothing of other organisations');
SELECT is(json_array_length(pg_temp.export('pending_registration', 'email')::json), 1, 'E1: and what the own organisation holds');
UPDATE muster.app_user SET email_verified_at = now() FROM us WHERE id = person;
-- Acts of others about the person.
SELECT enter(org, other), muster.audit('user.role_changed', 'user', person, '{"from":"MEMBER","to":"AUDITOR"}') FROM us;
SELECT muster.audit_append(org, NULL, 'user.sign_in_refused', 'user', person, '{"reason":"password"}') FROM us;
SELECT enter(org, person), muster.audit('user.signed_in', 'user', person, NULL) FROM us;
UPDATE muster.exercise SET briefing = 'Our payroll stood still.' FROM us WHERE id = run;
CREATE TEMP TABLE entry AS SELECT d.*, pg_temp.export(d.table_name, d.link) AS text FROM muster.personal_data d WHERE d.link_kind IN ('person', 'email');
-- The fixture's mails go to another address and are about nobody.
SELECT cmp_ok(json_array_length(text::json), '>=', CASE WHEN table_name = 'mail' AND link <> 'user_id' THEN 0 ELSE 1 END,
              format('E1: %s by %s is exported', table_name, link)) FROM entry;
SELECT ok(text !~ (SELECT other::text FROM us) AND text NOT LIKE '%other@example.com%', format('E1: nothing of others in %s by %s', table_name, link)) FROM entry;
SELECT ok(text !~ 'hash|k:x|\\\\x[0-9a-f]{8}|recipe|option_seed', format('E1: no secret in %s by %s', table_name, link)) FROM entry;
SELECT is(text::json #>> '{0,organization,name}', 'Example Ltd', 'E1: the account says the organisation') FROM entry WHERE table_name = 'app_user';
SELECT is(json_array_length(text::json), 1, 'E1: invitations of other organisations to my address are there') FROM entry WHERE table_name = 'invitation' AND link = 'email';
SELECT is((SELECT string_agg(concat_ws(' ', e ->> 'action', e ->> 'by', e ->> 'about'), ', ') FROM json_array_elements(text::json) e),
          'user.role_changed session you, user.sign_in_refused system you', 'E1: acts of others about the person are there, once') FROM entry WHERE link = 'target_id';
SELECT is(text::json #>> '{0,customIncident}', 'Our payroll stood still.', 'E1: and what the person wrote for an exercise') FROM entry WHERE table_name = 'exercise';
SELECT is((text::json #>> '{0,score}') || (text::json #>> '{0,exercise}'), '300Title', 'E1: a run') FROM entry WHERE table_name = 'participant';
-- What goes along: the records of each table one behind the other, and a line end.
CREATE TEMP TABLE along AS SELECT value('muster_auth', 'SELECT lists FROM muster.export_page(''participant'', ''user_id'', NULL, 1)') AS lists;
SELECT is(cardinality(string_to_array(lists, chr(10))), 3, 'E1: two lists go along with a run') FROM along;
SELECT is((SELECT count(*)::int FROM regexp_matches(list, '\(\d+,', 'g')), 3, format('E1: its answers, and when they were shown: %s', n))
FROM along, unnest((string_to_array(lists, chr(10)))[1:2]) WITH ORDINALITY AS l (list, n);
SELECT is(value('muster_auth', 'SELECT lists FROM muster.export_page(''app_user'', ''id'', NULL, 1)'), NULL, 'E1: nothing goes along with an account');
SELECT is(attempt('postgres', 'UPDATE muster.personal_data SET extra = ''{"x":"1"}'' WHERE table_name = ''answer'''), '23514', 'E1: rows that go along have no further entries');

-- Pages: each row once, in one order, whatever their size.
SELECT an_exercise(org, person) FROM us, generate_series(1, 25);
CREATE FUNCTION pg_temp.pages(p_table text, p_link text, p_size integer) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    v_after text;
    v_ids text[] := '{}';
    v record;
BEGIN
    LOOP
        PERFORM set_config('role', 'muster_auth', true);
        SELECT array_agg(item ->> 'id') AS ids, (array_agg(after::text))[count(*)] AS last INTO v FROM muster.export_page(p_table, p_link, v_after::text[], p_size);
        PERFORM set_config('role', 'none', true);
        EXIT WHEN v.ids IS NULL;
        v_ids := v_ids || v.ids;
        v_after := v.last;
    END LOOP;
    RETURN v_ids;
END $$;
SELECT is(cardinality(pg_temp.pages('exercise', 'created_by', size)), 26, format('E1: 26 rows in pages of %s', size)) FROM unnest(ARRAY[1, 7, 26, 500]) size;
SELECT is((SELECT count(DISTINCT i)::int FROM unnest(pg_temp.pages('exercise', 'created_by', 7)) i), 26, 'E1: each once');
SELECT is(value('muster_auth', 'SELECT count(*) FROM muster.export_page(''plan'', ''name'', NULL, 5)'), 'P0002', 'E1: what is not in the registry cannot be exported');
SELECT enter(org, gen_random_uuid()) FROM us;
SELECT is(pg_temp.export('audit_log', 'actor_id'), 'P0002', 'E1: somebody who is gone gets no empty document');
SELECT enter((SELECT org FROM them), person) FROM us;
SELECT is(pg_temp.export('app_user', 'id'), 'P0002', 'A3: nor somebody of another organisation');

-- ---- E4: retention ----

SELECT enter(org, person) FROM us;
CREATE FUNCTION pg_temp.retention() RETURNS text LANGUAGE sql AS $$ SELECT value('muster_jobs', 'SELECT muster.retention_apply()') $$;
SELECT is(pg_temp.retention(), '{"more": false, "removed": {}}', 'E4: nothing is over yet');
UPDATE muster.user_session SET expires_at = now() - interval '7 days 1 hour' WHERE user_id = (SELECT person FROM us);
UPDATE muster.user_session SET expires_at = now() - interval '6 days 23 hours' WHERE user_id = (SELECT other FROM us);
UPDATE muster.pending_session SET expires_at = now() - interval '25 hours';
UPDATE muster.account_token SET expires_at = now() - interval '25 hours' WHERE user_id = (SELECT person FROM us);
UPDATE muster.pending_registration SET expires_at = now() - interval '25 hours' WHERE id = (SELECT id FROM muster.pending_registration LIMIT 1);
UPDATE muster.org_domain SET verified_at = NULL, token_hash = sha256('claim'), expires_at = now() - interval '31 days'
WHERE id = (SELECT d.id FROM muster.org_domain d WHERE NOT EXISTS (SELECT FROM muster.pending_registration p WHERE p.domain_id = d.id AND p.expires_at < now()) LIMIT 1);
UPDATE muster.api_key SET expires_at = now() - interval '91 days' WHERE user_id = (SELECT person FROM us);
UPDATE muster.invitation SET expires_at = now() - interval '31 days' WHERE email = 'me@example.com';
UPDATE muster.invitation SET accepted_at = now() - interval '31 days' WHERE id = (SELECT id FROM muster.invitation WHERE created_by = (SELECT other FROM us) LIMIT 1);
INSERT INTO muster.attempt VALUES ('x', 'x', now() - interval '2 days', 1), ('y', 'y', now(), 1);
UPDATE muster.mail SET state = 'SENT', recipient = NULL, sealed = NULL, finished_at = now() - interval '91 days'
WHERE user_id = (SELECT person FROM us) AND kind = 'password_changed';
UPDATE muster.mail SET state = 'DEAD', finished_at = now() - interval '31 days' WHERE user_id = (SELECT other FROM us) AND kind = 'password_changed';
UPDATE muster.mail_unsubscribe SET expires_at = now() - interval '1 hour' WHERE user_id = (SELECT person FROM us);
INSERT INTO muster.job (kind, state, max_attempts, finished_at) VALUES ('x', 'DONE', 1, now() - interval '8 days'), ('y', 'DONE', 1, now() - interval '6 days'),
    ('z', 'DEAD', 1, now() - interval '91 days');
UPDATE muster.outbox SET created_at = now() - interval '25 hours' WHERE user_id = (SELECT person FROM us);
ALTER TABLE muster.exercise DISABLE TRIGGER exercise_status_moves;
UPDATE muster.exercise SET status = 'COMPLETED', completed_at = now() - interval '20 years' WHERE id = (SELECT run FROM us);
CREATE TEMP TABLE expected (name text, table_name text, removed bigint);
INSERT INTO expected VALUES ('api_keys', 'api_key', 1), ('attempts', 'attempt', 1), ('dead_jobs', 'job', 1), ('dead_mails', 'mail', 1), ('jobs', 'job', 1),
    ('links', 'account_token', 1), ('unsubscribe_links', 'mail_unsubscribe', 1), ('registrations', 'pending_registration', 1), ('domains', 'org_domain', 1),
    ('mails', 'mail', 1), ('open_invitations', 'invitation', 1), ('outbox', 'outbox', 1), ('pending_sessions', 'pending_session', 2), ('sessions', 'user_session', 1),
    ('used_invitations', 'invitation', 1);
SELECT is(pg_temp.retention()::jsonb, (SELECT jsonb_build_object('more', false, 'removed', jsonb_object_agg(name, removed)) FROM expected),
          'E4: what is over is removed, in all organisations');
SELECT set_eq('SELECT name, table_name, removed FROM muster.retention_run', 'SELECT * FROM expected', 'E4: what was removed is recorded');
SELECT set_eq($$ SELECT attname::text FROM pg_attribute WHERE attrelid = 'muster.retention_run'::regclass AND attnum > 0 $$,
              ARRAY['id', 'at', 'name', 'table_name', 'removed'], 'E4: without anybody''s data');
SELECT is((SELECT count(*)::int FROM muster.user_session), 1, 'E4: what is not over stays');
SELECT is(pg_temp.retention(), '{"more": false, "removed": {}}', 'E4: once');
SELECT isnt_empty('SELECT FROM muster.exercise JOIN us ON id = run', 'E4: exercises are kept for ever');
UPDATE muster.retention SET days = 3650 WHERE name = 'exercises';
SELECT is(pg_temp.retention(), '{"more": false, "removed": {"exercises": 1}}', 'E4: unless a period is configured');
SELECT isnt_empty('SELECT FROM muster.certificate JOIN us ON user_id = person', 'D4: its certificate stays');
UPDATE muster.retention SET days = NULL WHERE name = 'attempts';
INSERT INTO muster.attempt SELECT 'old', int4send(i), now() - interval '2 days', 1 FROM generate_series(1, 10500) i;
SELECT is(pg_temp.retention(), '{"more": false, "removed": {}}', 'E4: a period that is taken away');
UPDATE muster.retention SET days = 1 WHERE name = 'attempts';
SELECT is(pg_temp.retention(), '{"more": true, "removed": {"attempts": 10000}}', 'E4: a large heap goes in portions');
SELECT is(pg_temp.retention(), '{"more": false, "removed": {"attempts": 500}}', 'E4: until it is gone');
SELECT is(attempt(role, 'SELECT muster.retention_apply()'), '42501', format('E4: %s does not apply retention', role)) FROM families() role WHERE role <> 'muster_jobs';
UPDATE muster.retention_run SET at = now() - interval '2 years';
SELECT is(pg_temp.retention(), '{"more": false, "removed": {"retention_runs": 18}}', 'E4: records run out, too');

\ir end.psql
