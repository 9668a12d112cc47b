/* signin.c - sign-in, sign-out and the signed-in person. */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"

struct signin_body {
    const char *email, *password;
};

#define PENDING_SECONDS 600
#define EVERYBODY 10 /* times as many attempts have all askers of an account together as one */

static const struct field signin_fields[] = {
    FIELD_EMAIL(struct signin_body, email, "email", FIELD_REQUIRED | FIELD_KNOWN, .help = "The account's address.",
                .example = "robin@example.com"),
    FIELD_STR(struct signin_body, password, "password", FIELD_REQUIRED | FIELD_SECRET | FIELD_PASSWORD, 1, 256,
              .help = "The account's password.", .example = "harbour lantern quiet meadow"),
    FIELD_END,
};

/* What is there beyond the basics: by the plan, and by what is configured. */
static void write_features(const struct shape_at *at, const struct field *f) {
    const bool there[] = {db_bool(at->rows, at->row, COL_API_ACCESS), db_bool(at->rows, at->row, COL_BYOK), auth_config.mail};
    jw_array(at->json);
    for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
        if (there[i]) {
            jw_str(at->json, f->values[i]);
        }
    }
    jw_array_end(at->json);
}

void me_write(struct req *q, struct resp *r, const struct db_rows *rows) {
    shape_write(&r->json, q->arena, &me_shape, rows, 0, q);
}

static enum err me_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_ME()});
}

void signin_address_attempts(struct req *q, struct attempts *all) {
    attempts_add_address(q->arena, all, "signin-address", q->address, auth_config.limit_signin_address);
}

const char *account_asker(const struct req *q, const char *email) {
    return arena_printf(q->arena, "%s %s", email_key(q->arena, email), attempt_network(q->arena, q->address, 0, 56));
}

/* An unknown account counts like a known one (rules A8, A9). Everybody together has more attempts at it, so that many askers cannot guess
 * without an end; who has been here before has attempts of the own device instead of all these. */
static void signin_attempts(struct req *q, struct attempts *all) {
    const struct signin_body *b = q->body;
    if (q->known) {
        attempts_add(all, "signin-device", device_of(q, b->email), auth_config.limit_signin_account);
        return;
    }
    signin_address_attempts(q, all);
    attempts_add(all, "signin-account", account_asker(q, b->email), auth_config.limit_signin_account);
    attempts_add(all, "signin-everybody", email_key(q->arena, b->email), EVERYBODY * auth_config.limit_signin_account);
}

static enum err take_attempts(struct req *q, int64_t *wait) {
    struct attempts all = {0};
    struct db_rows taken;
    signin_attempts(q, &all);
    struct db_call take = attempts_take(q->arena, &all, SIGNIN_WINDOW, &taken);
    enum err e = req_run(q, &take, 1);
    *wait = e == OK ? attempt_wait(&taken) : 0;
    return e;
}

static enum err signin_admit(struct req *q, struct resp *r) {
    const struct signin_body *b = q->body;
    int64_t wait = 0;
    q->known = device_of(q, b->email) != NULL;
    enum err e = take_attempts(q, &wait);
    if (e == OK && wait > 0 && q->known) {
        q->known = false; /* the device has used up what it has for itself, and counts like any other */
        e = take_attempts(q, &wait);
    }
    return e == OK && wait > 0 ? resp_wait(r, wait) : e;
}

static void signin_undo(struct req *q) {
    const struct signin_body *b = q->body;
    struct attempts all = {0};
    if (!q->known || device_of(q, b->email)) {
        signin_attempts(q, &all);
        attempts_undo(q, &all);
    }
}

/* What a sign-in that went well gives back: the places of its address, and the account's among everybody's. */
static struct db_call give_back(struct req *q, bool whole) {
    const struct signin_body *b = q->body;
    struct attempts all = {0};
    if (!q->known) {
        signin_address_attempts(q, &all);
        if (whole) {
            attempts_add(&all, "signin-everybody", email_key(q->arena, b->email), 0);
        }
    }
    return attempts_back(q->arena, &all);
}

/* The cookie of a whole session. No row: the password was changed while it was compared. */
static enum err open_session(struct req *q, struct resp *r, const struct signin_body *b, const struct db_rows *user) {
    char token[CRYPTO_TOKEN_SIZE];
    struct db_rows made, me;
    struct db_call calls[] = {
        {SQL_SIGN_IN_ENTER(db_str(user, 0, COL_USER_ID), q->id)},
        {SQL_ATTEMPT_FORGET("signin-account", attempt_key(q->arena, account_asker(q, b->email)))},
        {SQL_SIGN_IN_RECORD()},
        {SQL_SESSION_CREATE(session_token(q->arena, token), SESSION_SECONDS_TEXT, q->address, session_agent(q),
                            db_str(user, 0, COL_CHANGED_AT), session_device(q, db_str(user, 0, COL_USER_ID))),
         .rows = &made},
        {SQL_ME(), .rows = &me},
        give_back(q, true),
    };
    enum err e = req_run(q, calls, 6);
    if (e == OK && made.n == 0) {
        e = ERR_INVALID_CREDENTIALS;
    } else if (e == OK) {
        resp_cookie(r, token, SESSION_SECONDS);
        device_remember(q, r, b->email);
        me_write(q, r, &me);
    }
    crypto_wipe(token, sizeof(token));
    return e;
}

static const struct field second_factor_due_members[] = {
    OUT(FT_BOOL, "mfaRequired", "Always true: the second step is due.", .values = VALUES("true")),
    FIELD_END,
};
static const struct shape second_factor_due_shape =
    SHAPE("SecondFactorDue",
          "The password was right, and a code of the second factor is asked for: POST /api/auth/mfa/verify within ten minutes.",
          second_factor_due_members);

/* The cookie of a half session, which reaches the second step and nothing else (rule A5). The account's attempts come back
 * only when the whole sign-in has succeeded. */
static enum err open_half_session(struct req *q, struct resp *r, const struct db_rows *user) {
    char token[CRYPTO_TOKEN_SIZE];
    struct db_rows made;
    struct db_call calls[] = {
        {SQL_SIGN_IN_ENTER(db_str(user, 0, COL_USER_ID), q->id)},
        {SQL_PENDING_CREATE(session_token(q->arena, token), arena_printf(q->arena, "%d", PENDING_SECONDS), db_str(user, 0, COL_CHANGED_AT)),
         .rows = &made},
        give_back(q, false),
    };
    enum err e = req_run(q, calls, 3);
    if (e == OK && made.n == 0) {
        e = ERR_INVALID_CREDENTIALS;
    } else if (e == OK) {
        resp_cookie(r, token, PENDING_SECONDS);
        shape_write(&r->json, q->arena, &second_factor_due_shape, &made, 0, q);
    }
    crypto_wipe(token, sizeof(token));
    return e;
}

/* A hash with weaker parameters than today's, or of another form of the password, is replaced while the password is at hand. Failing to
 * is no reason to fail. */
static void upgrade_hash(struct req *q, const struct signin_body *b, const struct db_rows *user, enum crypto_verdict verdict) {
    const char *old = db_str(user, 0, COL_PASSWORD_HASH);
    char hash[CRYPTO_PASSWORD_SIZE];
    if ((verdict == CRYPTO_MATCH && !crypto_password_outdated(old)) || !crypto_password_hash(b->password, hash)) {
        return;
    }
    struct db_call calls[] = {
        {SQL_SIGN_IN_ENTER(db_str(user, 0, COL_USER_ID), q->id)},
        {SQL_PASSWORD_UPGRADE(hash, old)},
    };
    if (req_run(q, calls, 2) != OK) {
        log_warn("signin: an outdated password hash could not be replaced");
    }
}

/* A refusal is in the audit log of the account's organisation; for an unknown address the same work is done (rule A8). */
static enum err refuse(struct req *q, const struct signin_body *b, const char *reason) {
    struct db_call call = {SQL_SIGN_IN_REFUSED(b->email, reason, account_key(q->arena, b->email), spellings(q->arena, b->email))};
    enum err e = req_run(q, &call, 1);
    return e == OK ? ERR_INVALID_CREDENTIALS : e;
}

static enum err signin_post(struct req *q, struct resp *r) {
    const struct signin_body *b = q->body;
    struct db_rows user;
    struct db_call look = {SQL_SIGN_IN_LOOKUP(b->email, spellings(q->arena, b->email)), .rows = &user};
    enum err e = req_run(q, &look, 1);
    if (e != OK) {
        return e;
    }
    bool known = user.n == 1;
    enum crypto_verdict verdict = crypto_password_verify(b->password, known ? db_str(&user, 0, COL_PASSWORD_HASH) : NULL);
    if (verdict == CRYPTO_FAILED) {
        return ERR_UNAVAILABLE;
    }
    bool right = verdict == CRYPTO_MATCH || verdict == CRYPTO_MATCH_AS_TYPED;
    if (!right || !known || !str_eq(db_str(&user, 0, COL_STATUS), "ACTIVE")) {
        return refuse(q, b, right ? "deactivated" : "password");
    }
    upgrade_hash(q, b, &user, verdict);
    return db_bool(&user, 0, COL_HAS_FACTOR) ? open_half_session(q, r, &user) : open_session(q, r, b, &user);
}

static enum err signout_post(struct req *q, struct resp *r) {
    struct db_call call = {SQL_SESSION_END(token_hash(q->arena, q->credential.token))};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        resp_cookie(r, NULL, 0);
        resp_header(r, "Clear-Site-Data", "\"cache\", \"storage\""); /* cookies: that of the device stays */
        reply_success(r);
    }
    return e;
}

static const struct field organization_members[] = {
    OUT(FT_UUID, "id", "Of the organisation.", .column = COL_ORG_ID, .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_STR, "name", "What the organisation calls itself.", .column = COL_ORG_NAME, .min = 1, .max = 120,
        .example = "Example Logistics"),
    OUT(FT_STR, "slug", "A short name for addresses; unique.", .column = COL_SLUG, .pattern = "^[a-z0-9][a-z0-9-]{0,79}$",
        .example = "example-logistics"),
    OUT(FT_STR, "plan", "One of the operator's plans; FREE, STARTER, GROWTH, PROFESSIONAL and ENTERPRISE are there from the start.",
        .column = COL_PLAN, .pattern = "^[A-Z][A-Z0-9_-]*$", .example = "ENTERPRISE"),
    OUT(FT_TIME, "endsAt",
        "When it is going to be deleted; absent: it is not. Until then POST /api/portal/restore-organization restores it.",
        .column = COL_ORG_ENDS_AT, .flags = FIELD_MAYBE),
    FIELD_END,
};
const struct shape organization_shape = SHAPE("Organization", "The organisation that a person belongs to.", organization_members);

static const struct field me_members[] = {
    OUT(FT_UUID, "id", "Of the person.", .column = COL_ID, .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_EMAIL, "email", "The name to sign in with.", .column = COL_EMAIL, .example = "robin@example.com"),
    OUT(FT_BOOL, "emailVerified", "Whether it is proven that mail to the address arrives.", .column = COL_EMAIL_VERIFIED),
    OUT(FT_STR, "firstName", "Given name.", .column = COL_FIRST_NAME, .min = 1, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name.", .column = COL_LAST_NAME, .min = 1, .example = "Sample"),
    OUT(FT_ENUM, "role",
        "What the person may do: SUPER_ADMIN runs the installation, CLIENT_ADMIN administers the organisation, FACILITATOR leads "
        "exercises, MEMBER plays, AUDITOR reads everything and changes nothing.",
        .column = COL_ROLE, .values = VALUES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"), .example = "CLIENT_ADMIN"),
    OUT(FT_UUID, "orgId", "Of the organisation; as in organization.", .column = COL_ORG_ID,
        .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_OBJ, "organization", "The one organisation that the person belongs to.", .shape = &organization_shape),
    OUT(FT_STR, "language", "Of new exercises when nothing else is asked for: one's own choice, or the organisation's.",
        .column = COL_LANGUAGE, .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "en"),
    OUT(FT_STRS, "features",
        "What is there beyond the basics: api (API keys) and byok (an own AI provider) by the plan, mail when the server sends mails.",
        .write = write_features, .values = VALUES("api", "byok", "mail"), .example = "api|byok|mail"),
    OUT(FT_BOOL, "newcomer", "Whether the person has completed no exercise yet.", .column = COL_NEWCOMER, .example = "false"),
    OUT(FT_TIME, "factorResetEndsAt",
        "When the second factor is removed because an administrator asked for that; null: nobody did, or it was called off.",
        .column = COL_ENDS_AT, .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    FIELD_END,
};
const struct shape me_shape = SHAPE("Me", "The person who calls, and the organisation.", me_members);

static const struct shape sign_in_reply_shape =
    ONE_OF("SignInReply", "The person; or, when a second factor is on, that it is due.", &me_shape, &second_factor_due_shape);

const struct route signin_routes[] = {
    {METHOD_POST, "/api/auth/signin", GUARD_PUBLIC, NULL, signin_post, BODY(signin_fields, struct signin_body), .admit = signin_admit,
     .undo = signin_undo, .flags = ROUTE_HASHES | ROUTE_COOKIE, .summary = "Sign in; sets the session cookie", .name = "signIn",
     .tag = "account",
     .help = "Takes address and password, opens a session and sets its cookie for 14 days. When the second factor is on, the cookie opens "
             "nothing but POST /api/auth/mfa/verify. 401 `invalid_credentials` does not tell whether the address is known. Attempts in 15 "
             "minutes are limited by account and network (10, LIMIT_SIGNIN_ACCOUNT), by account from everywhere (ten times that), and by "
             "address (60, LIMIT_SIGNIN_ADDRESS, which those that succeed take none of) and the networks around it: 429 with Retry-After, "
             "also for the right password. A second cookie says that the account has signed in from this device: it opens nothing, but has "
             "attempts and a place in the queue that strangers cannot use up.",
     .reply_help = "Signed in; or half, when a second factor is due.", .reply = &sign_in_reply_shape,
     .errors = ERRORS({ERR_INVALID_CREDENTIALS, NULL}, {ERR_SUSPENDED, NULL}, {ERR_ENDING, NULL})},
    {METHOD_POST, "/api/auth/signout", GUARD_LEAVING, NULL, signout_post, .summary = "Sign out; deletes the session on the server",
     .flags = ROUTE_COOKIE | ROUTE_WITHOUT_FACTOR | ROUTE_ENDING, .name = "signOut", .tag = "account",
     .help = "Deletes the session on the server, clears the cookie, and has the browser drop what it keeps of this site. Other sessions "
             "and API keys stay.",
     .reply_help = "Signed out; the cookie is cleared.", .reply = &success_shape},
    {METHOD_GET, "/api/portal/me", GUARD_MEMBER, "results", me_get, .flags = ROUTE_WITHOUT_FACTOR | ROUTE_ENDING,
     .summary = "The signed-in person", .name = "getMe", .tag = "account",
     .help = "The usual first call: it tells whether the credential works, the role, the organisation with its plan, and what is there "
             "beyond the basics.",
     .reply_help = "The person and the organisation.", .reply = &me_shape},
    {0},
};
