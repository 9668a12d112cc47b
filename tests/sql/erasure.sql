-- Rule E2: who is erased leaves no credential behind; what was made with others stays, without the person.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD run uuid;
UPDATE us SET person = a_person(org);
UPDATE us SET run = one_of_everything(org, person);
SELECT a_person(org) FROM us;
CREATE TEMP TABLE answers AS SELECT * FROM muster.answer;
SELECT is(count(*)::int, 3, 'there are answers to keep') FROM answers;

SELECT lives_ok($$ DELETE FROM muster.app_user WHERE id = (SELECT person FROM us) $$, 'E2: a person who made everything can be erased');
SELECT is(value('postgres', format('SELECT count(*) FROM muster.%I', name)), '0', format('A7: nothing is left in %s', name))
FROM unnest(ARRAY['credential', 'user_session', 'api_key']) name;
SELECT is(created_by, NULL, 'E2: the exercise stays, by nobody') FROM muster.exercise, us WHERE id = run;
SELECT is(user_id, NULL, 'E2: the participation stays, of nobody') FROM muster.participant, us WHERE exercise_id = run;
SELECT set_eq('SELECT * FROM muster.answer', 'SELECT * FROM answers', 'E2: the answers stay as they were');
SELECT is(user_id, NULL, 'E2: the certificate stays, of nobody') FROM muster.certificate;
SELECT is(created_by, NULL, 'E2: the invitation stays, by nobody') FROM muster.invitation;
-- Whatever refers to a person, now or later, lets go of the person alone: never of org_id, never not at all.
SELECT ok(confdeltype = 'c' OR (confdeltype = 'n' AND cardinality(confdelsetcols) = 1), format('E2: %s of %s lets a person go', conname, conrelid::regclass))
FROM pg_constraint WHERE contype = 'f' AND confrelid = 'muster.app_user'::regclass;
SELECT is_empty($$ SELECT a.attrelid::regclass, attname FROM pg_attribute a JOIN tenant_table t ON a.attrelid = t.tab
                   WHERE (attname ~ '(^|_)user_id$' OR attname = 'created_by') AND NOT EXISTS (
                       SELECT FROM pg_constraint c WHERE c.conrelid = a.attrelid AND contype = 'f' AND confrelid = 'muster.app_user'::regclass
                       AND a.attnum = ANY (conkey)) $$, 'E1: every column that names a person is a foreign key to it');
SELECT is(count(*)::int, 1, 'the colleague is untouched') FROM muster.app_user JOIN us ON org = org_id;

\ir end.psql
