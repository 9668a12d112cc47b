-- How far the registry (0011) reaches: not beyond what a person has proven to be, and to all that was left out.

-- ---- rows by address ----

-- An address is only typed until a mail to it was answered. What other organisations hold about it (invitations, registrations, mails) is
-- neither shown to nor erased by somebody who has not proven it: it may be somebody else's (rule A3).
CREATE FUNCTION muster.address_is_proven(p_email text) RETURNS boolean LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM muster.app_user u WHERE u.org_id = muster.org() AND u.email = p_email AND u.email_verified_at IS NOT NULL)
$$;

-- Which rows of a table with this link are about the person (SQL over t); NULL: all of them.
ALTER TABLE muster.personal_data ADD only_where text;

-- As in 0011, with both.
CREATE OR REPLACE FUNCTION muster.export_match(p muster.personal_data) RETURNS text LANGUAGE sql STABLE
AS $$
    SELECT CASE p.link_kind WHEN 'person' THEN format('t.org_id = muster.org() AND t.%I = $1', p.link)
                            WHEN 'email' THEN format('t.%I = $2 AND (t.org_id = muster.org() OR muster.address_is_proven($2))', p.link) END
        || coalesce(' AND (' || p.only_where || ')', '')
$$;

-- As in 0018, likewise.
CREATE OR REPLACE FUNCTION muster.org_erase(p_org uuid) RETURNS uuid LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    r personal_data;
    v_receipt uuid;
BEGIN
    FOR r IN SELECT * FROM personal_data d WHERE d.link_kind = 'email' ORDER BY d.table_name, d.link LOOP
        EXECUTE format('DELETE FROM muster.%I t USING muster.app_user u WHERE u.org_id = $1 AND t.%I = u.email '
                       'AND (t.org_id = $1 OR u.email_verified_at IS NOT NULL)', r.table_name, r.link) USING p_org;
    END LOOP;
    DELETE FROM exercise e WHERE e.org_id = p_org;
    DELETE FROM org o WHERE o.org_id = p_org;
    INSERT INTO erasure_receipt (kind) VALUES ('organization') RETURNING id INTO v_receipt;
    RETURN v_receipt;
END
$$;

UPDATE muster.personal_category SET
    erasure = 'Invitations to your address are deleted: in your organisation, and in every other one if you have proven the address. Those you sent stay without your name.'
WHERE key = 'invitations';
UPDATE muster.personal_category SET erasure = 'Deleted: in your organisation, and in every other one if you have proven the address.'
WHERE key = 'registrations';

-- ---- what was left out ----

-- Entries of the log that are about a person without being by the person: a refused sign-in, a role that an administrator gave.
CREATE INDEX audit_log_about ON muster.audit_log (org_id, target_id, seq) WHERE target_type = 'user' AND actor_id IS DISTINCT FROM target_id;
INSERT INTO muster.personal_data (table_name, link, link_kind, category, page_key, columns, extra, erasure, only_where, note) VALUES
('audit_log', 'target_id', 'person', 'auditLog', '{seq}',
 '{"seq":"seq","at":"at","actor_id":null,"actor_kind":"by","actor_digest":null,"action":"action","target_type":"targetType","target_id":"targetId",
   "detail":"detail","request_id":null,"hash":null}',
 '{"about":"''you''"}', 'keep', 't.target_type = ''user'' AND t.actor_id IS DISTINCT FROM t.target_id',
 'The id is nobody''s any more, and the chain of hashes must hold. Who acted is somebody else''s and not exported.');
UPDATE muster.personal_category SET label = 'Audit log of your acts and of acts about you',
    erasure = 'Entries stay, the link to you is cut; entries about you keep a number that is nobody''s any more.'
WHERE key = 'auditLog';

-- What somebody wrote when generating an exercise. It is in the recipe, too, which muster_lookup does not see (rule C1).
ALTER TABLE muster.exercise ADD briefing text;
ALTER TABLE muster.exercise NO FORCE ROW LEVEL SECURITY;
UPDATE muster.exercise SET briefing = recipe ->> 'briefing' WHERE recipe ? 'briefing';
ALTER TABLE muster.exercise FORCE ROW LEVEL SECURITY;
GRANT SELECT (briefing) ON muster.exercise TO muster_lookup;
UPDATE muster.personal_data SET columns =
 '{"id":"id","title":"title","theme":"theme","difficulty":"difficulty","language":"language","engine":"engine","mode":"mode","timing":"timing",
   "status":"status","question_count":"questions","stage_count":"stages","current_stage":null,"total_points":"totalPoints","seed":null,
   "library_id":null,"recipe":null,"mitre_attack_ids":null,"participant_count":"participants","correct_count":null,"served_count":null,
   "created_by":null,"created_at":"createdAt","started_at":"startedAt","completed_at":"completedAt","updated_at":"updatedAt","briefing":"customIncident"}'
WHERE table_name = 'exercise' AND link = 'created_by';
-- As in 0004, with it.
CREATE OR REPLACE FUNCTION muster.exercise_create(
    p_title text, p_theme text, p_difficulty text, p_language text, p_timing text, p_question_count integer,
    p_stage_count integer, p_total_points integer, p_seed bigint, p_library bigint, p_recipe jsonb, p_techniques text[],
    p_option_seed bigint, OUT verdict text, OUT id uuid
) RETURNS record LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_limit integer;
    v_used integer;
BEGIN
    SELECT p.monthly_exercises INTO v_limit FROM org o JOIN plan p ON p.name = o.plan WHERE o.org_id = org();
    IF v_limit <= 0 THEN
        verdict := 'quota_exceeded';
        RETURN;
    END IF;
    INSERT INTO org_usage AS u (org_id, month, exercises) VALUES (org(), date_trunc('month', now())::date, 1)
    ON CONFLICT (org_id, month) DO UPDATE SET exercises = u.exercises + 1
        WHERE v_limit IS NULL OR u.exercises < v_limit
    RETURNING u.exercises INTO v_used;
    IF v_used IS NULL OR v_used > coalesce(v_limit, v_used) THEN
        verdict := 'quota_exceeded';
        RETURN;
    END IF;
    INSERT INTO exercise (org_id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count,
                          total_points, seed, library_id, recipe, mitre_attack_ids, participant_count, served_count, created_by, started_at, briefing)
    VALUES (org(), p_title, p_theme, p_difficulty, p_language, 'library', 'INDIVIDUAL', p_timing, 'IN_PROGRESS', p_question_count, p_stage_count,
            p_total_points, p_seed, p_library, p_recipe, p_techniques, 1, p_question_count, person(), now(), p_recipe ->> 'briefing')
    RETURNING exercise.id INTO id;
    INSERT INTO participant (org_id, exercise_id, user_id, option_seed, timing)
    VALUES (org(), exercise_create.id, person(), p_option_seed, p_timing);
    verdict := 'ok';
END
$$;
UPDATE muster.personal_category SET label = 'Exercises you generated, with the incident you described',
    erasure = 'What others take part in, and what was completed, stays as it is, by nobody; the rest is deleted.'
WHERE key = 'createdExercises';
UPDATE muster.personal_category SET purpose = 'Names and roles that people of your organisation entered for stories; nobody needs an account for that.',
    erasure = 'They belong to the organisation and its exercises and stay. Ask an administrator to remove your name there.'
WHERE key = 'characters';

-- What the programs write about requests: no table, so nothing of it is in the registry.
INSERT INTO muster.personal_category (key, position, label, purpose, legal_basis, retention, erasure, form) VALUES
('serverLogs', 150, 'Logs of the server', 'To find faults and attacks. A line says when which address asked for which page, without names and without what was sent.',
 'Legitimate interest in a safe service: GDPR Art. 6(1)(f)', 'Old lines are overwritten by new ones: each program keeps 40 MB.', 'They run out by themselves.', 'none');

REVOKE ALL ON FUNCTION muster.address_is_proven(text) FROM public;
GRANT EXECUTE ON FUNCTION muster.address_is_proven(text) TO muster_lookup;
