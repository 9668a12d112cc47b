/* factor.c - the second factor: codes of an authenticator app and recovery codes (rule A5). */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/base/unicode.h"
#include "common/crypto/crypto.h"
#include "common/crypto/seal.h"
#include "common/crypto/totp.h"
#include "common/html/qr.h"

#include <ctype.h>

struct factor_body {
    const char *code, *recovery_code;
};

#define RECOVERY_CODES 10
#define RECOVERY_BYTES 10 /* 80 bits: 16 letters in four groups */
#define ATTEMPT "factor-account"

static const struct field factor_fields[] = {
    FIELD_STR(struct factor_body, code, "code", FIELD_SECRET, 6, 12,
              .help = "Absent: begin. A code of the app that was just set up: confirm.", .example = "492039"),
    FIELD_END,
};
static const struct field factor_proof_fields[] = {
    FIELD_STR(struct factor_body, code, "code", FIELD_SECRET, 6, 12, .help = "A code of the app; or recoveryCode.", .example = "492039"),
    FIELD_STR(struct factor_body, recovery_code, "recoveryCode", FIELD_SECRET, 16, 40,
              .help = "One of the recovery codes, in the place of code; it is used up by this."),
    FIELD_END,
};

static const struct field factor_code_fields[] = {
    FIELD_STR(struct factor_body, code, "code", FIELD_REQUIRED | FIELD_SECRET, 6, 12, .help = "A code of the app.", .example = "492039"),
    FIELD_END,
};

/* What one of the two codes turned out to be; both NULL: neither. */
struct proof {
    const char *step;     /* the time step of a right code */
    const char *recovery; /* digest of a recovery code, which the database compares */
};

/* As people type it: blanks and dashes of any kind do not count, nor do case and width. */
static const char *plain(struct arena *a, const char *typed) {
    char *out = unicode_code(a, typed);
    for (char *c = out; *c; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
    return out;
}

static const char *recovery_hash(struct arena *a, const char *code) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *text = plain(a, code);
    crypto_sha256(text, strlen(text), hash);
    return db_bytes(a, hash, sizeof(hash));
}

static struct seal_place place_of(const struct req *q) {
    return (struct seal_place){.org_id = q->who.org_id, .user_id = q->who.user_id, .purpose = "totp"};
}

const char *factor_step(struct req *q, const struct db_rows *factor, const char *code) {
    struct seal_place place = place_of(q);
    size_t len = 0;
    int64_t step = 0;
    const void *secret = seal_open(q->arena, &place, db_str(factor, 0, COL_SEALED), &len);
    if (!secret) {
        log_error("factor: a sealed secret does not open");
        return NULL;
    }
    bool right = totp_check(secret, len, clock_now_us() / 1000000, plain(q->arena, code), &step);
    return right ? arena_printf(q->arena, "%lld", (long long)step) : NULL;
}

/* Takes an attempt of the address and of the person, and reads the factor. */
static enum err look_up(struct req *q, struct resp *r, struct db_rows *factor) {
    struct db_rows taken;
    struct attempts all = {0};
    signin_address_attempts(q, &all);
    attempts_add(&all, ATTEMPT, q->who.user_id, auth_config.limit_signin_account);
    struct db_call calls[] = {
        attempts_take(q->arena, &all, SIGNIN_WINDOW, &taken),
        {SQL_FACTOR_GET(), .rows = factor},
    };
    enum err e = req_run(q, calls, 2);
    return e == OK && attempt_wait(&taken) > 0 ? resp_wait(r, attempt_wait(&taken)) : e;
}

static struct proof prove(struct req *q, const struct factor_body *b, const struct db_rows *factor) {
    if (b->recovery_code) {
        return (struct proof){.recovery = recovery_hash(q->arena, b->recovery_code)};
    }
    return (struct proof){.step = factor_step(q, factor, b->code)};
}

static enum err factor_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_FACTOR_STATE()});
}

static enum err already_on(struct resp *r) {
    return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_ON);
}

/* Apps keep one entry for each issuer and address, so it says which installation this is: "Muster (muster.example.com)". No colon may be
 * in it, which an address with a port or of IPv6 has. */
static const char *issuer(struct arena *a) {
    const char *host = strstr(web_config.base_url, "://");
    char *name = arena_printf(a, "Muster (%s)", host ? host + 3 : web_config.base_url);
    for (char *c = name; *c; c++) {
        if (*c == ':') {
            *c = ' ';
        }
    }
    str_lower(name + 1);
    return name;
}

static void write_enrolment(struct req *q, struct resp *r, const char *secret32, const char *email) {
    const char *uri = totp_uri(q->arena, issuer(q->arena), email, secret32);
    struct buf path;
    buf_init(&path, 256 * 1024);
    int size = qr_path(&path, uri);
    jw_object(&r->json);
    jw_kstr(&r->json, "secret", secret32);
    jw_kstr(&r->json, "uri", uri);
    jw_kobject(&r->json, "qr");
    jw_kint(&r->json, "size", size);
    jw_kstr(&r->json, "path", path.data);
    jw_object_end(&r->json);
    jw_object_end(&r->json);
    crypto_wipe(path.data, path.len);
    buf_release(&path);
}

/* A new secret, shown this once. It counts only when a code of it has come back. */
static enum err enrol(struct req *q, struct resp *r) {
    unsigned char secret[TOTP_SECRET_SIZE];
    struct seal_place place = place_of(q);
    struct db_rows rows;
    crypto_random(secret, sizeof(secret));
    struct db_call call = {SQL_FACTOR_ENROL(seal_close(q->arena, &place, secret, sizeof(secret))), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        e = already_on(r);
    } else if (e == OK) {
        write_enrolment(q, r, totp_base32(q->arena, secret, sizeof(secret)), db_str(&rows, 0, COL_EMAIL));
    }
    crypto_wipe(secret, sizeof(secret));
    return e;
}

static const char *new_recovery_code(struct arena *a) {
    unsigned char random[RECOVERY_BYTES];
    crypto_random(random, sizeof(random));
    const char *text = totp_base32(a, random, sizeof(random));
    crypto_wipe(random, sizeof(random));
    return arena_printf(a, "%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8, text + 12);
}

/* As many as there are to be, with their digests as a statement argument. */
static const char *new_recovery_codes(struct arena *a, const char *codes[RECOVERY_CODES + 1]) {
    const char *hashes[RECOVERY_CODES];
    for (int i = 0; i < RECOVERY_CODES; i++) {
        codes[i] = new_recovery_code(a);
        hashes[i] = recovery_hash(a, codes[i]);
    }
    return db_text_array(a, hashes, RECOVERY_CODES);
}

static void write_codes(const struct shape_at *at, const struct field *f) {
    const char *const *codes = at->context;
    (void)f;
    jw_array(at->json);
    for (; *codes; codes++) {
        jw_str(at->json, *codes);
    }
    jw_array_end(at->json);
}

static const struct field enrolled_members[] = {
    OUT(FT_BOOL, "enabled", "Always true: signing in asks for a code from now on.", .values = VALUES("true")),
    OUT(FT_STRS, "recoveryCodes", "Ten codes for when the app is out of reach, each for one time; shown this once.", .write = write_codes,
        .min = 10, .max = 10, .pattern = "^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$",
        .example = "ABCD-EFGH-IJKL-MNOP|BCDE-FGHI-JKLM-NOPQ|CDEF-GHIJ-KLMN-OPQR|DEFG-HIJK-LMNO-PQRS|EFGH-IJKL-MNOP-QRST|FGHI-JKLM-NOPQ-"
                   "RSTU|GHIJ-KLMN-OPQR-STUV|HIJK-LMNO-PQRS-TUVW|IJKL-MNOP-QRST-UVWX|JKLM-NOPQ-RSTU-VWXY"),
    FIELD_END,
};
static const struct shape enrolled_shape = SHAPE("Enrolled", "The second factor is on, with its recovery codes.", enrolled_members);

static enum err confirm(struct req *q, struct resp *r, const char *code) {
    const char *codes[RECOVERY_CODES + 1] = {0};
    struct db_rows factor, rows;
    enum err e = look_up(q, r, &factor);
    if (e != OK) {
        return e;
    }
    if (factor.n == 0) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_BEGIN);
    }
    if (!db_null(&factor, 0, COL_CONFIRMED_AT)) {
        return already_on(r);
    }
    const char *step = factor_step(q, &factor, code);
    if (!step) {
        resp_field_error(r, "code", W_ERRORS_FIELD_CODE);
        return ERR_VALIDATION;
    }
    struct db_call calls[] = {
        {SQL_FACTOR_CONFIRM(db_str(&factor, 0, COL_SEALED), step, new_recovery_codes(q->arena, codes)), .rows = &rows},
        {SQL_ATTEMPT_FORGET(ATTEMPT, attempt_key(q->arena, q->who.user_id))},
    };
    e = req_run(q, calls, 2);
    if (e == OK && rows.n == 0) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_REPLACED);
    }
    if (e == OK) {
        shape_write(&r->json, q->arena, &enrolled_shape, NULL, 0, codes);
    }
    return e;
}

static enum err factor_post(struct req *q, struct resp *r) {
    const struct factor_body *b = q->body;
    return b->code ? confirm(q, r, b->code) : enrol(q, r);
}

static enum err factor_proof_check(struct req *q, struct resp *r) {
    const struct factor_body *b = q->body;
    if (r->errors.count == 0 && !b->code == !b->recovery_code) {
        resp_field_error(r, "code", b->code ? W_ERRORS_FIELD_NOT_RECOVERY : W_ERRORS_FIELD_OR_RECOVERY);
    }
    return OK;
}

/* Whoever holds a session alone cannot take the factor away: that needs a code, or a recovery code. */
static enum err factor_delete(struct req *q, struct resp *r) {
    const struct factor_body *b = q->body;
    struct db_rows factor, rows = {0};
    enum err e = look_up(q, r, &factor);
    if (e == OK && (factor.n == 0 || db_null(&factor, 0, COL_CONFIRMED_AT))) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_OFF);
    }
    if (e == OK && db_bool(&factor, 0, COL_REQUIRED)) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_STAYS);
    }
    if (e != OK) {
        return e;
    }
    struct proof proof = prove(q, b, &factor);
    struct db_call call = {SQL_FACTOR_REMOVE(proof.step, proof.recovery, attempt_key(q->arena, q->who.user_id)), .rows = &rows};
    e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        resp_field_error(r, b->code ? "code" : "recoveryCode", W_ERRORS_FIELD_CODE_USED);
        return ERR_VALIDATION;
    }
    return e == OK ? reply_success(r) : e;
}

/* Somebody at an open session alone gets no codes that open the account later: that needs the app. */
static enum err recovery_codes_post(struct req *q, struct resp *r) {
    const struct factor_body *b = q->body;
    const char *codes[RECOVERY_CODES + 1] = {0};
    struct db_rows factor, rows;
    enum err e = look_up(q, r, &factor);
    if (e == OK && (factor.n == 0 || db_null(&factor, 0, COL_CONFIRMED_AT))) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_OFF);
    }
    if (e != OK) {
        return e;
    }
    const char *step = factor_step(q, &factor, b->code), *hashes = new_recovery_codes(q->arena, codes);
    struct db_call call = {SQL_RECOVERY_CODES_REPLACE(step, hashes, attempt_key(q->arena, q->who.user_id)), .rows = &rows};
    e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        resp_field_error(r, "code", W_ERRORS_FIELD_CODE_USED);
        return ERR_VALIDATION;
    }
    if (e == OK) {
        shape_write(&r->json, q->arena, &enrolled_shape, NULL, 0, codes);
    }
    return e;
}

/* The address has its place back. */
static void give_back(struct req *q) {
    struct attempts all = {0};
    signin_address_attempts(q, &all);
    attempts_undo(q, &all);
}

/* The key of the asker's attempts at the account's password. */
static const char *password_attempts(const struct req *q, const struct db_rows *factor) {
    const char *email = factor->n == 1 ? db_str(factor, 0, COL_EMAIL) : "";
    return attempt_key(q->arena, account_asker(q, email));
}

/* The second half of sign-in. The code is used up, the half session ends and the whole one begins in one statement. */
static enum err factor_verify_post(struct req *q, struct resp *r) {
    const struct factor_body *b = q->body;
    struct db_rows factor, opened, me;
    char token[CRYPTO_TOKEN_SIZE];
    enum err e = look_up(q, r, &factor);
    if (e != OK) {
        return e;
    }
    struct proof proof = factor.n == 1 ? prove(q, b, &factor) : (struct proof){0};
    struct db_call calls[] = {
        {SQL_PASSWORD_KEEP()},
        {SQL_FACTOR_PASS(proof.step, proof.recovery, q->who.credential_id, session_token(q->arena, token), SESSION_SECONDS_TEXT, q->address,
                         session_agent(q), attempt_key(q->arena, q->who.user_id), session_device(q, q->who.user_id),
                         password_attempts(q, &factor)),
         .rows = &opened},
        {SQL_ME(), .rows = &me},
    };
    e = req_run(q, calls, 3);
    if (e == OK && opened.n == 0) {
        struct db_call note = {SQL_FACTOR_REFUSED()};
        e = req_run(q, &note, 1);
        e = e == OK ? ERR_INVALID_CODE : e;
    } else if (e == OK) {
        give_back(q);
        resp_cookie(r, token, SESSION_SECONDS);
        device_remember(q, r, db_str(&me, 0, COL_EMAIL));
        me_write(q, r, &me);
    }
    crypto_wipe(token, sizeof(token));
    return e;
}

static const struct field second_factor_members[] = {
    OUT(FT_BOOL, "enabled", "Whether signing in asks for a code.", .column = COL_ENABLED),
    OUT(FT_TIME, "confirmedAt", "When it was turned on; null: it is off.", .column = COL_CONFIRMED_AT,
        .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_INT, "recoveryCodesLeft", "Recovery codes that were not used yet.", .column = COL_RECOVERY_CODES, .min = 0, .max = 10,
        .example = "10"),
    OUT(FT_BOOL, "required", "Whether it must be on: the organisation says so, or the person administers the platform.",
        .column = COL_REQUIRED),
    OUT(FT_TIME, "resetEndsAt", "When it is removed because an administrator asked for that; null: nobody did, or it was called off.",
        .column = COL_ENDS_AT, .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape second_factor_shape =
    SHAPE("SecondFactor", "Whether signing in asks for a code of an app.", second_factor_members);

static const struct field enrolment_qr_members[] = {
    OUT(FT_INT, "size", "Modules of a side, the quiet zone included.", .min = 29, .example = "41"),
    OUT(FT_STR, "path", "The dark modules as the data of an SVG path.", .pattern = "^[Mhvz0-9 -]+$", .example = "M4 4h7v1h-7z"),
    FIELD_END,
};
static const struct shape enrolment_qr_shape =
    SHAPE("EnrolmentQr", "The address as a QR code: a square of so many modules, and the dark ones as the data of an SVG path.",
          enrolment_qr_members);

static const struct field enrolment_members[] = {
    OUT(FT_STR, "secret", "For typing it into the app.", .pattern = "^[A-Z2-7]{32}$", .example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    OUT(FT_STR, "uri", "The same for apps that take an address.", .pattern = "^otpauth://totp/",
        .example = "otpauth://totp/Muster:robin%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Muster"),
    OUT(FT_OBJ, "qr", "The address as a QR code: a square of so many modules, and the dark ones as the data of an SVG path.",
        .shape = &enrolment_qr_shape),
    FIELD_END,
};
static const struct shape enrolment_shape =
    SHAPE("Enrolment", "A new secret for an authenticator app; nothing is on before a code of it was sent.", enrolment_members);

static const struct shape set_up_second_factor_reply_shape =
    ONE_OF("SetUpSecondFactorReply", "The new secret at the first call; the recovery codes when a code confirmed it.", &enrolment_shape,
           &enrolled_shape);

const struct route factor_routes[] = {
    {METHOD_GET, "/api/auth/mfa", GUARD_MEMBER, NULL, factor_get, .summary = "Whether the second factor is on",
     .flags = ROUTE_WITHOUT_FACTOR | ROUTE_ENDING, .name = "getSecondFactor", .tag = "account",
     .help = "Tells whether signing in asks for a code of an authenticator app, and how many recovery codes are left.",
     .reply_help = "Its state; the secret is never shown again.", .reply = &second_factor_shape},
    {METHOD_POST, "/api/auth/mfa", GUARD_MEMBER, NULL, factor_post, BODY(factor_fields, struct factor_body),
     .flags = ROUTE_WHO | ROUTE_STEP_UP | ROUTE_WITHOUT_FACTOR, .summary = "Begin to set up the second factor, or confirm it with a code",
     .name = "setUpSecondFactor", .tag = "account",
     .help = "Two calls: without a code the reply has a new secret for an authenticator app; with a code of that secret the second factor "
             "is on and the reply has ten recovery codes. Neither is shown again. Codes follow RFC 6238: SHA-1, 6 digits, 30 seconds. 409 "
             "`conflict`: it is on already, or was not begun. Limited by account and by address.",
     .reply_help =
         "Without a code: a new secret, shown this once. With a code of that secret: on, with the recovery codes, shown this once.",
     .reply = &set_up_second_factor_reply_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/auth/mfa", GUARD_MEMBER, NULL, factor_delete, BODY(factor_proof_fields, struct factor_body),
     .check = factor_proof_check, .flags = ROUTE_WHO | ROUTE_WITHOUT_FACTOR, .summary = "Turn the second factor off",
     .name = "turnOffSecondFactor", .tag = "account",
     .help = "Turns the second factor off and deletes secret and recovery codes. Needs a code of the app or a recovery code; a wrong one "
             "is 400 and named in fields. 409 `conflict`: it is off, or is required of the caller. Limited by account and by address.",
     .reply_help = "Off; the recovery codes are gone.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_POST, "/api/auth/mfa/recovery-codes", GUARD_MEMBER, NULL, recovery_codes_post, BODY(factor_code_fields, struct factor_body),
     .flags = ROUTE_WHO | ROUTE_WITHOUT_FACTOR, .summary = "Replace all recovery codes of the second factor",
     .name = "replaceRecoveryCodes", .tag = "account",
     .help = "Makes ten new recovery codes; the old ones stop working at once. Needs a code of the app. 409 `conflict`: the second factor "
             "is off. Limited by account and by address.",
     .reply_help = "The new codes, shown this once; the old ones are gone.", .reply = &enrolled_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_POST, "/api/auth/mfa/verify", GUARD_PENDING, NULL, factor_verify_post, BODY(factor_proof_fields, struct factor_body),
     .check = factor_proof_check, .summary = "Second step of signing in; sets the session cookie",
     .flags = ROUTE_WHO | ROUTE_COOKIE | ROUTE_ENDING, .name = "verifySecondFactor", .tag = "account",
     .help = "Only with the cookie of a sign-in that answered mfaRequired: that cookie lives ten minutes and opens nothing else. Takes a "
             "code of the app or a recovery code; each is accepted once. In exchange there is the cookie of a whole session. Limited by "
             "account and by address.",
     .reply_help = "Signed in.", .reply = &me_shape, .errors = ERRORS({ERR_INVALID_CODE, NULL})},
    {0},
};
