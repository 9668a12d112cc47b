-- What is kept about people, why and for how long; taking it out, erasing it, and letting it run out (rules E1 to E4).
--
-- personal_data is the one list. export_page() and person_erase() follow it row by row, the page /privacy shows it, and a test holds
-- it against the catalogue: a table that refers to people and is not in it fails, as does a row that says something else than its
-- foreign key does. Whoever adds such a table adds its rows in the same migration (from then on by plain INSERT).

-- ---- the registry ----

-- A kind of data as a person sees it: one key of the export.
CREATE TABLE muster.personal_category (
    key text PRIMARY KEY CHECK (key ~ '^[a-z][A-Za-z]{1,39}$'),
    position integer NOT NULL UNIQUE,
    label text NOT NULL,
    purpose text NOT NULL,
    legal_basis text NOT NULL,
    retention text NOT NULL, -- in words; periods that are configured follow from muster.retention
    erasure text NOT NULL,   -- in words, what happens to it when the account is deleted
    form text NOT NULL CHECK (form IN ('object', 'array', 'none')) -- in the export; none: about people who have no account
);

-- One row for each way in which rows of a table belong to a person.
CREATE TABLE muster.personal_data (
    table_name text NOT NULL,
    -- The column that says whose it is: holding app_user.id (person), an e-mail address, the id of a row of `parent`; or none.
    link text NOT NULL,
    link_kind text NOT NULL CHECK (link_kind IN ('person', 'email', 'parent', 'none')),
    parent text,
    nested text, -- rows of a parent are in its entry of the export, under this key; NULL: they are not exported
    category text NOT NULL REFERENCES muster.personal_category (key),
    page_key text[] NOT NULL, -- unique columns (besides org_id) in whose order rows are exported
    -- Every column but org_id: its key in the export, or null when it is not exported (digests, sealed values, what other columns say).
    columns json NOT NULL CHECK (json_typeof(columns) = 'object'),
    -- Further entries of the export: an SQL expression over t, the row.
    extra json NOT NULL DEFAULT '{}' CHECK (json_typeof(extra) = 'object'),
    -- delete: by person_erase(); cascade, unlink: by the foreign key; clear: the columns in `cleared` become NULL; keep: see the note.
    erasure text NOT NULL CHECK (erasure IN ('delete', 'cascade', 'unlink', 'clear', 'keep')),
    cleared text[],
    delete_where text, -- rows for which this holds (SQL over t) are deleted all the same
    note text NOT NULL,
    PRIMARY KEY (table_name, link),
    CHECK ((link_kind = 'parent') = (parent IS NOT NULL)),
    CHECK ((erasure = 'clear') = (cleared IS NOT NULL))
);

-- Columns that are named as if they were personal and are not.
CREATE TABLE muster.impersonal_column (
    table_name text NOT NULL,
    column_name text NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (table_name, column_name)
);

INSERT INTO muster.personal_category (key, position, label, purpose, legal_basis, retention, erasure, form) VALUES
('personalData', 10, 'Your account', 'To know who you are in your organisation and to write to you.', 'Contract: GDPR Art. 6(1)(b)',
 'Until you delete your account or an administrator removes you.', 'Deleted.', 'object'),
('exerciseHistory', 20, 'Exercises you took part in, with your answers', 'To score exercises, explain decisions and show what to practise.',
 'Contract: GDPR Art. 6(1)(b)', 'Until you delete your account.',
 'Completed exercises stay in your organisation''s figures without you: no name, no link to you, no reasons you wrote down. Unfinished exercises of yours alone are deleted.',
 'array'),
('playbooks', 30, 'Playbooks', 'Not offered in this version: nothing is stored.', 'None', 'Nothing is stored.', 'Nothing is stored.', 'array'),
('certificates', 40, 'Certificates', 'To prove to others what you achieved.', 'Contract: GDPR Art. 6(1)(b)', 'Until you delete your account.',
 'Deleted; their public verification pages are gone with them.', 'array'),
('duels', 50, 'Duels', 'Not offered in this version: nothing is stored.', 'None', 'Nothing is stored.', 'Nothing is stored.', 'array'),
('createdExercises', 60, 'Exercises you generated', 'To show your organisation who generated an exercise.', 'Contract: GDPR Art. 6(1)(b)',
 'As long as the exercise.', 'The exercise stays, by nobody.', 'array'),
('sessions', 70, 'Where you are signed in', 'To keep you signed in, and to let you see and end sessions that are not yours.',
 'Legitimate interest in safe accounts: GDPR Art. 6(1)(f)', 'Until you sign out, at most 14 days.', 'Deleted.', 'array'),
('apiKeys', 80, 'API keys', 'To let your programs act for you.', 'Contract: GDPR Art. 6(1)(b)', 'Until you revoke them.', 'Deleted.', 'array'),
('signIn', 90, 'Password and second factor', 'To check that it is you who signs in. Only a hash of the password and sealed secrets are stored; they never leave.',
 'Contract: GDPR Art. 6(1)(b)', 'Until you change or remove them.', 'Deleted.', 'array'),
('invitations', 100, 'Invitations to you and by you', 'To bring people into organisations.',
 'Legitimate interest of the inviting organisation: GDPR Art. 6(1)(f)', 'Until they are revoked.',
 'Invitations to your address are deleted, in every organisation. Those you sent stay without your name.', 'array'),
('registrations', 105, 'Registrations that wait for your confirmation', 'To let you join an organisation by the domain of your address.',
 'Contract: GDPR Art. 6(1)(b)', 'One day, then they cannot be used.', 'Deleted, in every organisation.', 'array'),
('domains', 107, 'Mail domains you claimed', 'To know who claimed a domain for your organisation.',
 'Legitimate interest of the organisation: GDPR Art. 6(1)(f)', 'As long as the domain.', 'The domain stays, by nobody.', 'array'),
('mails', 110, 'Mail to you', 'To send you what you asked for and what concerns your account. After sending only kind and time are kept.',
 'Contract: GDPR Art. 6(1)(b)', 'The address and the text until the mail is sent.', 'Deleted; mail that was not sent yet is not sent.', 'array'),
('auditLog', 120, 'Audit log of your acts', 'To find out who did what when security is in question.',
 'Legitimate interest in safe accounts: GDPR Art. 6(1)(f)', 'As long as the organisation: entries are chained by hashes.',
 'Entries stay, the link to you is cut.', 'array'),
('attempts', 130, 'Attempt counters', 'To slow down who guesses passwords. Accounts and addresses are counted under a digest.',
 'Legitimate interest in safe accounts: GDPR Art. 6(1)(f)', 'Minutes to hours.', 'They run out by themselves.', 'none'),
('removedPeople', 135, 'People who were removed', 'Who was removed by an administrator does not come back through a mail domain. Only a digest of the address is stored, different in every organisation.',
 'Legitimate interest of the organisation: GDPR Art. 6(1)(f)', 'Until the address is invited again.', 'Not written when you leave by yourself.', 'none'),
('characters', 140, 'People in stories', 'Names and roles that your administrators entered for stories; nobody needs an account for that.',
 'Legitimate interest of the organisation: GDPR Art. 6(1)(f)', 'Until an administrator removes them.',
 'They belong to the organisation and stay. Ask an administrator to remove your name there.', 'none');

INSERT INTO muster.personal_data (table_name, link, link_kind, parent, nested, category, page_key, columns, extra, erasure, cleared, delete_where, note) VALUES
('app_user', 'id', 'person', NULL, NULL, 'personalData', '{id}',
 '{"id":"id","email":"email","first_name":"firstName","last_name":"lastName","role":"role","language":"language","status":"status",
   "created_at":"createdAt","last_sign_in_at":"lastSignInAt","email_verified_at":"emailVerifiedAt"}',
 '{"organization":"(SELECT json_build_object(''id'', o.org_id, ''name'', o.name, ''slug'', o.slug, ''plan'', o.plan) FROM muster.org o WHERE o.org_id = t.org_id)"}',
 'delete', NULL, NULL, 'The person.'),
('participant', 'user_id', 'person', NULL, NULL, 'exerciseHistory', '{exercise_id}',
 '{"id":"participationId","exercise_id":"exerciseId","user_id":null,"option_seed":null,"timing":"timing","joined_at":"date","completed_at":"completedAt",
   "total_score":"score","answered_count":"answered","correct_count":"correct"}',
 '{"exercise":"(SELECT e.title FROM muster.exercise e WHERE e.org_id = t.org_id AND e.id = t.exercise_id)",
   "theme":"(SELECT e.theme FROM muster.exercise e WHERE e.org_id = t.org_id AND e.id = t.exercise_id)",
   "difficulty":"(SELECT e.difficulty FROM muster.exercise e WHERE e.org_id = t.org_id AND e.id = t.exercise_id)",
   "status":"(SELECT e.status FROM muster.exercise e WHERE e.org_id = t.org_id AND e.id = t.exercise_id)"}',
 'unlink', NULL, NULL, 'Figures of a team stay true only when nobody''s answers disappear from them: scores stay, of nobody.'),
('answer', 'participant_id', 'parent', 'participant', 'answers', 'exerciseHistory', '{question_index}',
 '{"participant_id":null,"question_index":"questionIndex","exercise_id":null,"stage_number":"stage","item_id":"question","selected":"option",
   "is_correct":"isCorrect","credit":"credit","points":"points","max_points":"maxPoints","expired":"expired","confidence":"confidence",
   "rationale":"rationale","shown_at":"shownAt","answered_at":"answeredAt"}',
 '{}', 'clear', '{rationale}', NULL, 'The chosen option is a figure, the reason somebody wrote may say who it was.'),
('question_shown', 'participant_id', 'parent', 'participant', 'shown', 'exerciseHistory', '{question_index}',
 '{"participant_id":null,"question_index":"questionIndex","shown_at":"shownAt","deadline":"deadline"}',
 '{}', 'keep', NULL, NULL, 'Times of a run that is nobody''s.'),
('certificate', 'user_id', 'person', NULL, NULL, 'certificates', '{id}',
 '{"id":"id","exercise_id":"exerciseId","participant_id":null,"user_id":null,"holder":"holder","exercise_title":"exercise","theme":"theme",
   "difficulty":"difficulty","grade":"grade","correct_count":"correct","question_count":"questions","completed_at":"completedAt",
   "issued_at":"issuedAt","valid_until":"validUntil","revoked_at":"revokedAt"}',
 '{}', 'cascade', NULL, NULL, 'It carries the name.'),
('exercise', 'created_by', 'person', NULL, NULL, 'createdExercises', '{id}',
 '{"id":"id","title":"title","theme":"theme","difficulty":"difficulty","language":"language","engine":"engine","mode":"mode","timing":"timing",
   "status":"status","question_count":"questions","stage_count":"stages","current_stage":null,"total_points":"totalPoints","seed":null,
   "library_id":null,"recipe":null,"mitre_attack_ids":null,"participant_count":"participants","correct_count":null,"served_count":null,
   "created_by":null,"created_at":"createdAt","started_at":"startedAt","completed_at":"completedAt","updated_at":"updatedAt"}',
 '{}', 'unlink', NULL,
 't.status <> ''COMPLETED'' AND NOT EXISTS (SELECT FROM muster.participant p
      WHERE p.org_id = t.org_id AND p.exercise_id = t.id AND p.user_id IS DISTINCT FROM t.created_by)',
 'What others take part in is theirs as well, and a completed run is part of the figures. Nobody could ever finish what the person left alone.'),
('user_session', 'user_id', 'person', NULL, NULL, 'sessions', '{id}',
 '{"id":"id","user_id":null,"token_hash":null,"created_at":"createdAt","last_seen_at":"lastSeenAt","expires_at":"expiresAt",
   "address":"address","user_agent":"userAgent"}',
 '{"state":"''signed in''"}', 'cascade', NULL, NULL, 'A credential.'),
('pending_session', 'user_id', 'person', NULL, NULL, 'sessions', '{id}',
 '{"id":"id","user_id":null,"token_hash":null,"created_at":"createdAt","expires_at":"expiresAt"}',
 '{"state":"''waiting for the second factor''"}', 'cascade', NULL, NULL, 'A credential.'),
('api_key', 'user_id', 'person', NULL, NULL, 'apiKeys', '{id}',
 '{"id":"id","user_id":null,"name":"name","prefix":"prefix","token_hash":null,"scopes":"scopes","created_at":"createdAt",
   "expires_at":"expiresAt","last_used_at":"lastUsedAt"}',
 '{}', 'cascade', NULL, NULL, 'A credential.'),
('credential', 'user_id', 'person', NULL, NULL, 'signIn', '{user_id}',
 '{"user_id":null,"password_hash":null,"changed_at":"changedAt"}', '{"kind":"''password''"}', 'cascade', NULL, NULL, 'A credential.'),
('second_factor', 'user_id', 'person', NULL, NULL, 'signIn', '{user_id}',
 '{"user_id":null,"sealed":null,"created_at":"createdAt","confirmed_at":"confirmedAt","last_step":null}', '{"kind":"''second factor''"}',
 'cascade', NULL, NULL, 'A credential.'),
('recovery_code', 'user_id', 'person', NULL, NULL, 'signIn', '{code_hash}',
 '{"user_id":null,"code_hash":null}', '{"kind":"''recovery code''"}', 'cascade', NULL, NULL, 'A credential.'),
('account_token', 'user_id', 'person', NULL, NULL, 'signIn', '{purpose}',
 '{"user_id":null,"purpose":"purpose","token_hash":null,"created_at":"createdAt","expires_at":"expiresAt"}', '{"kind":"''link in a mail''"}',
 'cascade', NULL, NULL, 'A credential.'),
('pending_registration', 'email', 'email', NULL, NULL, 'registrations', '{org_id,id}',
 '{"id":"id","domain_id":null,"email":"email","first_name":"firstName","last_name":"lastName","password_hash":null,"token_hash":null,
   "created_at":"createdAt","expires_at":"expiresAt"}',
 '{}', 'delete', NULL, NULL, 'It would lead back in.'),
('org_domain', 'created_by', 'person', NULL, NULL, 'domains', '{id}',
 '{"id":"id","domain":"domain","mailbox":null,"token_hash":null,"created_by":null,"created_at":"createdAt","expires_at":null,"verified_at":"verifiedAt"}',
 '{}', 'unlink', NULL, NULL, 'The domain is the organisation''s.'),
('removed_person', 'email_digest', 'none', NULL, NULL, 'removedPeople', '{email_digest}', '{"email_digest":null,"removed_at":null}', '{}', 'keep', NULL, NULL,
 'A digest that only that organisation can compare.'),
('invitation', 'email', 'email', NULL, NULL, 'invitations', '{org_id,id}',
 '{"id":"id","email":"email","role":"role","token_hash":null,"created_by":null,"created_at":"createdAt","expires_at":"expiresAt","accepted_at":"acceptedAt","mail_id":null}',
 '{"direction":"''to you''","organization":"(SELECT o.name FROM muster.org o WHERE o.org_id = t.org_id)"}',
 'delete', NULL, NULL, 'It is about the address, in whichever organisation; an open one would lead back in.'),
('invitation', 'created_by', 'person', NULL, NULL, 'invitations', '{id}',
 '{"id":"id","email":null,"role":"role","token_hash":null,"created_by":null,"created_at":"createdAt","expires_at":"expiresAt","accepted_at":"acceptedAt","mail_id":null}',
 '{"direction":"''by you''"}', 'unlink', NULL, NULL, 'The invited person keeps the invitation. The address is theirs and not exported.'),
('mail', 'user_id', 'person', NULL, NULL, 'mails', '{id}',
 '{"id":"id","user_id":null,"recipient":"recipient","kind":"kind","language":"language","sealed":null,"about_user_id":null,"about_exercise_id":null,
   "state":"state","queued_at":"queuedAt","finished_at":"finishedAt"}',
 '{}', 'cascade', NULL, NULL, 'Mail to the person.'),
('mail', 'about_user_id', 'person', NULL, NULL, 'mails', '{id}',
 '{"id":"id","user_id":null,"recipient":null,"kind":"kind","language":"language","sealed":null,"about_user_id":null,"about_exercise_id":null,
   "state":"state","queued_at":"queuedAt","finished_at":"finishedAt"}',
 '{"about":"''you, to somebody else''"}', 'cascade', NULL, NULL, 'Mail that would name the person to a colleague.'),
('mail', 'recipient', 'email', NULL, NULL, 'mails', '{org_id,id}',
 '{"id":"id","user_id":null,"recipient":"recipient","kind":"kind","language":"language","sealed":null,"about_user_id":null,"about_exercise_id":null,
   "state":"state","queued_at":"queuedAt","finished_at":"finishedAt"}',
 '{"about":"''your address''"}', 'delete', NULL, NULL, 'What waits for the address, whoever sends it.'),
('job', 'mail_id', 'parent', 'mail', 'delivery', 'mails', '{id}',
 '{"id":null,"kind":null,"mail_id":null,"state":"state","run_at":null,"lease_until":null,"attempts":"attempts","max_attempts":null,
   "last_error":"lastError","created_at":"createdAt","finished_at":"finishedAt"}',
 '{}', 'cascade', NULL, NULL, 'A mail server may quote the address in its answer.'),
('audit_log', 'actor_id', 'person', NULL, NULL, 'auditLog', '{seq}',
 '{"seq":"seq","at":"at","actor_id":null,"actor_kind":"by","actor_digest":null,"action":"action","target_type":"targetType","target_id":"targetId",
   "detail":"detail","request_id":"requestId","hash":null}',
 '{}', 'unlink', NULL, NULL,
 'The chain of hashes must hold. Entries about the person keep an id that is nobody''s any more; there are no names or addresses in them.'),
('attempt', 'key', 'none', NULL, NULL, 'attempts', '{kind,key}',
 '{"kind":null,"key":null,"window_ends_at":null,"count":null}', '{}', 'keep', NULL, NULL, 'Digests in windows of minutes to an hour.'),
('org_character', 'name', 'none', NULL, NULL, 'characters', '{id}',
 '{"id":null,"name":null,"role":null,"department":null,"description":null,"expertise":null,"created_at":null}', '{}', 'keep', NULL, NULL,
 'Entered by the organisation, without an account behind it; its administrators remove it.');

INSERT INTO muster.impersonal_column (table_name, column_name, note) VALUES
('org', 'name', 'Of an organisation.'), ('org_branding', 'display_name', 'Of an organisation.'), ('plan', 'name', 'Of a plan.'),
('tool', 'name', 'Of a product.'), ('org_tool', 'name', 'Of a product.'), ('retention', 'name', 'Of a rule.'),
('personal_data', 'table_name', 'Of a table.'), ('impersonal_column', 'table_name', 'Of a table.'), ('retention', 'table_name', 'Of a table.'),
('impersonal_column', 'column_name', 'Of a column.'), ('retention_run', 'name', 'Of a rule.'), ('retention_run', 'table_name', 'Of a table.');

-- ---- what erasure needs of the tables ----

-- A certificate says the name: it goes with the person.
ALTER TABLE muster.certificate DROP CONSTRAINT certificate_org_id_user_id_fkey,
    ADD CONSTRAINT certificate_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES muster.app_user (org_id, id) ON DELETE CASCADE;

-- Rule C2, and the one change that erasure makes: the free text goes.
CREATE OR REPLACE FUNCTION muster.answer_is_immutable() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.rationale IS NULL AND current_user = 'muster_lookup' THEN
        OLD.rationale := NULL;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'answers are immutable' USING ERRCODE = '23514';
END
$$;

-- Every foreign key finds its rows by an index, or deleting a person or an organisation would read whole tables for each row.
CREATE INDEX exercise_creator ON muster.exercise (org_id, created_by, id) WHERE created_by IS NOT NULL;
CREATE INDEX certificate_user ON muster.certificate (org_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX invitation_creator ON muster.invitation (org_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX org_domain_creator ON muster.org_domain (org_id, created_by) WHERE created_by IS NOT NULL;
-- By address alone, in whichever organisation.
CREATE INDEX invitation_address ON muster.invitation (email);
CREATE INDEX pending_registration_address ON muster.pending_registration (email);
CREATE INDEX mail_recipient ON muster.mail (recipient) WHERE recipient IS NOT NULL;

-- ---- export ----

CREATE FUNCTION muster.iso_time(p timestamptz) RETURNS text LANGUAGE sql STABLE
AS $$ SELECT to_char(p AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- The entries of one row: json_build_object(...) over the alias p_alias.
CREATE FUNCTION muster.export_object(p muster.personal_data, p_alias text) RETURNS text LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_parts text[];
BEGIN
    SELECT array_agg(format(CASE WHEN a.atttypid = 'timestamptz'::regtype THEN '%L, muster.iso_time(%I.%I)' ELSE '%L, %I.%I' END,
                            c.value, p_alias, c.key) ORDER BY c.n)
    INTO v_parts
    FROM json_each_text(p.columns) WITH ORDINALITY AS c (key, value, n)
    JOIN pg_attribute a ON a.attrelid = ('muster.' || quote_ident(p.table_name))::regclass AND a.attname = c.key
    WHERE c.value IS NOT NULL;
    v_parts := v_parts || ARRAY(SELECT format('%L, %s', e.key, e.value) FROM json_each_text(p.extra) AS e (key, value));
    v_parts := v_parts || ARRAY(
        SELECT format('%L, (SELECT coalesce(json_agg(%s ORDER BY %s), ''[]'') FROM muster.%I c WHERE c.org_id = %I.org_id AND c.%I = %I.id)',
                      n.nested, export_object(n, 'c'), (SELECT string_agg(format('c.%I', k), ', ') FROM unnest(n.page_key) k),
                      n.table_name, p_alias, n.link, p_alias)
        FROM personal_data n WHERE n.parent = p.table_name AND n.nested IS NOT NULL ORDER BY n.nested);
    RETURN format('json_build_object(%s)', array_to_string(v_parts, ', '));
END
$$;

-- Whose a row is, as a condition over t.
CREATE FUNCTION muster.export_match(p muster.personal_data) RETURNS text LANGUAGE sql STABLE
AS $$
    SELECT CASE p.link_kind WHEN 'person' THEN format('t.org_id = muster.org() AND t.%I = $1', p.link)
                            WHEN 'email' THEN format('t.%I = $2', p.link) END
$$;

-- The running person's rows of one entry of the registry, from the one after p_after on (its page_key as text; NULL: from the first),
-- in the order of that key. For a person who is gone in the meantime it fails instead of saying that there is nothing.
CREATE FUNCTION muster.export_page(p_table text, p_link text, p_after text[], p_limit integer) RETURNS TABLE (item json, after text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
    v_email text;
    v_columns text;
    v_after text;
    v_text text;
BEGIN
    SELECT * INTO STRICT r FROM personal_data d WHERE d.table_name = p_table AND d.link = p_link AND d.link_kind IN ('person', 'email');
    SELECT u.email INTO STRICT v_email FROM app_user u WHERE u.org_id = org() AND u.id = person();
    SELECT string_agg(format('t.%I', k.name), ', ' ORDER BY k.n), string_agg(format('t.%I::text', k.name), ', ' ORDER BY k.n),
           string_agg(format('$3[%s]::%s', k.n, format_type(a.atttypid, NULL)), ', ' ORDER BY k.n)
    INTO v_columns, v_text, v_after
    FROM unnest(r.page_key) WITH ORDINALITY AS k (name, n)
    JOIN pg_attribute a ON a.attrelid = ('muster.' || quote_ident(r.table_name))::regclass AND a.attname = k.name;
    RETURN QUERY EXECUTE format('SELECT %s, ARRAY[%s] FROM muster.%I t WHERE %s%s ORDER BY %s LIMIT $4', export_object(r, 't'), v_text,
                                r.table_name, export_match(r), CASE WHEN p_after IS NULL THEN '' ELSE format(' AND (%s) > (%s)', v_columns, v_after) END,
                                v_columns)
        USING person(), v_email, p_after, p_limit;
END
$$;

-- ---- erasure ----

-- What is left of an erasure: that there was one. Who has the number can show that it happened.
CREATE TABLE muster.erasure_receipt (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('account', 'removal', 'organization')),
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- Erases a person of the running organisation as the registry says, and looks afterwards whether that is true. The caller holds the
-- lock on the seats and has written the entry of the audit log, whose link to the person is cut here with all others.
CREATE FUNCTION muster.person_erase(p_user uuid, p_kind text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
    v_email text;
    v_receipt uuid;
    v_left boolean;
BEGIN
    SELECT u.email INTO STRICT v_email FROM app_user u WHERE u.org_id = org() AND u.id = p_user FOR UPDATE;
    FOR r IN SELECT * FROM personal_data d WHERE d.erasure = 'clear' ORDER BY d.table_name, d.link LOOP
        EXECUTE format('UPDATE muster.%I c SET %s FROM muster.%I t WHERE %s AND c.org_id = t.org_id AND c.%I = t.id AND NOT (%s)',
                       r.table_name, (SELECT string_agg(format('%I = NULL', k), ', ') FROM unnest(r.cleared) k), r.parent,
                       (SELECT export_match(d) FROM personal_data d WHERE d.table_name = r.parent AND d.link_kind = 'person'), r.link,
                       (SELECT string_agg(format('c.%I IS NULL', k), ' AND ') FROM unnest(r.cleared) k))
            USING p_user, v_email;
    END LOOP;
    FOR r IN SELECT * FROM personal_data d WHERE d.erasure = 'delete' OR d.delete_where IS NOT NULL
             ORDER BY d.table_name = 'app_user', d.table_name, d.link LOOP
        EXECUTE format('DELETE FROM muster.%I t WHERE %s%s', r.table_name, export_match(r), ' AND (' || r.delete_where || ')')
            USING p_user, v_email;
    END LOOP;
    FOR r IN SELECT * FROM personal_data d WHERE d.erasure IN ('delete', 'cascade', 'unlink') AND d.link_kind IN ('person', 'email')
             ORDER BY d.table_name, d.link LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM muster.%I t WHERE %s)', r.table_name, export_match(r)) INTO v_left USING p_user, v_email;
        IF v_left THEN
            RAISE EXCEPTION 'erasure left something in %', r.table_name;
        END IF;
    END LOOP;
    INSERT INTO erasure_receipt (kind) VALUES (p_kind) RETURNING id INTO v_receipt;
    RETURN v_receipt;
END
$$;

-- Whether the installation would have no active platform administrator without these people: one person, or (NULL) all of the
-- running organisation. Callers hold the lock 'platform administrators' until their transaction ends.
CREATE FUNCTION muster.is_last_platform_admin(p_user uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM muster.app_user u
                   WHERE u.org_id = muster.org() AND u.id = coalesce(p_user, u.id) AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE')
       AND NOT EXISTS (SELECT FROM muster.app_user u
                       WHERE NOT (u.org_id = muster.org() AND u.id = coalesce(p_user, u.id)) AND u.role = 'SUPER_ADMIN' AND u.status = 'ACTIVE')
$$;

-- The running person leaves for good. Verdicts: ok (with the receipt), email_mismatch, last_admin, last_platform_admin.
CREATE FUNCTION muster.account_delete(p_email text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_me app_user;
BEGIN
    PERFORM seats_lock(org()), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    SELECT * INTO STRICT v_me FROM app_user u WHERE u.org_id = org() AND u.id = person() FOR UPDATE;
    IF v_me.email <> p_email THEN
        verdict := 'email_mismatch';
    ELSIF is_last_platform_admin(person()) THEN
        verdict := 'last_platform_admin';
    ELSIF is_last_admin(person()) THEN
        verdict := 'last_admin';
    ELSE
        PERFORM audit('user.erased', 'user', person(), jsonb_build_object('role', v_me.role));
        receipt := person_erase(person(), 'account');
        verdict := 'ok';
    END IF;
END
$$;

-- The running person's organisation goes, with everybody and everything in it. Its audit log goes too; the receipt stays.
-- Verdicts: ok (with the receipt), email_mismatch, name_mismatch, last_platform_admin.
CREATE FUNCTION muster.organization_delete(p_name text, p_email text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
BEGIN
    PERFORM seats_lock(org()), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    IF NOT EXISTS (SELECT FROM app_user u WHERE u.org_id = org() AND u.id = person() AND u.email = p_email) THEN
        verdict := 'email_mismatch';
    ELSIF NOT EXISTS (SELECT FROM org o WHERE o.org_id = org() AND o.name = p_name) THEN
        verdict := 'name_mismatch';
    ELSIF is_last_platform_admin(NULL) THEN
        verdict := 'last_platform_admin';
    ELSE
        -- What lies in other organisations about the addresses of its people.
        FOR r IN SELECT * FROM personal_data d WHERE d.link_kind = 'email' ORDER BY d.table_name, d.link LOOP
            EXECUTE format('DELETE FROM muster.%I t USING muster.app_user u WHERE u.org_id = muster.org() AND t.%I = u.email', r.table_name, r.link);
        END LOOP;
        DELETE FROM org o WHERE o.org_id = org();
        INSERT INTO erasure_receipt (kind) VALUES ('organization') RETURNING id INTO receipt;
        verdict := 'ok';
    END IF;
END
$$;

-- As in 0010; who is removed is erased, by the same function.
CREATE OR REPLACE FUNCTION muster.user_remove(p_user uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old app_user;
BEGIN
    PERFORM seats_lock(org());
    SELECT * INTO v_old FROM app_user u WHERE u.org_id = org() AND u.id = p_user FOR UPDATE;
    IF v_old.id IS NULL THEN
        RETURN 'not_found';
    ELSIF is_last_admin(p_user) THEN
        RETURN 'last_admin';
    ELSIF p_user = person() THEN
        RETURN 'self';
    ELSIF v_old.role = 'SUPER_ADMIN' THEN
        RETURN 'platform';
    END IF;
    PERFORM audit('user.removed', 'user', p_user, jsonb_build_object('role', v_old.role));
    PERFORM person_erase(p_user, 'removal');
    INSERT INTO removed_person (org_id, email_digest) VALUES (org(), email_digest(org(), v_old.email)) ON CONFLICT DO NOTHING;
    RETURN 'ok';
END
$$;
REVOKE DELETE ON muster.app_user FROM muster_auth;

-- ---- retention ----

-- How long rows stay after what `condition` is about (SQL over t; $1 is now minus the days). NULL days: for ever. Operators edit the
-- days. The audit log has no row: a chain that is cut at its beginning does not verify.
CREATE TABLE muster.retention (
    name text PRIMARY KEY CHECK (name ~ '^[a-z_]{1,40}$'),
    table_name text NOT NULL,
    category text REFERENCES muster.personal_category (key), -- NULL: nothing about people
    condition text NOT NULL,
    days integer CHECK (days BETWEEN 0 AND 36500),
    sentence text NOT NULL -- for the page /privacy; %s stands for the days
);
INSERT INTO muster.retention (name, table_name, category, condition, days, sentence) VALUES
('sessions', 'user_session', 'sessions', 't.expires_at < $1', 7, 'Expired sessions are removed after %s days.'),
('pending_sessions', 'pending_session', 'sessions', 't.expires_at < $1', 1, 'Sign-ins without their second factor are removed after %s days.'),
('api_keys', 'api_key', 'apiKeys', 't.expires_at < $1', 90, 'Expired keys are removed after %s days.'),
('open_invitations', 'invitation', 'invitations', 't.accepted_at IS NULL AND t.expires_at < $1', 30, 'Expired invitations are removed after %s days.'),
('used_invitations', 'invitation', 'invitations', 't.accepted_at < $1', 30, 'Accepted invitations are removed after %s days.'),
('links', 'account_token', 'signIn', 't.expires_at < $1', 1, 'Expired links are removed after %s days.'),
('registrations', 'pending_registration', 'registrations', 't.expires_at < $1', 1, 'Expired registrations are removed after %s days.'),
('domains', 'org_domain', 'domains', 't.verified_at IS NULL AND t.expires_at < $1', 30, 'Claims that nobody proved are removed after %s days.'),
('removed_people', 'removed_person', 'removedPeople', 't.removed_at < $1', NULL, 'Digests are removed after %s days.'),
('attempts', 'attempt', 'attempts', 't.window_ends_at < $1', 1, 'Counters that ran out are removed after %s days at the latest.'),
('mails', 'mail', 'mails', 't.state IN (''SENT'', ''SKIPPED'') AND t.finished_at < $1', 90, 'The record that a mail was sent is removed after %s days.'),
('dead_mails', 'mail', 'mails', 't.state = ''DEAD'' AND t.finished_at < $1', 30, 'Mail that could not be delivered is removed after %s days.'),
('jobs', 'job', NULL, 't.state = ''DONE'' AND t.finished_at < $1', 7, 'Finished jobs are removed after %s days.'),
('dead_jobs', 'job', NULL, 't.mail_id IS NULL AND t.state = ''DEAD'' AND t.finished_at < $1', 90, 'Failed jobs are removed after %s days.'),
('exercises', 'exercise', 'exerciseHistory', 't.status = ''COMPLETED'' AND t.completed_at < $1', NULL,
 'Completed exercises are removed %s days after they were completed.'),
('retention_runs', 'retention_run', NULL, 't.at < $1', 365, 'Records of what was removed are removed after %s days.');

-- What was removed: numbers only.
CREATE TABLE muster.retention_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    name text NOT NULL,
    table_name text NOT NULL,
    removed bigint NOT NULL CHECK (removed > 0)
);
CREATE INDEX retention_run_at ON muster.retention_run (at);

-- Removes at most 10,000 rows of each rule, a thousand at a time: {"removed":{"sessions":3},"more":false}. With more the caller comes
-- again at once, in another transaction. Rows that somebody is using are left for the next time.
CREATE OR REPLACE FUNCTION muster.retention_apply() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    r retention;
    v_batch bigint;
    v_count bigint;
    v_removed jsonb := '{}';
    v_more boolean := false;
BEGIN
    FOR r IN SELECT * FROM retention t WHERE t.days IS NOT NULL ORDER BY t.name LOOP
        v_count := 0;
        LOOP
            EXECUTE format('DELETE FROM muster.%I WHERE ctid = ANY (ARRAY(SELECT t.ctid FROM muster.%I t WHERE %s LIMIT 1000 FOR UPDATE SKIP LOCKED))',
                           r.table_name, r.table_name, r.condition)
                USING now() - make_interval(days => r.days);
            GET DIAGNOSTICS v_batch = ROW_COUNT;
            v_count := v_count + v_batch;
            EXIT WHEN v_batch < 1000 OR v_count >= 10000;
        END LOOP;
        v_more := v_more OR v_batch = 1000;
        IF v_count > 0 THEN
            v_removed := v_removed || jsonb_build_object(r.name, v_count);
            INSERT INTO retention_run (name, table_name, removed) VALUES (r.name, r.table_name, v_count);
        END IF;
    END LOOP;
    RETURN jsonb_build_object('removed', v_removed, 'more', v_more);
END
$$;

-- ---- rights ----

-- muster_lookup reads and erases what the registry lists, by the functions above. Of an exercise it does not see what the generator
-- chose (rule C1).
GRANT SELECT (ctid, org_id, id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count, total_points,
              participant_count, created_by, created_at, started_at, completed_at, updated_at), DELETE ON muster.exercise TO muster_lookup;
GRANT SELECT ON muster.participant, muster.answer, muster.question_shown, muster.recovery_code, muster.audit_log TO muster_lookup;
GRANT UPDATE (rationale) ON muster.answer TO muster_lookup;
-- FOR UPDATE needs the right to update something.
GRANT UPDATE (status), DELETE ON muster.app_user TO muster_lookup;
GRANT UPDATE (updated_at) ON muster.exercise TO muster_lookup;
GRANT UPDATE (expires_at) ON muster.pending_session, muster.pending_registration, muster.org_domain TO muster_lookup;
GRANT UPDATE (removed_at) ON muster.removed_person TO muster_lookup;
GRANT DELETE ON muster.account_token, muster.org_domain, muster.user_session, muster.pending_session, muster.api_key, muster.invitation, muster.mail
    TO muster_lookup;
-- Retention goes through all organisations.
CREATE POLICY lookup_change ON muster.org_domain FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
CREATE POLICY lookup ON muster.exercise FOR ALL TO muster_lookup USING (true) WITH CHECK (true);
GRANT SELECT ON muster.personal_category, muster.personal_data, muster.retention TO muster_lookup, muster_auth;
GRANT SELECT, INSERT ON muster.erasure_receipt TO muster_lookup;
GRANT SELECT, INSERT, UPDATE, DELETE ON muster.retention_run TO muster_lookup;

REVOKE ALL ON FUNCTION
    muster.iso_time(timestamptz), muster.export_object(muster.personal_data, text), muster.export_match(muster.personal_data),
    muster.export_page(text, text, text[], integer), muster.person_erase(uuid, text), muster.is_last_platform_admin(uuid),
    muster.account_delete(text), muster.organization_delete(text, text)
    FROM public;
ALTER FUNCTION muster.export_page(text, text, text[], integer) OWNER TO muster_lookup;
ALTER FUNCTION muster.person_erase(uuid, text) OWNER TO muster_lookup;
ALTER FUNCTION muster.account_delete(text) OWNER TO muster_lookup;
ALTER FUNCTION muster.organization_delete(text, text) OWNER TO muster_lookup;
GRANT EXECUTE ON FUNCTION
    muster.iso_time(timestamptz), muster.export_object(muster.personal_data, text), muster.export_match(muster.personal_data),
    muster.is_last_platform_admin(uuid), muster.is_last_admin(uuid)
    TO muster_lookup;
GRANT EXECUTE ON FUNCTION
    muster.export_page(text, text, text[], integer), muster.person_erase(uuid, text), muster.account_delete(text),
    muster.organization_delete(text, text)
    TO muster_auth;
