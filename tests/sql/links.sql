-- Rules A3, A4, A6, A8, A13: links from mails, and joining an organisation by its e-mail domain.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org('FREE') AS org;
ALTER TABLE us ADD boss uuid, ADD member uuid;
UPDATE us SET boss = a_person(org, 'CLIENT_ADMIN', 'boss@ours.example'), member = a_person(org, 'MEMBER', 'member@ours.example');
CREATE TEMP TABLE them AS SELECT an_org() AS org;
ALTER TABLE them ADD boss uuid;
UPDATE them SET boss = a_person(org, 'CLIENT_ADMIN', 'boss@theirs.example');
GRANT SELECT ON us, them TO PUBLIC;

-- ---- entering with a link ----

INSERT INTO muster.account_token (org_id, user_id, purpose, token_hash, expires_at)
SELECT org, boss, 'verify_email', sha256('verify'), now() + interval '1 hour' FROM us
UNION ALL SELECT org, boss, 'reset_password', sha256('reset'), now() + interval '1 hour' FROM us
UNION ALL SELECT org, member, 'reset_password', sha256('over'), now() FROM us;
SELECT an_invitation(org, 'guest@ours.example', 'invitation'), a_domain(org, 'ours.example', 'domain') FROM us;
CREATE FUNCTION pg_temp.follow(p_kind text, p_token text) RETURNS text LANGUAGE sql AS
$$ SELECT enter(org, boss) FROM them; SELECT value('muster_auth', format('SELECT muster.link_enter(%L, sha256(%L))', p_kind, p_token)) || ' ' || tenant() $$;
SELECT is(pg_temp.follow('verify_email', 'verify'), format('true %s%s', org, boss), 'A6: a link enters as its person') FROM us;
SELECT is(pg_temp.follow('reset_password', 'reset'), format('true %s%s', org, boss), 'A6: each kind') FROM us;
SELECT is(pg_temp.follow('invitation', 'invitation'), format('true %s', org), 'A6: an invitation enters the organisation, as nobody') FROM us;
SELECT is(pg_temp.follow('domain', 'domain'), format('true %s', org), 'A6: so does a domain') FROM us;
SELECT is(pg_temp.follow(kind, token), 'false ', format('A6: %s is no %s, and leaves nobody entered', token, kind))
FROM (VALUES ('reset_password', 'verify'), ('verify_email', 'reset'), ('invitation', 'domain'), ('domain', 'invitation'), ('registration', 'reset'),
             ('reset_password', 'over'), ('reset_password', 'guess'), ('domain', ''), ('nonsense', 'reset')) AS t (kind, token);
UPDATE muster.app_user SET status = 'DEACTIVATED' FROM us WHERE id = boss;
SELECT is(pg_temp.follow('reset_password', 'reset'), 'false ', 'A7: who was deactivated has no way back');
UPDATE muster.app_user SET status = 'ACTIVE' FROM us WHERE id = boss;
SELECT is(attempt(role, 'SELECT muster.link_enter(''reset_password'', ''x'')'), '42501', format('G1: %s cannot enter with links', role))
FROM programs() role WHERE role <> 'muster_auth';

-- ---- a forgotten password ----

CREATE FUNCTION pg_temp.forgot(p_email text, p_token text) RETURNS text LANGUAGE sql AS $$
    SELECT set_config('synchronous_commit', 'off', true);
    SELECT attempt('muster_auth', format('SELECT muster.forgot(%L, sha256(%L), ''sealed'', sha256(%L))', p_email, p_token, p_email))
           || ' ' || current_setting('synchronous_commit') $$;
SELECT is(pg_temp.forgot('boss@ours.example', 'second'), 'ok on', 'A8: asking for a link waits for the disk');
CREATE TEMP TABLE written AS SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE schemaname = 'muster';
CREATE TEMP TABLE kept AS SELECT (SELECT count(*) FROM muster.org) AS orgs, (SELECT count(*) FROM muster.app_user) AS people,
                                 (SELECT count(*) FROM muster.mail) AS mails, (SELECT count(*) FROM muster.account_token) AS links;
SELECT is(pg_temp.forgot('nobody@ours.example', 'none'), 'ok on', 'A8: also for nobody');
SELECT set_eq($$ SELECT relname::text, (n.n_tup_ins - w.n_tup_ins)::int FROM pg_stat_xact_user_tables n JOIN written w USING (relname)
                 WHERE n.schemaname = 'muster' AND n.n_tup_ins > w.n_tup_ins $$,
              $$ VALUES ('account_token', 1), ('mail', 1), ('job', 1), ('org', 1), ('app_user', 1), ('attempt', 1) $$, 'A8: as many rows are written for nobody');
SELECT results_eq($$ SELECT (SELECT count(*) FROM muster.org), (SELECT count(*) FROM muster.app_user), (SELECT count(*) FROM muster.mail),
                            (SELECT count(*) FROM muster.account_token) $$, 'SELECT orgs, people, mails, links FROM kept', 'A8: and none of them stays');
SELECT is(attempt('muster_auth', 'SELECT muster.sign_in_refused(''nobody@ours.example'', ''password'', sha256(''x''))') || ' ' || current_setting('synchronous_commit'), 'ok on', 'A8: and so does a refused sign-in of nobody');
SELECT is((SELECT count(*)::int FROM muster.account_token WHERE token_hash = sha256('second')), 1, 'A6: the new link is there');
SELECT is_empty($$ SELECT FROM muster.account_token WHERE token_hash IN (sha256('reset'), sha256('none')) $$, 'A6: in place of the old one');
SELECT is((SELECT string_agg(kind || ' ' || recipient, ',') FROM muster.mail JOIN us ON org = org_id), 'reset_password boss@ours.example', 'one mail is queued');
SELECT is((SELECT count(*)::int FROM muster.attempt WHERE kind = 'forgot-asked'), 2, 'A8: a row for each');
UPDATE muster.app_user SET status = 'DEACTIVATED' FROM us WHERE id = boss;
SELECT is(pg_temp.forgot('boss@ours.example', 'third'), 'ok on', 'A8: the same for who was deactivated');
SELECT is_empty($$ SELECT FROM muster.account_token WHERE token_hash = sha256('third') $$, 'A7: who gets no link');
UPDATE muster.app_user SET status = 'ACTIVE' FROM us WHERE id = boss;

-- ---- domains ----

CREATE FUNCTION pg_temp.domain_of(p_email text) RETURNS text LANGUAGE sql AS
$$ SELECT enter(org, boss) FROM them; SELECT attempt('muster_auth', format('SELECT muster.domain_enter(%L)', p_email)) || ' ' || tenant() $$;
SELECT is(pg_temp.domain_of('new@ours.example'), 'ok ', 'A4: a domain that nobody has confirmed lets nobody in');
UPDATE muster.org_domain SET verified_at = now(), token_hash = NULL;
SELECT is(pg_temp.domain_of('new@ours.example'), format('ok %s', org), 'A4: one that is confirmed does') FROM us;
SELECT is(pg_temp.domain_of(email), 'ok ', format('A4: %s may not join', email))
FROM unnest(ARRAY['new@sub.ours.example', 'new@ours.example.evil', 'new@xours.example', 'member@ours.example', 'ours.example', '@', 'new@evil@ours.example']) email;
SELECT is(attempt('postgres', format('SELECT a_domain(%L, ''ours.example'')', org)), '23505', 'A4: a domain is confirmed for one organisation') FROM them;
SELECT is(attempt('postgres', format('SELECT a_domain(%L, ''ours.example'', ''theirs'')', org)), 'ok', 'but anybody can ask for it') FROM them;
SELECT is(attempt('postgres', format('SELECT a_domain(%L, ''Upper.example'')', org)), '23514', 'domains are kept in lower case') FROM them;

CREATE FUNCTION pg_temp.pend(p_email text, p_token text, p_life interval DEFAULT '1 day') RETURNS void LANGUAGE sql AS $$
    INSERT INTO muster.pending_registration (org_id, domain_id, email, first_name, last_name, password_hash, token_hash, expires_at)
    SELECT org, d.id, p_email, 'New', 'Person', 'hash', sha256(p_token::bytea), now() + p_life FROM us JOIN muster.org_domain d ON d.org_id = org $$;
CREATE FUNCTION pg_temp.join(p_token text) RETURNS text LANGUAGE sql AS
$$ SELECT enter(NULL); SELECT value('muster_auth', format('SELECT muster.pending_join(sha256(%L))', p_token)) $$;
SELECT pg_temp.pend('new@ours.example', 'join'), pg_temp.pend('new@ours.example', 'again'), pg_temp.pend('late@ours.example', 'late', '-1 second'),
       pg_temp.pend('full@ours.example', 'full');
SELECT is(pg_temp.join('guess'), 'gone', 'A6: a token that nobody issued');
SELECT is(pg_temp.join('late'), 'gone', 'A6: an expired one');
SELECT is(pg_temp.join('join'), 'ok', 'A4: who proves the address joins');
SELECT is(u.role || ' ' || (u.email_verified_at IS NOT NULL) || ' ' || c.password_hash, 'MEMBER true hash', 'A4: as a member, with a proven address')
FROM us JOIN muster.app_user u ON u.org_id = org AND u.email = 'new@ours.example' JOIN muster.credential c ON c.user_id = u.id;
SELECT is(pg_temp.join('join'), 'gone', 'A6: once');
SELECT is(pg_temp.join('again'), 'gone', 'A6: other registrations of the address are gone');
SELECT is((SELECT string_agg(recipient, ' ') FROM muster.mail WHERE kind = 'member_joined'), 'boss@ours.example', 'the administrators are told');
SELECT is(pg_temp.join('full'), 'MU001', 'A13: FREE has three seats');
SELECT is((SELECT count(*)::int FROM muster.pending_registration WHERE email = 'full@ours.example'), 1, 'A13: the link stays good');
SELECT is(tenant(), '', 'A3: joining enters no tenant');

-- Removed people do not come back by themselves.
SELECT enter(org, boss) FROM us;
SELECT is(value('muster_auth', format('SELECT muster.user_remove(%L)', id)), 'ok', 'a person is removed') FROM muster.app_user WHERE email = 'new@ours.example';
SELECT is(pg_temp.domain_of('new@ours.example'), 'ok ', 'A4: who was removed cannot join by the domain');
SELECT pg_temp.pend('new@ours.example', 'sneak');
SELECT is(pg_temp.join('sneak'), 'gone', 'A4: not with a link from before either');
SELECT is_empty($$ SELECT FROM muster.removed_person WHERE position('new@ours.example'::bytea in email_digest) > 0 $$, 'E1: no address is kept');
SELECT an_invitation(org, 'new@ours.example', 'welcome back') FROM us;
SELECT is(value('muster_auth', $$ SELECT muster.register('new@ours.example', 'A', 'B', 'h', 'x', 'x', 'FREE', sha256('welcome back'), NULL, sha256('v'), 's') $$), 'ok', 'A4: but with an invitation');
SELECT is_empty('SELECT FROM muster.removed_person', 'A4: and is remembered no more');

-- ---- what proves an address ----

SELECT is((SELECT email_verified_at FROM muster.app_user WHERE email = 'new@ours.example'), NULL, 'A4: a link that was handed over proves nothing');
SELECT is((SELECT count(*)::int FROM muster.mail WHERE kind = 'verify_email' AND recipient = 'new@ours.example'), 1, 'A4: a mail will');
DELETE FROM muster.app_user WHERE email = 'new@ours.example';
SELECT an_invitation(org, 'mailed@ours.example', 'mailed') FROM us;
UPDATE muster.invitation SET mail_id = gen_random_uuid() WHERE email = 'mailed@ours.example';
SELECT is(value('muster_auth', $$ SELECT muster.register('mailed@ours.example', 'A', 'B', 'h', 'x', 'x', 'FREE', sha256('mailed'), NULL, sha256('w'), 's') $$), 'ok', 'an invitation that came by mail');
SELECT isnt((SELECT email_verified_at FROM muster.app_user WHERE email = 'mailed@ours.example'), NULL, 'A4: proves the address');
SELECT is_empty($$ SELECT FROM muster.mail WHERE kind = 'verify_email' AND recipient = 'mailed@ours.example' $$, 'A4: no other mail is needed');

-- ---- invitations by mail ----

UPDATE muster.org SET plan = 'ENTERPRISE' FROM us WHERE org_id = org;
SELECT enter(org, boss) FROM us;
CREATE FUNCTION pg_temp.invite(p_daily integer, VARIADIC p_emails text[]) RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT string_agg(address || coalesce('' '' || failed, ''''), '','' ORDER BY address) FROM muster.invite(%L, %L, ''MEMBER'', 14, %L, %s)',
        p_emails, (SELECT array_agg(sha256((gen_random_uuid()::text || e)::bytea)) FROM unnest(p_emails) e), p_emails, p_daily)) $$;
SELECT is(pg_temp.invite(3, 'a@x.example', 'b@x.example'), 'a@x.example,b@x.example', 'two mails of three');
SELECT is(pg_temp.invite(3, 'c@x.example', 'boss@ours.example', 'd@x.example'), 'c@x.example,d@x.example daily_limit', 'the third, and no fourth; who is there counts for nothing');
SELECT is(pg_temp.invite(3, 'a@x.example'), 'a@x.example daily_limit', 'inviting again counts too');
SELECT is((SELECT count(*)::int FROM muster.invitation WHERE email LIKE '%@x.example'), 3, 'who found no place is not invited, who was invited still is');
SELECT is((SELECT count(*)::int FROM muster.invitation i JOIN muster.mail m ON m.id = i.mail_id AND m.recipient = i.email AND m.sealed = i.email WHERE i.email LIKE '%@x.example'), 3, 'each with its own mail');
UPDATE muster.attempt SET window_ends_at = now() WHERE kind = 'invite-mails';
SELECT is(pg_temp.invite(3, 'e@x.example'), 'e@x.example', 'another day');
SELECT is(pg_temp.invite(0, 'f@x.example', 'g@x.example', 'h@x.example', 'i@x.example'), 'f@x.example,g@x.example,h@x.example,i@x.example', '0 is no limit');
CREATE FUNCTION pg_temp.invite_each(p_each integer, VARIADIC p_emails text[]) RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_auth', format('SELECT string_agg(address || coalesce('' '' || failed, ''''), '','' ORDER BY address) FROM muster.invite(%L, %L, ''MEMBER'', 14, %L, 0, %s)',
        p_emails, (SELECT array_agg(sha256((gen_random_uuid()::text || e)::bytea)) FROM unnest(p_emails) e), p_emails, p_each)) $$;
SELECT is(pg_temp.invite_each(2, 'z@y.example', 'k@y.example'), 'k@y.example,z@y.example', 'A18: a mail to each');
SELECT is(pg_temp.invite_each(2, 'z@y.example'), 'z@y.example', 'A18: another one');
UPDATE muster.org SET plan = 'ENTERPRISE' FROM them WHERE org_id = org;
SELECT enter(org, boss) FROM them;
SELECT is(pg_temp.invite_each(2, 'z@y.example', 'k@y.example'), 'k@y.example,z@y.example recipient_limit', 'A18: no third, whoever asks for it');
SELECT is(pg_temp.invite_each(0, 'z@y.example'), 'z@y.example', 'A18: 0 is no limit');
SELECT enter(org, boss) FROM us;
SELECT is(muster.audit_verify(org), NULL, 'A12: the chain is whole') FROM us;

\ir end.psql
