-- Rules E2, E3: who is erased leaves nothing behind; what was made with others stays, without the person. By the registry.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD boss uuid, ADD run uuid, ADD alone uuid, ADD joined uuid;
UPDATE us SET boss = a_person(org, 'CLIENT_ADMIN', 'boss@example.com'), person = a_person(org, 'MEMBER', 'me@example.com');
SELECT one_of_everything(org, boss) FROM us;
UPDATE us SET run = one_of_everything(org, person);
-- A run that nobody else is part of, and one that a colleague has joined.
UPDATE us SET alone = an_exercise(org, person), joined = an_exercise(org, person);
INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing) SELECT org, joined, boss, 1, 'off' FROM us;
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD person uuid;
UPDATE them SET person = a_person(org, 'CLIENT_ADMIN', 'stranger@example.com');
SELECT one_of_everything(org, person) FROM them;
SELECT an_invitation(org, 'me@example.com', 'elsewhere') FROM them;
SELECT muster.mail_queue_in(org, NULL, 'me@example.com', 'invitation', NULL, NULL) FROM them;
INSERT INTO muster.pending_registration (org_id, domain_id, email, first_name, last_name, password_hash, token_hash, expires_at)
SELECT org, a_domain(org, 'two.example'), 'me@example.com', 'A', 'B', 'hash', sha256('two'), now() + interval '1 day' FROM them;
SELECT an_invitation(org, 'me@example.com', 'here') FROM us;
INSERT INTO muster.mail (org_id, user_id, recipient, kind, language, about_user_id)
SELECT org, boss, 'boss@example.com', 'member_joined', 'en', person FROM us;
ALTER TABLE muster.answer DISABLE TRIGGER answer_is_immutable;
UPDATE muster.answer SET rationale = 'because I am ' || participant_id;
ALTER TABLE muster.answer ENABLE TRIGGER answer_is_immutable;
GRANT SELECT ON us, them TO PUBLIC;
CREATE TEMP TABLE answers AS SELECT a.* FROM muster.answer a JOIN us ON exercise_id = run;
SELECT is(count(*)::int, 3, 'there are answers') FROM answers;

-- Rows of a person in each table of the registry.
CREATE FUNCTION pg_temp.rows_of(p_person uuid, p_email text) RETURNS TABLE (what text, n bigint) LANGUAGE plpgsql AS $$
DECLARE
    d muster.personal_data;
BEGIN
    FOR d IN SELECT * FROM muster.personal_data WHERE link_kind IN ('person', 'email') AND erasure <> 'keep' LOOP
        what := d.table_name || ' by ' || d.link;
        EXECUTE format('SELECT count(*) FROM muster.%I t WHERE t.%I = %s', d.table_name, d.link, CASE d.link_kind WHEN 'person' THEN '$1' ELSE '$2' END)
            INTO n USING p_person, p_email;
        RETURN NEXT;
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.sizes() RETURNS TABLE (name text, n text) LANGUAGE sql AS
$$ SELECT name::text, value('postgres', format('SELECT count(*) FROM %s', tab)) FROM tenant_table $$;
CREATE FUNCTION pg_temp.leave(p_email text) RETURNS text LANGUAGE sql AS
$$ SELECT value('muster_auth', format('SELECT verdict FROM muster.account_delete(%L)', p_email)) $$;
-- What the page says before anybody types: of the account, of the organisation.
CREATE FUNCTION pg_temp.refusals() RETURNS text LANGUAGE sql AS
$$ SELECT value('muster_auth', 'SELECT concat_ws('' '', coalesce(muster.leave_refusal(false), ''-''), coalesce(muster.leave_refusal(true), ''-''))') $$;
SELECT cmp_ok(n, '>', 0::bigint, format('there is something to erase: %s', what)) FROM us, pg_temp.rows_of(person, 'me@example.com');

-- Somebody else who has typed the address first has not proven it: nothing that other organisations hold about it goes.
SELECT an_invitation(org, 'typed@example.com', 'typed elsewhere') FROM them;
SELECT muster.mail_queue_in(org, NULL, 'typed@example.com', 'invitation', NULL, NULL) FROM them;
SELECT an_invitation(org, 'typed@example.com', 'typed here') FROM us;
SELECT enter(org, a_person(org, 'MEMBER', 'typed@example.com')) FROM us;
SELECT is(value('muster_auth', 'SELECT verdict FROM muster.account_delete(''typed@example.com'')'), 'ok', 'E2: an account with an address nobody has proven is erased');
SELECT set_eq('SELECT org_id FROM muster.invitation WHERE email = ''typed@example.com''', 'SELECT org FROM them', 'A14: another organisation''s invitation stays');
SELECT is((SELECT count(*)::int FROM muster.mail WHERE recipient = 'typed@example.com'), 1, 'A14: and its mail');
CREATE TEMP TABLE shell AS SELECT an_org() AS org;
SELECT enter(org, a_person(org, 'CLIENT_ADMIN', 'typed@example.com')) FROM shell;
SELECT is(value('muster_auth', 'SELECT verdict FROM muster.organization_delete(''Example Ltd'', ''typed@example.com'')'), 'ok', 'E2: an organisation of such an account goes');
SELECT is(ended(org), 2, 'E2: nothing was made in it: two steps') FROM shell;
SELECT set_eq('SELECT org_id FROM muster.invitation WHERE email = ''typed@example.com''', 'SELECT org FROM them', 'A14: the invitation stays again');
UPDATE muster.app_user SET email_verified_at = now() WHERE email IN ('me@example.com', 'boss@example.com');
DELETE FROM muster.erasure_receipt;

-- E3: only who says which account it is.
CREATE TEMP TABLE before AS SELECT * FROM pg_temp.sizes();
SELECT enter(org, person) FROM us;
SELECT is(pg_temp.leave('boss@example.com'), 'email_mismatch', 'E3: another address');
SELECT is(pg_temp.refusals(), '- not_admin', 'a member may leave, and not delete the organisation');
SELECT enter(org, boss) FROM us;
SELECT is(pg_temp.leave('boss@example.com'), 'last_admin', 'E3: the last administrator stays');
SELECT is(pg_temp.refusals(), 'last_admin -', 'which is known before, and that the organisation may be deleted');
SELECT set_eq('SELECT * FROM pg_temp.sizes()', 'SELECT * FROM before', 'E3: nothing happened until now');

SELECT enter(org, person) FROM us;
SELECT is(pg_temp.leave('me@example.com'), 'ok', 'E2: a person who made everything is erased');
SELECT is(n, 0::bigint, format('E2: nothing is left: %s', what)) FROM us, pg_temp.rows_of(person, 'me@example.com');
SELECT is(count(*)::int, 1, 'E2: the completed run stays, by nobody') FROM muster.exercise, us WHERE id = run AND created_by IS NULL;
SELECT is_empty('SELECT FROM muster.exercise JOIN us ON id = alone', 'E2: a run that the person left alone is gone');
SELECT is(count(*)::int, 2, 'E2: what others take part in stays, with both places') FROM muster.participant, us WHERE exercise_id = joined;
SELECT is(count(*)::int, 1, 'E2: the participation stays, of nobody') FROM muster.participant, us WHERE exercise_id = run AND user_id IS NULL;
SELECT set_eq('SELECT a.participant_id, a.question_index, a.selected, a.points, a.is_correct, a.confidence, a.rationale FROM muster.answer a JOIN us ON exercise_id = run',
              'SELECT participant_id, question_index, selected, points, is_correct, confidence, NULL::text FROM answers', 'E2: the figures stay as they were, the free text is gone');
SELECT is(count(*)::int, 1, 'E2: only the colleague''s certificate is left') FROM muster.certificate JOIN us ON org_id = org;
SELECT is(count(*)::int, 3, 'E2: the colleague''s reasons stay') FROM muster.answer JOIN us ON org_id = org WHERE rationale IS NOT NULL;
SELECT is(muster.audit_verify(org), NULL, 'A12: the chain is whole') FROM us;
SELECT is((SELECT action || coalesce(actor_id::text, ' nobody') FROM muster.audit_log JOIN us ON org = org_id ORDER BY seq DESC LIMIT 1), 'user.erased nobody', 'A12: the act is in it');
SELECT set_eq('SELECT kind FROM muster.erasure_receipt', ARRAY['account'], 'E3: one receipt');
SELECT set_eq($$ SELECT attname::text FROM pg_attribute WHERE attrelid = 'muster.erasure_receipt'::regclass AND attnum > 0 $$,
              ARRAY['id', 'kind', 'erased_at'], 'E3: without personal data');
SELECT cmp_ok(n, '>', 0::bigint, format('the colleague is untouched: %s', what)) FROM us, pg_temp.rows_of(boss, 'boss@example.com')
WHERE what NOT IN ('invitation by email', 'mail by recipient', 'mail by about_user_id', 'pending_registration by email');

-- An erasure that leaves something fails as a whole.
UPDATE us SET person = a_person(org, 'MEMBER', 'next@example.com');
SELECT muster.mail_queue_in(org, NULL, 'next@example.com', 'invitation', NULL, NULL) FROM us;
CREATE FUNCTION muster.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON muster.mail FOR EACH ROW EXECUTE FUNCTION muster.keep();
SELECT enter(org, person) FROM us;
SELECT is(pg_temp.leave('next@example.com'), 'P0001', 'E2: an erasure that leaves something behind fails');
SELECT isnt_empty('SELECT FROM muster.app_user JOIN us ON id = person', 'E2: and the account is whole');
DROP TRIGGER keep ON muster.mail;

-- Removal by an administrator leaves the same state.
SELECT enter(org, boss) FROM us;
SELECT is(value('muster_auth', format('SELECT muster.user_remove(%L)', person)), 'ok', 'E2: a person is removed') FROM us;
SELECT is(n, 0::bigint, format('E2: nothing is left after a removal: %s', what)) FROM us, pg_temp.rows_of(person, 'next@example.com');

-- So does retention with somebody whom the owner of the address has displaced, and the log says it.
UPDATE us SET person = a_person(org, 'MEMBER', 'displaced@example.com');
UPDATE us SET run = one_of_everything(org, person);
ALTER TABLE muster.answer DISABLE TRIGGER answer_is_immutable;
UPDATE muster.answer a SET rationale = 'because I say so' FROM us WHERE exercise_id = run;
ALTER TABLE muster.answer ENABLE TRIGGER answer_is_immutable;
SELECT enter(NULL, NULL);
SELECT isnt_empty('SELECT FROM muster.answer JOIN us ON exercise_id = run WHERE rationale IS NOT NULL', 'there are reasons');
UPDATE muster.app_user SET displaced_at = now() - interval '8 days' FROM us WHERE id = person;
SELECT is(value('muster_jobs', 'SELECT muster.retention_apply() -> ''removed'' ->> ''displaced_people'''), '1', 'E2: who was displaced is removed');
SELECT is(n, 0::bigint, format('E2: nothing is left of who was displaced: %s', what)) FROM us, pg_temp.rows_of(person, 'displaced@example.com');
SELECT is_empty('SELECT FROM muster.answer JOIN us ON exercise_id = run WHERE rationale IS NOT NULL', 'E2: nor the reasons');
SELECT isnt_empty('SELECT FROM muster.audit_log JOIN us ON org = org_id WHERE action = ''user.removed'' AND actor_id IS NULL', 'A12: it is in the log');
SELECT enter(org, boss) FROM us;

-- Nobody is erased past the functions, and never in another organisation.
SELECT is(attempt('muster_auth', format('DELETE FROM muster.app_user WHERE id = %L', boss)), '42501', 'E2: no other way') FROM us;
SELECT is(value('muster_auth', format('SELECT muster.person_erase(%L, ''account'')', (SELECT person FROM them))), 'P0002', 'A14: another tenant''s person is not there');
SELECT is(attempt(role, 'SELECT muster.account_delete(''x'')'), '42501', format('E2: %s erases nobody', role)) FROM programs() role WHERE role <> 'muster_auth';
SELECT is(attempt('muster_lookup', 'UPDATE muster.answer SET rationale = ''new'''), '23514', 'C2: nobody writes a reason afterwards');
SELECT is(attempt('postgres', 'UPDATE muster.answer SET rationale = NULL WHERE rationale IS NOT NULL'), '23514', 'C2: nor takes one away, but erasure');

-- Platform administrators: the last one stays, whoever asks.
SELECT enter(org, person) FROM them;
UPDATE muster.app_user SET role = 'SUPER_ADMIN' FROM them WHERE id = person;
CREATE FUNCTION pg_temp.close(p_name text, p_email text) RETURNS text LANGUAGE sql AS
$$ SELECT value('muster_auth', format('SELECT verdict FROM muster.organization_delete(%L, %L)', p_name, p_email)) $$;
SELECT is(pg_temp.leave('stranger@example.com'), 'last_platform_admin', 'E3: the last administrator of the platform stays');
SELECT is(pg_temp.close('Example Ltd', 'stranger@example.com'), 'last_platform_admin', 'E3: and the organisation with it');
SELECT is(pg_temp.refusals(), 'last_platform_admin last_platform_admin', 'both are known before');
SELECT a_person(an_org(), 'SUPER_ADMIN', 'second@example.com');

-- An organisation.
SELECT enter(org, boss) FROM us;
SELECT an_invitation(org, 'boss@example.com', 'boss elsewhere') FROM them;
SELECT is(pg_temp.close('Example', 'boss@example.com'), 'name_mismatch', 'E3: another name');
SELECT is(pg_temp.close('Example Ltd', 'stranger@example.com'), 'email_mismatch', 'E3: another address');
SELECT is(pg_temp.close('Example Ltd', 'boss@example.com'), 'ok', 'E2: an organisation is deleted');
CREATE TEMP TABLE ending AS SELECT e.* FROM muster.org_ending e JOIN us ON org = org_id;
SELECT is(pg_temp.close('Example Ltd', 'boss@example.com'), 'ok', 'E2: asked for again');
SELECT set_eq('SELECT * FROM muster.org_ending', 'SELECT * FROM ending', 'E2: it is the same end');
SELECT is((SELECT count(*)::int FROM muster.mail JOIN us ON org = org_id WHERE kind = 'organization_ending'), 1, 'E2: told once');
SELECT is((SELECT detail ->> 'receipt' FROM muster.audit_log JOIN us ON org = org_id WHERE action = 'organization.deletion_asked'), receipt::text, 'A12: noted once, with the receipt') FROM ending;
SELECT is(value('muster_jobs', 'SELECT muster.org_ending_step()'), NULL, 'E2: nothing happens before its time');
SELECT is(attempt('postgres', format('SELECT a_person(%L)', org)), 'MU107', 'A4: nobody joins') FROM us;
SELECT is(attempt('postgres', format('SELECT a_key(%L, %L, ''late'', ''{}'')', org, boss)), 'MU107', 'A11: nor is a key made') FROM us;
SELECT is(attempt('postgres', format('SELECT a_session(%L, %L, ''late'')', org, boss)), 'ok', 'E2: people sign in') FROM us;
SELECT is(value('muster_auth', 'SELECT muster.organization_restore()'), 'ok', 'E2: taken back');
SELECT is(ended(org), 0, 'E2: nothing is erased then') FROM us;
SELECT is(attempt('postgres', format('SELECT a_key(%L, %L, ''again'', ''{}'')', org, boss)), 'ok', 'E2: and it works again') FROM us;
SELECT is(pg_temp.close('Example Ltd', 'boss@example.com'), 'ok', 'E2: and is deleted after all');
UPDATE muster.org_ending SET ends_at = now();
SELECT is(value('muster_jobs', 'SELECT muster.org_ending_step()'), org::text, 'E2: the erasure begins') FROM us;
SELECT is(attempt('postgres', format('SELECT a_session(%L, %L, ''too late'')', org, boss)), 'MU107', 'E2: nobody signs in any more') FROM us;
SELECT is(value('muster_auth', 'SELECT muster.organization_restore()'), 'late', 'E2: nor takes it back');
SELECT is(ended(org), 2, 'E2: two steps more') FROM us;
INSERT INTO muster.org_ending (org_id, ends_at) SELECT org, now() + interval '7 days' FROM them;
SELECT is(value('postgres', format('SELECT count(*) FROM %s WHERE org_id = %L', tab, (SELECT org FROM us))), '0', format('E2: nothing of it is left in %s', name)) FROM tenant_table;
SELECT cmp_ok(value('postgres', format('SELECT count(*) FROM %s WHERE org_id = %L', tab, (SELECT org FROM them)))::int, '>', 0, format('E2: %s keeps the others'' rows', name)) FROM tenant_table;
SELECT is_empty('SELECT FROM muster.invitation WHERE email = ''boss@example.com''', 'E2: nor an invitation to its people');
SELECT is((SELECT count(*)::int FROM muster.erasure_receipt WHERE kind = 'organization'), 1, 'E3: one receipt');
DELETE FROM muster.org_ending;
SELECT a_person(org, 'CLIENT_ADMIN') FROM them;
SELECT enter(org, person) FROM them;
SELECT is(pg_temp.leave('stranger@example.com'), 'ok', 'E2: a platform administrator who is not the last may leave');

-- Whatever refers to a person, now or later, lets go of the person alone: never of org_id, never not at all.
SELECT ok(confdeltype = 'c' OR (confdeltype = 'n' AND cardinality(confdelsetcols) = 1), format('E2: %s of %s lets a person go', conname, conrelid::regclass))
FROM pg_constraint WHERE contype = 'f' AND confrelid = 'muster.app_user'::regclass;
SELECT is_empty($$ SELECT a.attrelid::regclass, attname FROM pg_attribute a JOIN tenant_table t ON a.attrelid = t.tab
                   WHERE (attname ~ '(^|_)user_id$' OR attname = 'created_by') AND NOT EXISTS (
                       SELECT FROM pg_constraint c WHERE c.conrelid = a.attrelid AND contype = 'f' AND confrelid = 'muster.app_user'::regclass
                       AND a.attnum = ANY (conkey)) $$, 'E1: every column that names a person is a foreign key to it');

\ir end.psql
