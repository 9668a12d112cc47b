-- Rules A4, A7, A13, A14: invitations, roles, deactivation, removal, and moving with an account.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org('FREE') AS org;
ALTER TABLE us ADD boss uuid, ADD member uuid;
UPDATE us SET boss = a_person(org, 'CLIENT_ADMIN', 'boss@example.com'), member = a_person(org, 'MEMBER', 'member@example.com');
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD person uuid;
UPDATE them SET person = a_person(org, 'CLIENT_ADMIN', 'stranger@example.com');
GRANT SELECT ON us, them TO PUBLIC;
SELECT enter(org, boss) FROM us;

CREATE FUNCTION pg_temp.invite(VARIADIC p_emails text[]) RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT coalesce(string_agg(address, '' '' ORDER BY address), ''none'') FROM muster.invite(%L, %L, ''MEMBER'', 14)', p_emails,
        (SELECT array_agg(sha256((gen_random_uuid()::text || e)::bytea)) FROM unnest(p_emails) e))) $$;
CREATE FUNCTION pg_temp.change(p_user uuid, p_role text, p_status text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT muster.user_change(%L, %L, %L)', p_user, p_role, p_status)) $$;
CREATE FUNCTION pg_temp.remove(p_user uuid) RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT muster.user_remove(%L)', p_user)) $$;

-- FREE has three seats, two are taken.
SELECT is(pg_temp.invite('a@example.com', 'b@example.com'), 'MU001', 'A13: two addresses and one seat: refused');
SELECT is((SELECT count(*)::int FROM muster.invitation, us WHERE org_id = org), 0, 'A13: as a whole');
SELECT is(pg_temp.invite('member@example.com'), 'none', 'A13: who is a member is not invited');
SELECT is(pg_temp.invite('member@example.com', 'a@example.com'), 'a@example.com', 'A13: the others are');
SELECT is(pg_temp.invite('b@example.com'), 'MU001', 'A13: an open invitation holds a seat');
SELECT is(pg_temp.invite('a@example.com'), 'a@example.com', 'A13: the same address again');
SELECT is((SELECT count(*)::int FROM muster.invitation, us WHERE org_id = org), 1, 'A6: the new invitation replaces the old one');
SELECT is((SELECT string_agg(action, ' ' ORDER BY seq) FROM muster.audit_log, us WHERE org_id = org), 'invitation.created invitation.revoked invitation.created', 'A12: all of it is in the log');
UPDATE muster.invitation SET expires_at = now() FROM us WHERE org_id = org;
SELECT is(pg_temp.invite('b@example.com'), 'b@example.com', 'A13: an expired invitation holds no seat');
SELECT is(pg_temp.invite('stranger@example.com'), 'MU001', 'A13: full again');
DELETE FROM muster.invitation USING us WHERE org_id = org;
SELECT is(pg_temp.invite('stranger@example.com'), 'stranger@example.com', 'A8: an account elsewhere looks like no account');
DELETE FROM muster.invitation USING us WHERE org_id = org;

-- Roles and status.
SELECT is(pg_temp.change(boss, 'MEMBER'), 'last_admin', 'the last administrator cannot step down') FROM us;
SELECT is(pg_temp.change(boss, NULL, 'DEACTIVATED'), 'last_admin', 'nor be deactivated') FROM us;
SELECT is(pg_temp.remove(boss), 'last_admin', 'nor be removed') FROM us;
SELECT is(pg_temp.change(member, 'CLIENT_ADMIN'), 'ok', 'a second administrator') FROM us;
SELECT is(pg_temp.change(boss, 'MEMBER'), 'self', 'A4: nobody changes their own role') FROM us;
SELECT is(pg_temp.change(boss, 'CLIENT_ADMIN'), 'self', 'A4: not even to what it is') FROM us;
SELECT is(pg_temp.remove(boss), 'self', 'nor removes themselves here') FROM us;
SELECT is(pg_temp.change(member, 'MEMBER'), 'ok', 'and a member again') FROM us;
SELECT is(pg_temp.change(member, role), '23514', format('A4: no role %s', role)) FROM us, unnest(ARRAY['OWNER', '']) role;
SELECT is(pg_temp.change(member, 'SUPER_ADMIN'), '42501', 'A4: the platform''s role is not given here') FROM us;
SELECT is(attempt('muster_auth', $$ UPDATE muster.app_user SET role = 'SUPER_ADMIN' WHERE org_id = muster.org() $$), '42501', 'A4: nor past the function');
SELECT is(attempt('muster_owner', format('UPDATE muster.app_user SET role = ''SUPER_ADMIN'' WHERE id = %L', member)), 'ok', 'A4: but on the server') FROM us;
SELECT is(pg_temp.change(member, 'MEMBER'), 'platform', 'A4: and not taken here') FROM us;
SELECT is(pg_temp.remove(member), 'platform', 'A4: nor removed') FROM us;
UPDATE muster.app_user SET role = 'MEMBER' FROM us WHERE id = member;

-- A14: another tenant's people are not there.
SELECT is(pg_temp.change(person, 'MEMBER'), 'not_found', 'A14: another tenant''s person is not changed') FROM them;
SELECT is(pg_temp.remove(person), 'not_found', 'A14: nor removed') FROM them;
SELECT is(role || status, 'CLIENT_ADMINACTIVE', 'A14: nothing of it happened') FROM muster.app_user, them WHERE id = person;

-- A7: deactivation ends everything, and being active again brings none of it back.
SELECT a_session(org, member, 's'), a_key(org, member, 'k', '{results}') FROM us;
INSERT INTO muster.pending_session (org_id, user_id, token_hash, expires_at) SELECT org, member, sha256('half'), now() + interval '1 hour' FROM us;
SELECT is(pg_temp.change(member, NULL, 'DEACTIVATED'), 'ok', 'a member is deactivated') FROM us;
SELECT is(value('postgres', format('SELECT count(*) FROM muster.%I WHERE user_id = %L', name, member)), '0', format('A7: no %s is left', name))
FROM us, unnest(ARRAY['user_session', 'api_key', 'pending_session']) name;
SELECT is(pg_temp.invite('member@example.com'), 'none', 'a deactivated person is still a member');
SELECT is(pg_temp.invite('a@example.com', 'b@example.com'), 'a@example.com b@example.com', 'A13: and holds no seat');
SELECT is(value('muster_auth', $$ SELECT muster.register('a@example.com', 'A', 'B', 'h', 'x', 'x', 'FREE', (SELECT token_hash FROM muster.invitation WHERE email = 'a@example.com'), 'en') $$), 'ok', 'one joins');
SELECT is(value('muster_auth', $$ SELECT muster.register('b@example.com', 'A', 'B', 'h', 'x', 'x', 'FREE', (SELECT token_hash FROM muster.invitation WHERE email = 'b@example.com'), 'en') $$), 'ok', 'and another');
SELECT is(pg_temp.change(member, NULL, 'ACTIVE'), 'MU001', 'A13: no seat to become active again') FROM us;
SELECT is(pg_temp.remove(id), 'ok', 'one is removed') FROM muster.app_user WHERE email = 'b@example.com';
SELECT is(pg_temp.change(member, 'AUDITOR', 'ACTIVE'), 'ok', 'A13: now there is one, and a role with it') FROM us;
SELECT is((SELECT string_agg(action, ' ' ORDER BY seq) FROM (SELECT * FROM muster.audit_log, us WHERE org_id = org ORDER BY seq DESC LIMIT 3) l),
          'user.removed user.role_changed user.reactivated', 'A12: all of it is in the log');

-- Removal: the work stays, the way back is closed.
SELECT enter(org, member) FROM us;
CREATE TEMP TABLE run AS SELECT an_exercise(org, member) AS id FROM us;
SELECT enter(org, boss) FROM us;
SELECT an_invitation(org, 'member@example.com', 'old') FROM us;
SELECT is(pg_temp.remove(member), 'ok', 'a person is removed') FROM us;
SELECT is(created_by, NULL, 'E2: the exercise stays, by nobody') FROM muster.exercise JOIN run USING (id);
SELECT is_empty($$ SELECT FROM muster.invitation WHERE email = 'member@example.com' $$, 'A4: no open invitation leads back');
SELECT is(value('muster_auth', $$ SELECT muster.register('member@example.com', 'A', 'B', 'h', 'x', 'x', 'FREE', sha256('old'), 'en') $$), 'bad_invitation', 'A4: nor its token');
SELECT is(muster.audit_verify(org), NULL, 'A12: the chain is whole') FROM us;

-- Accepting with an account: only who leaves nothing behind.
UPDATE muster.org SET plan = 'ENTERPRISE' FROM us WHERE org_id = org;
SELECT an_invitation(org, 'stranger@example.com', 'move', '1 day', 'FACILITATOR') FROM us;
INSERT INTO muster.credential (org_id, user_id, password_hash) SELECT org, person, 'password' FROM them;
CREATE FUNCTION pg_temp.accept(p_token text) RETURNS text LANGUAGE sql AS
$$ SELECT value('muster_auth', format('SELECT verdict FROM muster.invitation_accept(sha256(%L))', p_token)) $$;
SELECT is(pg_temp.accept('move'), 'bad_invitation', 'A4: somebody else''s invitation');
SELECT enter(org, person) FROM them;
SELECT is(pg_temp.accept('guess'), 'bad_invitation', 'A6: a token that nobody issued');
CREATE TEMP TABLE friend AS SELECT a_person(org) AS id FROM them;
SELECT is(pg_temp.accept('move'), 'colleagues', 'A4: who has colleagues stays');
DELETE FROM muster.app_user WHERE id = (SELECT id FROM friend);
INSERT INTO muster.org_usage SELECT org, '2026-01-01', 1 FROM them;
SELECT is(pg_temp.accept('move'), 'exercises', 'A4: an organisation with exercises is kept');
DELETE FROM muster.org_usage USING them WHERE org_id = org;
INSERT INTO muster.second_factor (org_id, user_id, sealed, confirmed_at) SELECT org, person, 'x', now() FROM them;
SELECT is(pg_temp.accept('move'), 'second_factor', 'A5: nobody loses a second factor unasked');
DELETE FROM muster.second_factor;
UPDATE muster.org SET plan = 'FREE' FROM us WHERE org_id = us.org;
SELECT a_person(org) FROM us;
SELECT is(pg_temp.accept('move'), 'MU001', 'A13: no seat, no move');
SELECT is((SELECT count(*)::int FROM muster.app_user, them WHERE id = person), 1, 'nothing happened until now');
UPDATE muster.org SET plan = 'ENTERPRISE' FROM us WHERE org_id = us.org;
SELECT a_session(org, person, 'theirs') FROM them;
SELECT is(pg_temp.accept('move'), 'ok', 'A4: an invitation is accepted with an account');
SELECT is(u.role || ' ' || c.password_hash, 'FACILITATOR password', 'A4: its role, the person''s password')
FROM us JOIN muster.app_user u ON u.org_id = us.org AND u.email = 'stranger@example.com' JOIN muster.credential c ON c.user_id = u.id;
SELECT is_empty('SELECT FROM muster.org JOIN them ON org = org_id', 'the empty organisation is gone');
SELECT is_empty($$ SELECT FROM muster.user_session WHERE token_hash = sha256('theirs') $$, 'A7: its sessions too');
SELECT enter(org, (SELECT id FROM muster.app_user WHERE email = 'stranger@example.com')) FROM us;
SELECT is(pg_temp.accept('move'), 'bad_invitation', 'A6: an invitation is used once');
SELECT is((SELECT action FROM muster.audit_log JOIN us ON org = org_id ORDER BY seq DESC LIMIT 1), 'user.joined', 'A12: the move is in the log');

\ir end.psql
