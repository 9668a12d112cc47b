/* step_up.c - proving once more that it is the person: what ROUTE_STEP_UP asks of sessions (rule A15). */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"

struct step_up_body {
    const char *password, *code;
};

/* Counted by session: whoever holds a stolen one does not use up what its person may try in another. */
#define ATTEMPT "step-up"

static const struct field step_up_fields[] = {
    FIELD_STR(struct step_up_body, password, "password", FIELD_SECRET, 1, 256, .help = "The account's password; or code.",
              .example = "harbour lantern quiet meadow"),
    FIELD_STR(struct step_up_body, code, "code", FIELD_SECRET, 6, 12,
              .help = "A code of the authenticator app, in the place of password; it is used up by this.", .example = "492039"),
    FIELD_END,
};

static enum err step_up_check(struct req *q, struct resp *r) {
    const struct step_up_body *b = q->body;
    if (r->errors.count == 0 && !b->password == !b->code) {
        resp_field_error(r, "password", b->code ? W_ERRORS_FIELD_NOT_CODE : W_ERRORS_FIELD_OR_CODE);
    }
    return OK;
}

static void step_up_attempts(const struct req *q, struct attempts *all) {
    attempts_add(all, ATTEMPT, q->who.credential_id, auth_config.limit_signin_account);
}

static enum err step_up_admit(struct req *q, struct resp *r) {
    struct attempts all = {0};
    struct db_rows taken;
    enum err e = req_run(q, NULL, 0); /* who asks names the attempts' key */
    if (e != OK) {
        return e;
    }
    step_up_attempts(q, &all);
    struct db_call take = attempts_take(q->arena, &all, SIGNIN_WINDOW, &taken);
    e = req_run(q, &take, 1);
    return e == OK && attempt_wait(&taken) > 0 ? resp_wait(r, attempt_wait(&taken)) : e;
}

static void step_up_undo(struct req *q) {
    struct attempts all = {0};
    if (req_run(q, NULL, 0) == OK) {
        step_up_attempts(q, &all);
        attempts_undo(q, &all);
    }
}

static enum err refused(struct req *q, struct resp *r, const struct step_up_body *b) {
    struct db_call note = {SQL_STEP_UP_REFUSED(b->code ? "code" : "password")};
    enum err e = req_run(q, &note, 1);
    if (e == OK) {
        resp_field_error(r, b->code ? "code" : "password", b->code ? W_ERRORS_FIELD_CODE_USED : W_ERRORS_FIELD_WRONG);
    }
    return e == OK ? ERR_VALIDATION : e;
}

/* hash or step says what was right. */
static enum err prove(struct req *q, struct resp *r, const char *hash, const char *step) {
    char token[CRYPTO_TOKEN_SIZE];
    struct db_rows proven;
    struct db_call calls[] = {
        {SQL_PASSWORD_KEEP()},
        {SQL_STEP_UP(q->who.credential_id, session_token(q->arena, token), hash, step, attempt_key(q->arena, q->who.credential_id)),
         .rows = &proven},
    };
    enum err e = req_run(q, calls, 2);
    if (e == OK && proven.n == 0) {
        e = refused(q, r, q->body);
    } else if (e == OK) {
        resp_cookie(r, token, SESSION_SECONDS);
        e = reply_success(r);
    }
    crypto_wipe(token, sizeof(token));
    return e;
}

static enum err step_up_post(struct req *q, struct resp *r) {
    const struct step_up_body *b = q->body;
    struct db_rows known;
    struct db_call look = {SQL_STEP_UP_LOOK(), .rows = &known};
    enum err e = req_run(q, &look, 1);
    if (e != OK) {
        return e;
    }
    if (b->code) {
        const char *step = known.n == 1 && !db_null(&known, 0, COL_SEALED) ? factor_step(q, &known, b->code) : NULL;
        return step ? prove(q, r, NULL, step) : refused(q, r, b);
    }
    const char *hash = known.n == 1 ? db_str(&known, 0, COL_PASSWORD_HASH) : NULL;
    enum crypto_verdict verdict = crypto_password_verify(b->password, hash);
    if (verdict == CRYPTO_FAILED) {
        return ERR_UNAVAILABLE;
    }
    return verdict == CRYPTO_MATCH && hash ? prove(q, r, hash, NULL) : refused(q, r, b);
}

const struct route step_up_routes[] = {
    {METHOD_POST, "/api/auth/step-up", GUARD_MEMBER, NULL, step_up_post, BODY(step_up_fields, struct step_up_body), .check = step_up_check,
     .admit = step_up_admit, .undo = step_up_undo, .flags = ROUTE_HASHES | ROUTE_COOKIE | ROUTE_WITHOUT_FACTOR | ROUTE_ENDING,
     .summary = "Prove once more that it is you", .name = "stepUp", .tag = "account",
     .help = "Some operations ask a session for a password or a code that is at most 15 minutes old (403 `recent_sign_in_required`): those "
             "that cannot be undone, and those that make credentials or administrators. This renews it for another 15 minutes and gives "
             "the session a new cookie in exchange for the old one. What is wrong is 400 and named in fields. Attempts are limited by "
             "session (10 in 15 minutes unless configured otherwise): 429.",
     .reply_help = "Proven; this session goes on under a new cookie.", .reply = &success_shape},
    {0},
};
