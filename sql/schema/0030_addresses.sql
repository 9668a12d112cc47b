-- E-mail addresses in one form (common/base/email.h): before the at sign in NFC, the domain in its xn-- form. What was stored before had
-- lower case alone, so one address could be two accounts. Where it is, the older one gets the form, and the other one stays as it is:
-- signing in looks for what was typed first. What cannot be moved is found by its spellings.

-- RFC 3492, sections 6.1 and 6.3. The label is in its normal form already and is not ASCII.
CREATE FUNCTION pg_temp.puny(p_label text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_points integer[] := ARRAY(SELECT ascii(c) FROM regexp_split_to_table(p_label, '') WITH ORDINALITY AS one (c, n) ORDER BY n);
    v_out text := regexp_replace(p_label, '[^\x01-\x7f]', '', 'g');
    v_basic integer := length(v_out);
    v_done integer := v_basic;
    v_n integer := 128;
    v_delta integer := 0;
    v_bias integer := 72;
    v_next integer;
    v_point integer;
    v_q integer;
    v_k integer;
    v_t integer;
BEGIN
    IF v_basic > 0 THEN
        v_out := v_out || '-';
    END IF;
    WHILE v_done < cardinality(v_points) LOOP
        SELECT min(p) INTO v_next FROM unnest(v_points) p WHERE p >= v_n;
        v_delta := v_delta + (v_next - v_n) * (v_done + 1);
        v_n := v_next;
        FOREACH v_point IN ARRAY v_points LOOP
            IF v_point < v_n THEN
                v_delta := v_delta + 1;
            ELSIF v_point = v_n THEN
                v_q := v_delta;
                v_k := 36;
                LOOP
                    v_t := greatest(1, least(26, v_k - v_bias));
                    EXIT WHEN v_q < v_t;
                    v_out := v_out || substr('abcdefghijklmnopqrstuvwxyz0123456789', v_t + (v_q - v_t) % (36 - v_t) + 1, 1);
                    v_q := (v_q - v_t) / (36 - v_t);
                    v_k := v_k + 36;
                END LOOP;
                v_out := v_out || substr('abcdefghijklmnopqrstuvwxyz0123456789', v_q + 1, 1);
                v_delta := CASE WHEN v_done = v_basic THEN v_delta / 700 ELSE v_delta / 2 END;
                v_delta := v_delta + v_delta / (v_done + 1);
                v_k := 0;
                WHILE v_delta > 455 LOOP
                    v_delta := v_delta / 35;
                    v_k := v_k + 36;
                END LOOP;
                v_bias := v_k + 36 * v_delta / (v_delta + 38);
                v_delta := 0;
                v_done := v_done + 1;
            END IF;
        END LOOP;
        v_delta := v_delta + 1;
        v_n := v_n + 1;
    END LOOP;
    RETURN 'xn--' || v_out;
END
$$;

CREATE FUNCTION pg_temp.address(p_email text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(normalize(lower(normalize(split_part(p_email, '@', 1), NFC)), NFC)) || '@' || string_agg(
        CASE WHEN octet_length(label) = length(label) THEN label ELSE pg_temp.puny(label) END, '.' ORDER BY n)
    FROM regexp_split_to_table(normalize(lower(normalize(split_part(p_email, '@', 2), NFKC)), NFC), '\.') WITH ORDINALITY AS one (label, n)
$$;

-- Row security holds for the owner too, and is set again behind the schema.
ALTER TABLE muster.app_user NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.invitation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.pending_registration NO FORCE ROW LEVEL SECURITY;
ALTER TABLE muster.mail NO FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    v_user record;
BEGIN
    FOR v_user IN SELECT u.id, pg_temp.address(u.email) AS email FROM muster.app_user u
                  WHERE octet_length(u.email) <> length(u.email) ORDER BY u.created_at, u.id LOOP
        UPDATE muster.app_user u SET email = v_user.email
        WHERE u.id = v_user.id AND u.email <> v_user.email AND length(v_user.email) <= 254
          AND NOT EXISTS (SELECT FROM muster.app_user o WHERE o.email = v_user.email);
    END LOOP;
END
$$;
UPDATE muster.invitation SET email = pg_temp.address(email) WHERE octet_length(email) <> length(email);
UPDATE muster.pending_registration SET email = pg_temp.address(email) WHERE octet_length(email) <> length(email);
-- What a mail says is sealed for the address that it was queued for.
UPDATE muster.mail SET recipient = pg_temp.address(recipient)
WHERE octet_length(recipient) <> length(recipient) AND sealed IS NULL AND length(pg_temp.address(recipient)) <= 254;
