-- E-mail addresses in one form (common/base/email.h): before the at sign in NFC, the domain in its xn-- form. What was stored before had
-- lower case alone, so one address could be two accounts. Where it is, the older one gets the form, and the other one stays as it is:
-- signing in looks for what was typed first. What cannot be moved is found by its spellings.

-- Row security holds for the owner too, and is set again behind the schema.
ALTER TABLE muster.app_user NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.invitation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.pending_registration NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.mail NO FORCE ROW LEVEL SECURITY;

-- Every address beyond ASCII, and the labels of its domain.
CREATE TABLE muster.address_form (email text PRIMARY KEY, form text);
CREATE TABLE muster.address_label (label text PRIMARY KEY, coded text NOT NULL);
INSERT INTO muster.address_form (email)
SELECT email FROM muster.app_user WHERE octet_length(email) <> length(email)
UNION SELECT email FROM muster.invitation WHERE octet_length(email) <> length(email)
UNION SELECT email FROM muster.pending_registration WHERE octet_length(email) <> length(email)
UNION SELECT recipient FROM muster.mail WHERE octet_length(recipient) <> length(recipient);

-- Labels by RFC 3492, sections 6.1 and 6.3, one step a row. point: the code points; done of them are in the text, basic of them ASCII. The
-- step is 0 to take the next larger code point, 1 to look at the i-th, 2 to write a digit of the number q, 3 to adapt the bias, 9 at the end.
INSERT INTO muster.address_label (label, coded)
WITH RECURSIVE label AS (
    SELECT DISTINCT l AS label
    FROM muster.address_form f, regexp_split_to_table(normalize(lower(normalize(split_part(f.email, '@', 2), NFKC)), NFC), '\.') l
    WHERE octet_length(l) <> length(l)),
start AS (
    SELECT l.label, ARRAY(SELECT ascii(c) FROM regexp_split_to_table(l.label, '') WITH ORDINALITY AS one (c, n) ORDER BY n) AS point,
           regexp_replace(l.label, '[^\x01-\x7f]', '', 'g') AS ascii
    FROM label l),
work AS (
    SELECT s.label, s.point, CASE s.ascii WHEN '' THEN '' ELSE s.ascii || '-' END AS coded, length(s.ascii) AS basic, length(s.ascii) AS done,
           128 AS n, 0 AS delta, 72 AS bias, 0 AS step, 1 AS i, 0 AS q, 0 AS k
    FROM start s
    UNION ALL
    SELECT w.label, w.point,
           CASE WHEN w.step = 2 THEN w.coded || substr('abcdefghijklmnopqrstuvwxyz0123456789',
                                                       1 + CASE WHEN w.q < v.t THEN w.q ELSE v.t + (w.q - v.t) % (36 - v.t) END, 1)
                ELSE w.coded END,
           w.basic,
           CASE WHEN w.step = 3 AND w.q <= 455 THEN w.done + 1 ELSE w.done END,
           CASE WHEN w.step = 0 THEN v.larger WHEN w.step = 1 AND v.c IS NULL THEN w.n + 1 ELSE w.n END,
           CASE WHEN w.step = 0 THEN w.delta + (v.larger - w.n) * (w.done + 1) WHEN w.step = 1 AND (v.c IS NULL OR v.c < w.n) THEN w.delta + 1
                WHEN w.step = 3 AND w.q <= 455 THEN 0 ELSE w.delta END,
           CASE WHEN w.step = 3 AND w.q <= 455 THEN w.k + 36 * w.q / (w.q + 38) ELSE w.bias END,
           CASE WHEN w.step = 0 THEN 1
                WHEN w.step = 1 THEN CASE WHEN v.c IS NULL THEN CASE WHEN w.done = cardinality(w.point) THEN 9 ELSE 0 END
                                          WHEN v.c = w.n THEN 2 ELSE 1 END
                WHEN w.step = 2 THEN CASE WHEN w.q < v.t THEN 3 ELSE 2 END
                ELSE CASE WHEN w.q > 455 THEN 3 ELSE 1 END END,
           CASE WHEN w.step = 0 THEN 1 WHEN (w.step = 1 AND v.c <> w.n) OR (w.step = 3 AND w.q <= 455) THEN w.i + 1 ELSE w.i END,
           CASE WHEN w.step = 1 THEN w.delta WHEN w.step = 2 AND w.q < v.t THEN v.damped + v.damped / (w.done + 1)
                WHEN w.step = 2 THEN (w.q - v.t) / (36 - v.t) WHEN w.step = 3 THEN w.q / 35 ELSE 0 END,
           CASE WHEN w.step = 1 THEN 36 WHEN w.step = 2 AND w.q < v.t THEN 0 ELSE w.k + 36 END
    FROM work w
    CROSS JOIN LATERAL (SELECT w.point[w.i] AS c, greatest(1, least(26, w.k - w.bias)) AS t,
                               CASE WHEN w.done = w.basic THEN w.delta / 700 ELSE w.delta / 2 END AS damped,
                               (SELECT min(p) FROM unnest(w.point) p WHERE p >= w.n) AS larger) v
    WHERE w.step < 9)
SELECT w.label, 'xn--' || w.coded FROM work w WHERE w.step = 9;

UPDATE muster.address_form f SET form = (
    SELECT lower(normalize(lower(normalize(split_part(f.email, '@', 1), NFC)), NFC)) || '@'
           || string_agg(coalesce(a.coded, one.label), '.' ORDER BY one.n)
    FROM regexp_split_to_table(normalize(lower(normalize(split_part(f.email, '@', 2), NFKC)), NFC), '\.') WITH ORDINALITY AS one (label, n)
    LEFT JOIN muster.address_label a ON a.label = one.label);
DELETE FROM muster.address_form WHERE form = email OR length(form) > 254 OR form <> lower(form);

UPDATE muster.app_user u SET email = first.form
FROM (SELECT DISTINCT ON (f.form) o.id, f.form FROM muster.app_user o JOIN muster.address_form f ON f.email = o.email
      ORDER BY f.form, o.created_at, o.id) first
WHERE u.id = first.id AND NOT EXISTS (SELECT FROM muster.app_user o WHERE o.email = first.form);
UPDATE muster.invitation i SET email = f.form FROM muster.address_form f WHERE f.email = i.email;
UPDATE muster.pending_registration p SET email = f.form FROM muster.address_form f WHERE f.email = p.email;
-- What a mail says is sealed for the address that it was queued for.
UPDATE muster.mail m SET recipient = f.form FROM muster.address_form f WHERE f.email = m.recipient AND m.sealed IS NULL;
DROP TABLE muster.address_form, muster.address_label;
ALTER TABLE muster.mail FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.pending_registration FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.invitation FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.app_user FORCE ROW LEVEL SECURITY;
