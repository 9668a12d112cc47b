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
    FIELD_EMAIL(struct signin_body, email, "email", FIELD_REQUIRED),
    FIELD_STR(struct signin_body, password, "password", FIELD_REQUIRED | FIELD_SECRET, 1, 256),
    FIELD_END,
};

void me_write(struct req *q, struct resp *r, const struct db_rows *rows) {
    struct jwrite *w = &r->json;
    (void)q;
    jw_object(w);
    jw_kstr(w, "id", db_str(rows, 0, COL_ID));
    jw_kstr(w, "email", db_str(rows, 0, COL_EMAIL));
    jw_kbool(w, "emailVerified", db_bool(rows, 0, COL_EMAIL_VERIFIED));
    jw_kstr(w, "firstName", db_str(rows, 0, COL_FIRST_NAME));
    jw_kstr(w, "lastName", db_str(rows, 0, COL_LAST_NAME));
    jw_kstr(w, "role", db_str(rows, 0, COL_ROLE));
    jw_kstr(w, "orgId", db_str(rows, 0, COL_ORG_ID));
    jw_kobject(w, "organization");
    jw_kstr(w, "id", db_str(rows, 0, COL_ORG_ID));
    jw_kstr(w, "name", db_str(rows, 0, COL_ORG_NAME));
    jw_kstr(w, "slug", db_str(rows, 0, COL_SLUG));
    jw_kstr(w, "plan", db_str(rows, 0, COL_PLAN));
    jw_object_end(w);
    jw_kstr(w, "language", db_str(rows, 0, COL_LANGUAGE));
    jw_karray(w, "features");
    if (db_bool(rows, 0, COL_API_ACCESS)) {
        jw_str(w, "api");
    }
    if (db_bool(rows, 0, COL_BYOK)) {
        jw_str(w, "byok");
    }
    if (auth_config.mail) {
        jw_str(w, "mail");
    }
    jw_array_end(w);
    jw_object_end(w);
}

static enum err me_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_ME(), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        me_write(q, r, &rows);
    }
    return e;
}

void signin_address_attempts(struct req *q, struct attempts *all) {
    attempts_add_address(q->arena, all, "signin-address", q->address, auth_config.limit_signin_address);
}

const char *account_asker(const struct req *q, const char *email) {
    return arena_printf(q->arena, "%s %s", email, attempt_network(q->arena, q->address, 0, 56));
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
    attempts_add(all, "signin-everybody", b->email, EVERYBODY * auth_config.limit_signin_account);
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
            attempts_add(&all, "signin-everybody", b->email, 0);
        }
    }
    return attempts_back(q->arena, &all);
}

/* The cookie of a whole session. No row: the password was changed while it was compared. */
static enum err open_session(struct req *q, struct resp *r, const struct signin_body *b, const struct db_rows *user) {
    char token[CRYPTO_TOKEN_SIZE];
    struct principal person = {.user_id = db_str(user, 0, COL_USER_ID), .org_id = db_str(user, 0, COL_ORG_ID)};
    struct db_rows made, me;
    struct db_call calls[] = {
        principal_enter(&person, q->id),
        {SQL_ATTEMPT_FORGET("signin-account", attempt_key(q->arena, account_asker(q, b->email)))},
        {SQL_SIGN_IN_RECORD()},
        {SQL_SESSION_CREATE(session_token(q->arena, token), SESSION_SECONDS_TEXT, q->address, session_agent(q),
                            db_str(user, 0, COL_CHANGED_AT)),
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

/* The cookie of a half session, which reaches the second step and nothing else (rule A5). The account's attempts come back
 * only when the whole sign-in has succeeded. */
static enum err open_half_session(struct req *q, struct resp *r, const struct db_rows *user) {
    char token[CRYPTO_TOKEN_SIZE];
    struct principal person = {.user_id = db_str(user, 0, COL_USER_ID), .org_id = db_str(user, 0, COL_ORG_ID)};
    struct db_rows made;
    struct db_call calls[] = {
        principal_enter(&person, q->id),
        {SQL_PENDING_CREATE(session_token(q->arena, token), arena_printf(q->arena, "%d", PENDING_SECONDS), db_str(user, 0, COL_CHANGED_AT)),
         .rows = &made},
        give_back(q, false),
    };
    enum err e = req_run(q, calls, 3);
    if (e == OK && made.n == 0) {
        e = ERR_INVALID_CREDENTIALS;
    } else if (e == OK) {
        resp_cookie(r, token, PENDING_SECONDS);
        jw_object(&r->json);
        jw_kbool(&r->json, "mfaRequired", true);
        jw_object_end(&r->json);
    }
    crypto_wipe(token, sizeof(token));
    return e;
}

/* A hash with weaker parameters than today's is replaced while the password is at hand. Failing to is no reason to fail. */
static void upgrade_hash(struct req *q, const struct signin_body *b, const struct db_rows *user) {
    const char *old = db_str(user, 0, COL_PASSWORD_HASH);
    char hash[CRYPTO_PASSWORD_SIZE];
    struct principal person = {.user_id = db_str(user, 0, COL_USER_ID), .org_id = db_str(user, 0, COL_ORG_ID)};
    if (!crypto_password_outdated(old) || !crypto_password_hash(b->password, hash)) {
        return;
    }
    struct db_call calls[] = {
        principal_enter(&person, q->id),
        {SQL_PASSWORD_UPGRADE(hash, old)},
    };
    if (req_run(q, calls, 2) != OK) {
        log_warn("signin: an outdated password hash could not be replaced");
    }
}

/* A refusal is in the audit log of the account's organisation; for an unknown address the same work is done (rule A8). */
static enum err refuse(struct req *q, const struct signin_body *b, const char *reason) {
    struct db_call call = {SQL_SIGN_IN_REFUSED(b->email, reason, attempt_key(q->arena, b->email))};
    enum err e = req_run(q, &call, 1);
    return e == OK ? ERR_INVALID_CREDENTIALS : e;
}

static enum err signin_post(struct req *q, struct resp *r) {
    const struct signin_body *b = q->body;
    struct db_rows user;
    struct db_call look = {SQL_SIGN_IN_LOOKUP(b->email), .rows = &user};
    enum err e = req_run(q, &look, 1);
    if (e != OK) {
        return e;
    }
    bool known = user.n == 1;
    enum crypto_verdict verdict = crypto_password_verify(b->password, known ? db_str(&user, 0, COL_PASSWORD_HASH) : NULL);
    if (verdict == CRYPTO_FAILED) {
        return ERR_UNAVAILABLE;
    }
    bool right = verdict == CRYPTO_MATCH;
    if (!right || !known || !str_eq(db_str(&user, 0, COL_STATUS), "ACTIVE")) {
        return refuse(q, b, right ? "deactivated" : "password");
    }
    upgrade_hash(q, b, &user);
    return db_bool(&user, 0, COL_HAS_FACTOR) ? open_half_session(q, r, &user) : open_session(q, r, b, &user);
}

static enum err signout_post(struct req *q, struct resp *r) {
    struct db_call call = {SQL_SESSION_END(token_hash(q->arena, q->credential.token))};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        resp_cookie(r, NULL, 0);
        jw_object(&r->json);
        jw_kbool(&r->json, "success", true);
        jw_object_end(&r->json);
    }
    return e;
}

static const struct field organization_members[] = {
    OUT(FT_UUID, "id", "Id."),
    OUT(FT_STR, "name", "Name.", .min = 1, .max = 120),
    OUT(FT_STR, "slug", "Slug.", .pattern = "^[a-z0-9][a-z0-9-]{0,79}$"),
    OUT(FT_STR, "plan", "One of the operator's plans; FREE, STARTER, GROWTH, PROFESSIONAL and ENTERPRISE are there from the start.",
        .pattern = "^[A-Z][A-Z0-9_-]*$"),
    FIELD_END,
};
const struct shape organization_shape = SHAPE("Organization", "Organization.", organization_members);

static const struct field me_members[] = {
    OUT(FT_UUID, "id", "Id."),
    OUT(FT_EMAIL, "email", "Email."),
    OUT(FT_BOOL, "emailVerified", "Whether it is proven that mail to the address arrives."),
    OUT(FT_STR, "firstName", "First name.", .min = 1),
    OUT(FT_STR, "lastName", "Last name.", .min = 1),
    OUT(FT_ENUM, "role", "Role.", .values = VALUES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR")),
    OUT(FT_UUID, "orgId", "Org id."),
    OUT(FT_OBJ, "organization", "Organization.", .shape = &organization_shape),
    OUT(FT_STR, "language", "Language.", .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "en"),
    OUT(FT_STRS, "features", "What the organisation's plan includes: API keys, an own AI provider. And mail: the server sends mails.",
        .values = VALUES("api", "byok", "mail")),
    FIELD_END,
};
const struct shape me_shape = SHAPE("Me", "Me.", me_members);

static const struct field second_factor_due_members[] = {
    OUT(FT_BOOL, "mfaRequired", "Mfa required.", .values = VALUES("true")),
    FIELD_END,
};
static const struct shape second_factor_due_shape = SHAPE("SecondFactorDue", "Second factor due.", second_factor_due_members);

static const struct shape sign_in_reply_shape = ONE_OF("SignInReply", "Sign in reply.", &me_shape, &second_factor_due_shape);

const struct route signin_routes[] = {
    {METHOD_POST, "/api/auth/signin", GUARD_PUBLIC, NULL, signin_post, BODY(signin_fields, struct signin_body), .admit = signin_admit,
     .undo = signin_undo, .flags = ROUTE_HASHES | ROUTE_COOKIE, .summary = "Sign in; sets the session cookie", .name = "signIn",
     .tag = "account", .help = "Limited by account and by address.", .reply_help = "Signed in; or half, when a second factor is due.",
     .reply = &sign_in_reply_shape, .errors = ERRORS({ERR_INVALID_CREDENTIALS, NULL}, {ERR_SUSPENDED, NULL})},
    {METHOD_POST, "/api/auth/signout", GUARD_LEAVING, NULL, signout_post, .summary = "Sign out; deletes the session on the server",
     .flags = ROUTE_COOKIE, .name = "signOut", .tag = "account", .reply_help = "Signed out; the cookie is cleared.",
     .reply = &success_shape},
    {METHOD_GET, "/api/portal/me", GUARD_MEMBER, "results", me_get, .summary = "The signed-in person", .name = "getMe", .tag = "account",
     .reply_help = "The person and the organisation.", .reply = &me_shape},
    {0},
};
