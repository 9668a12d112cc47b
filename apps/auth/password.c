/* password.c - changing one's password: ends everything else that the old one may have given away (rule A7). */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/password_list.h"
#include "common/mail/mail.h"

struct password_body {
    const char *current_password, *new_password;
};

static const struct field password_fields[] = {
    FIELD_STR(struct password_body, current_password, "currentPassword", FIELD_REQUIRED | FIELD_SECRET | FIELD_PASSWORD, 1, 256,
              .help = "The one that is to be replaced.", .example = "harbour lantern quiet meadow"),
    FIELD_STR(struct password_body, new_password, "newPassword", FIELD_REQUIRED | FIELD_SECRET | FIELD_PASSWORD, 8, 256,
              .help =
                  "8 characters at least, not on a list of common or stolen passwords, and more than names and addresses of the person.",
              .example = "copper window early train"),
    FIELD_END,
};

bool password_is_refused(struct resp *r, const char *field, const char *password, const char *const *known, size_t n) {
    static const enum words_id why[] = {[PASSWORD_COMMON] = WORDS_ERRORS_PASSWORD_COMMON,
                                        [PASSWORD_STOLEN] = WORDS_ERRORS_PASSWORD_STOLEN,
                                        [PASSWORD_OWN_WORDS] = WORDS_ERRORS_PASSWORD_YOURS};
    enum password_fault fault = password_refusal(password, known, n);
    if (fault != PASSWORD_FINE) {
        resp_field_error(r, field, (struct words){.id = why[fault]});
    }
    return fault != PASSWORD_FINE;
}

bool password_refused(struct resp *r, const char *field, const char *password, const struct db_rows *person) {
    const char *known[4] = {0};
    if (person && person->n) {
        known[0] = db_str(person, 0, COL_EMAIL);
        known[1] = db_str(person, 0, COL_FIRST_NAME);
        known[2] = db_str(person, 0, COL_LAST_NAME);
        known[3] = db_str(person, 0, COL_ORG_NAME);
    }
    return password && password_is_refused(r, field, password, known, 4);
}

static enum err password_check(struct req *q, struct resp *r) {
    const struct password_body *b = q->body;
    password_refused(r, "newPassword", b->new_password, NULL);
    return OK;
}

static enum err store(struct req *q, struct resp *r, const struct db_rows *current, const char *hash) {
    const char *old = db_str(current, 0, COL_PASSWORD_HASH), *email = db_str(current, 0, COL_EMAIL);
    char token[CRYPTO_TOKEN_SIZE];
    struct db_rows rows;
    struct db_call calls[] = {
        {SQL_PASSWORD_LOCK()},
        {SQL_PASSWORD_CHANGE(hash, old, q->who.credential_id, session_token(q->arena, token), attempt_key(q->arena, q->who.user_id), email,
                             mail_params(q->arena, email, "time", mail_time(q->arena, clock_now_us()), NULL)),
         .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    if (e == OK && rows.n == 0) {
        e = resp_fail(r, ERR_CONFLICT, W_ERRORS_PASSWORD_CHANGED);
    } else if (e == OK) {
        resp_cookie(r, token, SESSION_SECONDS);
        e = reply_sets(q, r, &rows);
    }
    crypto_wipe(token, sizeof(token));
    return e;
}

static void password_attempts(const struct req *q, struct attempts *all) {
    attempts_add(all, "password-account", q->who.user_id, auth_config.limit_signin_account);
}

static enum err password_admit(struct req *q, struct resp *r) {
    struct attempts all = {0};
    struct db_rows taken;
    enum err e = req_run(q, NULL, 0); /* who asks names the attempts' key */
    if (e != OK) {
        return e;
    }
    password_attempts(q, &all);
    struct db_call take = attempts_take(q->arena, &all, SIGNIN_WINDOW, &taken);
    e = req_run(q, &take, 1);
    return e == OK && attempt_wait(&taken) > 0 ? resp_wait(r, attempt_wait(&taken)) : e;
}

static void password_undo(struct req *q) {
    struct attempts all = {0};
    if (req_run(q, NULL, 0) == OK) {
        password_attempts(q, &all);
        attempts_undo(q, &all);
    }
}

static enum err password_post(struct req *q, struct resp *r) {
    const struct password_body *b = q->body;
    char hash[CRYPTO_PASSWORD_SIZE];
    struct db_rows current;
    struct db_call call = {SQL_PASSWORD_GET(), .rows = &current};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    const char *old = current.n ? db_str(&current, 0, COL_PASSWORD_HASH) : NULL;
    enum crypto_verdict verdict = crypto_password_verify(b->current_password, old);
    if (verdict == CRYPTO_MISMATCH) {
        resp_field_error(r, "currentPassword", W_ERRORS_FIELD_WRONG);
        return ERR_VALIDATION;
    }
    if (verdict == CRYPTO_FAILED) {
        return ERR_UNAVAILABLE;
    }
    if (password_refused(r, "newPassword", b->new_password, &current)) {
        return ERR_VALIDATION;
    }
    return crypto_password_hash(b->new_password, hash) ? store(q, r, &current, hash) : ERR_UNAVAILABLE;
}

static const struct field password_changed_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_INT, "endedSessions", "How many other sessions have ended.", .column = COL_SESSIONS, .min = 0, .example = "1"),
    OUT(FT_INT, "endedApiKeys", "How many API keys have ended.", .column = COL_KEYS, .min = 0, .example = "0"),
    FIELD_END,
};
static const struct shape password_changed_shape =
    SHAPE("PasswordChanged", "What has ended with the old password.", password_changed_members);

const struct route password_routes[] = {
    {METHOD_POST, "/api/auth/change-password", GUARD_MEMBER, NULL, password_post, BODY(password_fields, struct password_body),
     .check = password_check, .admit = password_admit, .undo = password_undo, .flags = ROUTE_WITHOUT_FACTOR | ROUTE_HASHES | ROUTE_COOKIE,
     .summary = "Change one's password; ends all other sessions and all API keys", .name = "changePassword", .tag = "account",
     .help = "Sets a new password and gives this session a new cookie; all other sessions and all API keys of the person end, and links "
             "from mails that would set another password too. A wrong current password is 400 and named in fields. Attempts are limited by "
             "account (10 in 15 minutes unless configured otherwise): 429.",
     .reply_help = "Changed; this session goes on under a new cookie.", .reply = &password_changed_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL})},
    {0},
};
