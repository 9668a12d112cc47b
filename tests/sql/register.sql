-- Rules A4, A6 and A8: how a person comes to belong to an organisation, and nobody else does.
\ir begin.psql

CREATE FUNCTION pg_temp.register(p_email text, p_token text DEFAULT NULL, p_slug text DEFAULT 'example', p_plan text DEFAULT 'FREE') RETURNS text
LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT muster.register(%L, ''Alex'', ''Morgan'', ''hash'', ''Example Ltd'', %L, %L, %L, ''en'')', p_email, p_slug,
                                       p_plan, CASE WHEN p_token IS NOT NULL THEN sha256(p_token::bytea) END)) $$;
CREATE FUNCTION pg_temp.who(p_email text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', u.role, o.slug, o.plan, c.password_hash) FROM muster.app_user u JOIN muster.org o USING (org_id)
    LEFT JOIN muster.credential c ON c.user_id = u.id WHERE email = p_email $$;

SELECT is(pg_temp.register('a@example.com'), 'ok', 'A4: without an invitation a person registers');
SELECT is(pg_temp.who('a@example.com'), 'CLIENT_ADMIN example FREE hash', 'A4: and is the administrator of a new organisation');
SELECT is(pg_temp.register('b@example.com'), 'ok', 'a second organisation of the same name');
SELECT matches(pg_temp.who('b@example.com'), '^CLIENT_ADMIN example-[0-9a-f]{8} FREE hash$', 'A4: the same name is another organisation, with another slug');
SELECT is(pg_temp.register('long@example.com', NULL, repeat('x', 60)), 'ok', 'a long slug');
SELECT is(pg_temp.register('long2@example.com', NULL, repeat('x', 60)), 'ok', 'a long slug that is taken');
SELECT is(pg_temp.register('A@example.com'), '23514', 'addresses are kept in lower case: there are no two of one');
SELECT is(pg_temp.register('a@example.com'), '23505', 'an address has one account');
SELECT is((SELECT count(*)::int FROM muster.org WHERE slug LIKE 'example%'), 2, 'a refused registration leaves no organisation');

-- Invitations.
CREATE TEMP TABLE host AS SELECT an_org('FREE') AS org;
SELECT a_person(org) FROM host;
SELECT an_invitation(org, 'guest@example.com', 'token', '1 day', 'AUDITOR'), an_invitation(org, 'late@example.com', 'old', '-1 second'),
       an_invitation(org, 'other@example.com', 'other'), an_invitation(org, 'fourth@example.com', 'fourth') FROM host;
SELECT is(pg_temp.register('stranger@example.com', 'token'), 'bad_invitation', 'A4: an invitation is for its address alone');
SELECT is(pg_temp.register('guest@example.com', 'guess'), 'bad_invitation', 'A6: a token that nobody issued');
SELECT is(pg_temp.register('late@example.com', 'old'), 'bad_invitation', 'A6: an invitation expires');
SELECT is(pg_temp.register('guest@example.com', 'token', 'example', 'ENTERPRISE'), 'ok', 'an invitation is accepted');
SELECT is(pg_temp.who('guest@example.com'), (SELECT 'AUDITOR ' || slug || ' FREE hash' FROM muster.org JOIN host ON org = org_id),
          'A4: the invitation decides on organisation and role, the request on neither');
SELECT isnt(accepted_at, NULL, 'the invitation is spent') FROM muster.invitation WHERE email = 'guest@example.com';
DELETE FROM muster.app_user WHERE email = 'guest@example.com';
SELECT is(pg_temp.register('guest@example.com', 'token'), 'bad_invitation', 'A6: an invitation is used once');
SELECT is((SELECT count(*)::int FROM muster.app_user JOIN host ON org = org_id), 1, 'refused ones left nobody');

-- Seats: FREE has three.
SELECT a_person(org) FROM host;
SELECT is(pg_temp.register('other@example.com', 'other'), 'ok', 'the third seat');
SELECT is(pg_temp.register('fourth@example.com', 'fourth'), 'MU001', 'A13: no fourth seat');
SELECT is(accepted_at, NULL, 'A13: an invitation that found no seat can be used later') FROM muster.invitation WHERE email = 'fourth@example.com';
UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE email = 'other@example.com';
SELECT is(pg_temp.register('fourth@example.com', 'fourth'), 'ok', 'a deactivated person holds no seat');
-- An address that has an account elsewhere.
SELECT an_invitation(org, 'a@example.com', 'known') FROM host;
UPDATE muster.org SET plan = 'ENTERPRISE' FROM host WHERE org_id = org;
SELECT is(pg_temp.register('a@example.com', 'known'), '23505', 'an invitation moves no account into another organisation');
SELECT is(accepted_at, NULL, 'and is not spent by that') FROM muster.invitation WHERE email = 'a@example.com';

-- Registering does not sign in: no tenant is left behind.
SELECT is(tenant(), '', 'A3: registering enters no tenant');

-- Sign-in.
SELECT is(value('muster_auth', 'SELECT user_id FROM muster.sign_in_lookup(''a@example.com'')'), (SELECT id::text FROM muster.app_user WHERE email = 'a@example.com'),
          'sign-in finds the account');
SELECT is(value('muster_auth', 'SELECT count(*) FROM muster.sign_in_lookup(''nobody@example.com'')'), '0', 'A8: nobody is no row');
SELECT is(value('muster_auth', 'SELECT count(*) FROM muster.sign_in_lookup(''%@example.com'')'), '0', 'sign-in compares, it does not search');
SELECT enter(org_id, id) FROM muster.app_user WHERE email = 'a@example.com';
SELECT is(attempt('muster_auth', 'SELECT muster.sign_in_record()'), 'ok', 'sign-in is recorded');
SELECT is((SELECT array_agg(email) FROM muster.app_user WHERE last_sign_in_at = now()), ARRAY['a@example.com'], 'of whoever was entered, alone');

\ir end.psql
