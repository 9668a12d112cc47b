-- Rule D4: a certificate is issued once for a completed run of one's own, keeps its facts, and can be verified by anybody.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD colleague uuid, ADD run uuid, ADD part uuid;
UPDATE us SET person = a_person(org), colleague = a_person(org);
UPDATE us SET run = an_exercise(org, person);
UPDATE us SET part = (SELECT id FROM muster.participant WHERE exercise_id = run);

-- The statement as the portal has it: sql/queries/portal/certificate.sql, certificate_issue (statements.sql looks at all the others).
\set issue `sed -n '/^-- name: certificate_issue$/,/^-- name: /p' "$TOP/sql/queries/portal/certificate.sql" | grep -v '^--' | tr -d ';'`
SELECT set_config('test.issue', :'issue', true);
CREATE FUNCTION pg_temp.issue() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(value('muster_portal', replace(replace(current_setting('test.issue'), '$1', quote_literal(part) || '::uuid'), '$2', quote_literal('GOLD'))), 'none')
    FROM us $$;

SELECT is(pg_temp.issue(), 'none', 'C6: none for a run that is not completed');
SELECT an_answer(run, i) FROM us, generate_series(0, 2) i;
SELECT enter(org, colleague) FROM us;
SELECT is(pg_temp.issue(), 'none', 'D4: none for a run of somebody else');
SELECT enter(an_org(), person) FROM us;
SELECT is(pg_temp.issue(), 'none', 'A3: none in another tenant');
SELECT enter(org, person) FROM us;
SELECT matches(pg_temp.issue(), '^[0-9a-f-]{36}$', 'D4: issued');
SELECT is(pg_temp.issue(), 'none', 'D4: a second time nothing is stored');
SELECT is(count(*)::int, 1, 'D4: there is one') FROM muster.certificate;
SELECT results_eq('SELECT holder, exercise_title, grade, correct_count::int, question_count::int, valid_until - issued_at BETWEEN interval ''364 days'' AND interval ''367 days'' FROM muster.certificate',
                  $$ VALUES ('Alex Morgan', 'Title', 'GOLD', 3, 3, true) $$, 'D4: the facts of the run');

-- Anybody may verify it by its id, across tenants, and learns the printed facts alone.
CREATE TEMP TABLE cert AS SELECT id FROM muster.certificate;
GRANT SELECT ON cert TO PUBLIC;
CREATE FUNCTION pg_temp.verify(p_columns text DEFAULT 'status') RETURNS text LANGUAGE sql AS
$$ SELECT value('muster_portal', format('SELECT %s FROM muster.certificate_public(%L)', p_columns, id)) FROM cert $$;
SELECT enter(NULL);
SELECT is(pg_temp.verify(), 'valid', 'D4: valid without a tenant');
SELECT is(pg_temp.verify('concat_ws(''|'', holder, organization, exercise, grade)'), 'Alex Morgan|Example Ltd|Title|GOLD', 'D4: the printed facts');
SELECT is(pg_get_function_result('muster.certificate_public'::regproc),
          'TABLE(id uuid, holder text, organization text, exercise text, theme text, difficulty text, grade text, correct_count smallint, question_count smallint, issued_at timestamp with time zone, valid_until timestamp with time zone, status text)',
          'D4: no id of organisation, person or exercise');
SELECT is(value('muster_portal', 'SELECT count(*) FROM muster.certificate_public(gen_random_uuid())'), '0', 'D4: another id is nothing');
UPDATE muster.certificate SET valid_until = now() - interval '1 second';
SELECT is(pg_temp.verify(), 'expired', 'D4: after a year it has expired');
UPDATE muster.certificate SET revoked_at = now();
SELECT is(pg_temp.verify(), 'revoked', 'D4: revoked comes first');

-- It stays verifiable when the exercise is gone, and goes with the person, whose name it says (rule E2).
DELETE FROM muster.exercise WHERE id = (SELECT run FROM us);
SELECT is(pg_temp.verify(), 'revoked', 'D4: without its exercise');
SELECT results_eq('SELECT exercise_id, participant_id FROM muster.certificate', 'VALUES (NULL::uuid, NULL::uuid)', 'D4: pointing at no run');
DELETE FROM muster.app_user WHERE id = (SELECT person FROM us);
SELECT is(pg_temp.verify(), NULL, 'E2: without its person there is none');

\ir end.psql
