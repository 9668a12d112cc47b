-- Owners of intelligence: who sees what, as whom, and what each role may do (the matrix, and rule A16 across organisations).
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid;
UPDATE us SET person = a_person(org, 'CLIENT_ADMIN');
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD person uuid;
UPDATE them SET person = a_person(org, 'CLIENT_ADMIN');
UPDATE muster.org SET name = 'Theirs' WHERE org_id = (SELECT org FROM them);
GRANT SELECT ON us, them TO PUBLIC;

CREATE FUNCTION pg_temp.as_us() RETURNS boolean LANGUAGE sql AS $$ SELECT enter(org, person) FROM us $$;
CREATE FUNCTION pg_temp.as_them() RETURNS boolean LANGUAGE sql AS $$ SELECT enter(org, person) FROM them $$;
CREATE FUNCTION pg_temp.seen() RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_intel', 'SELECT string_agg(kind || '' '' || name || '': '' || role, '', '' ORDER BY id) FROM muster.intel_owner_list()') $$;

SELECT pg_temp.as_us();
SELECT is(pg_temp.seen(), 'Organization Example Ltd: Organization Administrator', 'each tenant has its Organization');
CREATE TEMP TABLE made AS SELECT value('muster_intel', $$ SELECT id FROM muster.owner_create('Shared', 'Community', false) $$)::integer AS id;
GRANT SELECT ON made TO PUBLIC;
SELECT is(pg_temp.seen(), 'Organization Example Ltd: Organization Administrator, Community Shared: Director', 'and directs what it makes');
SELECT is(value('muster_intel', format('SELECT verdict FROM muster.owner_create(%L, ''Source'', false)', name)), 'taken', format('%s is taken', name))
FROM unnest(ARRAY['Shared', 'SHARED', 'example ltd']) name;
SELECT is(value('muster_intel', $$ SELECT verdict FROM muster.owner_create('Feed', 'Source', true) $$), 'public', 'a tenant makes nothing public');
SELECT is(value('muster_intel', format('SELECT verdict FROM muster.member_invite(%s, %L, ''Editor'')', id, slug)), 'ok', 'inviting') FROM made, muster.org WHERE org_id = (SELECT org FROM them);
SELECT is(value('muster_intel', format('SELECT verdict FROM muster.member_invite(%s, ''nobody'', ''Editor'')', id)), 'unknown', 'somebody who is not there') FROM made;

-- Invited is not joined.
SELECT pg_temp.as_them();
SELECT is(pg_temp.seen(), 'Organization Theirs: Organization Administrator', 'an invitation shows nothing');
SELECT is(value('muster_intel', 'SELECT count(*) FROM muster.intel_owner'), '1', 'A3: nor does the table');
SELECT is(value('muster_intel', format('SELECT muster.owner_change(%s, ''Mine'', NULL)', id)), 'not_found', 'A14: nor can it be changed') FROM made;
SELECT is(value('muster_intel', format('SELECT muster.member_accept(%s)', id)), 'ok', 'joining') FROM made;
SELECT is(pg_temp.seen(), 'Organization Theirs: Organization Administrator, Community Shared: Editor', 'and then it does');
SELECT is(value('muster_intel', 'SELECT count(*) FROM muster.intel_owner'), '2', 'A3: so does the table');
SELECT is(value('muster_intel', format(act, id)), 'foreign', format('A14: a member does not %s', act))
FROM made, unnest(ARRAY['SELECT muster.owner_change(%s, ''Mine'', NULL)', 'SELECT muster.owner_delete(%s)',
                        'SELECT verdict FROM muster.member_invite(%s, ''x'', ''Editor'')']) act;
SELECT is(value('muster_intel', format('SELECT count(*) FROM muster.member_list(%s)', id)), '1', 'and sees itself alone among the members') FROM made;
SELECT is(attempt('muster_intel', statement), '42501', format('G1: nobody writes past the functions: %s', statement))
FROM unnest(ARRAY['UPDATE muster.intel_owner SET name = ''x''', 'DELETE FROM muster.intel_owner', 'UPDATE muster.intel_member SET role = ''Director''',
                  'INSERT INTO muster.intel_member SELECT * FROM muster.intel_member', 'UPDATE muster.intel_right SET level = ''FULL''']) statement;

-- The matrix: every role, area and need; what it says is written out again here.
CREATE TEMP TABLE matrix AS
SELECT area, role, level FROM (VALUES
    ('permIndicator permGroup permVictim permAttribute permSecurityLabel permArtifact permTask permTimeline permWorkflowTemplate',
     'FULL FULL FULL READ READ FULL FULL CREATE READ READ NONE'),
    ('permTag permCaseTag', 'FULL FULL FULL READ READ FULL FULL READ READ READ NONE'),
    ('permComment permPost', 'FULL FULL FULL CREATE READ FULL FULL CREATE CREATE READ NONE'),
    ('permAttributeType permUsers permSettings permPublish', 'FULL READ READ NONE NONE FULL READ NONE NONE NONE NONE'),
    ('permMembers', 'READ READ READ NONE NONE FULL READ NONE NONE NONE NONE'),
    ('permInvite', 'FULL NONE NONE NONE NONE FULL NONE NONE NONE NONE NONE'),
    ('permCopyData', 'FULL FULL FULL NONE NONE FULL FULL NONE NONE NONE NONE'),
    ('permApps', 'BUILD BUILD NONE NONE NONE NONE NONE NONE NONE NONE NONE'),
    ('permPlaybooks permPlaybooksExecute', 'NONE NONE NONE NONE NONE NONE NONE NONE NONE NONE NONE')) AS m (areas, levels),
    regexp_split_to_table(areas, ' ') AS area, regexp_split_to_table(levels, ' ') WITH ORDINALITY AS l (level, n)
JOIN (VALUES (1, 'Organization Administrator'), (2, 'App Developer'), (3, 'Standard User'), (3, 'Sharing User'), (4, 'Read Only Commenter'),
             (5, 'Read Only User'), (6, 'Director'), (7, 'Editor'), (8, 'Contributor'), (9, 'Commenter'), (10, 'User'), (10, 'Subscriber'),
             (11, 'Banned')) AS r (at, role) ON r.at = l.n;
SELECT set_eq('SELECT role, area, level FROM muster.intel_right', 'SELECT role, area, level FROM matrix', 'the matrix is the design''s');

CREATE FUNCTION pg_temp.may(p_role text, p_area text, p_needs text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_owner integer := (SELECT id FROM made);
BEGIN
    IF (SELECT org_role FROM muster.intel_role WHERE name = p_role) THEN
        UPDATE muster.intel_user SET role = p_role WHERE id = current_setting('test.api')::bigint;
        v_owner := (SELECT o.id FROM muster.intel_owner o, them WHERE o.home = them.org AND o.kind = 'Organization');
    ELSE
        UPDATE muster.intel_user SET role = 'Organization Administrator' WHERE id = current_setting('test.api')::bigint;
        UPDATE muster.intel_member m SET role = p_role FROM them WHERE m.org_id = them.org AND m.owner_id = v_owner;
    END IF;
    RETURN value('muster_intel', format('SELECT muster.intel_may(%s, %L, %L)', v_owner, p_area, p_needs));
END $$;
SELECT set_config('test.api', an_api_user(org, person)::text, true) FROM them;
SELECT muster.intel_enter_as(org, current_setting('test.api')::bigint) FROM them;
SELECT is(pg_temp.may(role, area, needs), (CASE needs WHEN 'READ' THEN level IN ('READ', 'CREATE', 'FULL') WHEN 'CREATE' THEN level IN ('CREATE', 'FULL')
                                                    ELSE level = 'FULL' END)::text, format('A2: %s, %s: %s', role, area, needs))
FROM matrix, unnest(ARRAY['READ', 'CREATE', 'FULL']) needs;
SELECT is(pg_temp.may('Director', 'permIndicator', 'ALL'), 'false', 'an unknown need is none');

-- A16: nobody is more elsewhere than at home.
CREATE FUNCTION pg_temp.there(p_own text, p_member text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE muster.intel_user SET role = p_own WHERE id = current_setting('test.api')::bigint;
    UPDATE muster.intel_member m SET role = p_member FROM them, made WHERE m.org_id = them.org AND m.owner_id = made.id;
    RETURN value('muster_intel', 'SELECT role FROM muster.intel_owner_list() o, made WHERE o.id = made.id');
END $$;
SELECT is(pg_temp.there(own, member), here, format('A16: %s in a member that is %s is %s', own, member, here))
FROM (VALUES ('Organization Administrator', 'Director', 'Director'), ('Standard User', 'Director', 'Editor'), ('Standard User', 'Contributor', 'Contributor'),
             ('Read Only Commenter', 'Director', 'Commenter'), ('Read Only User', 'Editor', 'User'), ('Read Only User', 'Subscriber', 'Subscriber'),
             ('App Developer', 'Commenter', 'Commenter'), ('Organization Administrator', 'Banned', NULL)) AS t (own, member, here);

-- Leaving, and what a banned one may.
SELECT pg_temp.as_them();
SELECT is(pg_temp.seen(), 'Organization Theirs: Organization Administrator', 'who is banned sees nothing');
SELECT is(value('muster_intel', format('SELECT muster.member_accept(%s)', id)), 'not_found', 'and joins nothing') FROM made;
SELECT is(value('muster_intel', format('SELECT muster.member_remove(%s, %L)', id, org)), 'not_found', 'nor does it get rid of that') FROM made, them;
SELECT pg_temp.as_us();
SELECT is(value('muster_intel', format('SELECT muster.member_remove(%s, %L)', id, us.org)), 'self', 'whose it is stays') FROM made, us;
SELECT is(value('muster_intel', format('SELECT muster.member_remove(%s, %L)', id, them.org)), 'ok', 'and takes out who is banned') FROM made, them;
SELECT is(value('muster_intel', format('SELECT muster.owner_change(%s, ''Renamed'', true)', id)), 'public', 'nothing of it becomes public') FROM made;
SELECT is(value('muster_intel', format('SELECT muster.owner_change(%s, ''Renamed'', NULL)', id)), 'ok', 'renaming') FROM made;
SELECT is(value('muster_intel', format('SELECT muster.owner_delete(%s)', id)), 'ok', 'deleting') FROM made;
SELECT is(value('muster_intel', format('SELECT muster.owner_delete(%s)', o.id)), 'foreign', 'but not the Organization itself')
FROM muster.intel_owner o, us WHERE o.home = us.org AND o.kind = 'Organization';
SELECT is((SELECT array_agg(action ORDER BY seq) FROM muster.audit_log, us WHERE org_id = org),
          ARRAY['owner.created', 'owner.member_invited', 'owner.member_removed', 'owner.changed', 'owner.deleted'], 'A12: all of it is in the log');

\ir end.psql
