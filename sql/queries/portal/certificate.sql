-- name: certificate_find
-- The caller's own run, and the certificate (cert_*) when it was issued before.
SELECT e.status, e.language, e.question_count AS questions, coalesce(b.display_name, o.name) AS org_name, b.accent_color, b.footer_text, p.id AS participant_id, p.answered_count AS answered,
       p.correct_count AS correct, p.completed_at,
       (SELECT count(*) FROM muster.answer a WHERE a.org_id = e.org_id AND a.participant_id = p.id AND a.expired) AS expired,
       c.id AS cert_id, c.holder AS cert_holder, c.exercise_title AS cert_exercise, c.theme AS cert_theme, c.difficulty AS cert_difficulty,
       c.grade AS cert_grade, c.correct_count AS cert_correct, c.question_count AS cert_questions,
       c.completed_at AS cert_completed_at, c.issued_at AS cert_issued_at, c.valid_until AS cert_valid_until,
       CASE WHEN c.revoked_at IS NOT NULL THEN 'revoked' WHEN c.valid_until < now() THEN 'expired' ELSE 'valid' END AS cert_status
FROM muster.exercise e
JOIN muster.org o ON o.org_id = e.org_id
LEFT JOIN muster.org_branding b ON b.org_id = e.org_id
LEFT JOIN muster.participant p ON p.org_id = e.org_id AND p.exercise_id = e.id AND p.user_id = muster.person()
LEFT JOIN muster.certificate c ON c.org_id = e.org_id AND c.participant_id = p.id
WHERE e.org_id = muster.org() AND e.id = $1;

-- name: certificate_issue
-- No row when another request stored it at the same moment: certificate_find reads that one.
SELECT c.id AS cert_id, c.holder AS cert_holder, c.exercise_title AS cert_exercise, c.theme AS cert_theme,
       c.difficulty AS cert_difficulty, c.grade AS cert_grade, c.correct_count AS cert_correct, c.question_count AS cert_questions,
       c.completed_at AS cert_completed_at, c.issued_at AS cert_issued_at, c.valid_until AS cert_valid_until, 'valid' AS cert_status,
       muster.audit('certificate.issued', 'certificate', c.id, jsonb_build_object('exercise', c.exercise_id, 'grade', c.grade)) AS audit
FROM muster.certificate_issue($1, $2) c;

-- name: certificate_public
-- The theme's title is the library's; a theme that was taken out of it has none.
SELECT c.id, c.holder, c.organization, c.exercise, c.theme, c.difficulty, c.grade,
       coalesce(c.correct_count / nullif(c.question_count, 0)::float8, 0) AS accuracy, c.issued_at,
       c.valid_until, c.status,
       (SELECT l.facts ->> 'title' FROM muster.library l WHERE l.theme = c.theme AND l.language = 'en' AND l.is_current) AS theme_title
FROM muster.certificate_public($1) c;

-- name: certificate_withdrawn
SELECT EXISTS (SELECT FROM muster.withdrawn_certificate w WHERE w.digest = sha256(uuid_send($1::uuid))) AS withdrawn;
