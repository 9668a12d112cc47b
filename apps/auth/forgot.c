/* forgot.c - a forgotten password: a mail to whoever has the account, and a new password with its link (rules A6 to A9). */
#include "apps/auth/auth.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/mail/mail.h"

struct forgot_body {
    const char *email;
};

static const struct field forgot_fields[] = {
    FIELD_EMAIL(struct forgot_body, email, "email", FIELD_REQUIRED | FIELD_KNOWN, .help = "Address of the account.",
                .example = "robin@example.com"),
    FIELD_END,
};
static const struct field reset_fields[] = {
    FIELD_STR(struct link_body, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100, .help = "From the link in the mail.",
              .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_STR(struct link_body, password, "password", FIELD_REQUIRED | FIELD_SECRET | FIELD_PASSWORD, 8, 256,
              .help = "The new one: 8 characters at least, not on a list of common or stolen passwords, and more than names and addresses "
                      "of the person.",
              .example = "copper window early train"),
    FIELD_END,
};

/* The link is made and sealed before anybody knows whether there is an account, and one statement does the rest either way. */
static enum err forgot_post(struct req *q, struct resp *r) {
    const struct forgot_body *b = q->body;
    struct db_rows limit;
    struct attempt address = {"mail-address", q->address, 4 * auth_config.limit_signin_address};
    struct db_call take = mail_attempt(q, address, "forgot-mail", email_key(q->arena, b->email), &limit);
    enum err e = req_run(q, &take, 1);
    if (e == OK && mail_is_there(&limit)) {
        return reply_success(r);
    }
    if (e == OK && attempt_wait(&limit) > 0) {
        return resp_wait(r, attempt_wait(&limit));
    }
    struct link link = link_make(q->arena, "/reset");
    const char *emails[EMAIL_SPELLINGS], *sealed[EMAIL_SPELLINGS];
    size_t n = email_spellings(q->arena, b->email, emails);
    for (size_t i = 0; i < n; i++) {
        sealed[i] = mail_params(q->arena, emails[i], "url", link_for(q->arena, &link, emails[i]), NULL);
    }
    struct db_call ask = {SQL_FORGOT(emails[0], link.hash, sealed[0], account_key(q->arena, b->email),
                                     db_text_array(q->arena, emails + 1, n - 1), db_text_array(q->arena, sealed + 1, n - 1))};
    e = e == OK ? req_run(q, &ask, 1) : e;
    return e == OK ? reply_success(r) : e;
}

static enum err reset_check(struct req *q, struct resp *r) {
    const struct link_body *b = q->body;
    password_refused(r, "password", b->password, NULL);
    return OK;
}

/* Two at once with the same link: the second waits for the first at password_lock, and finds the link used. */
static enum err store(struct req *q, struct resp *r, const char *email, const char *hash) {
    const struct link_body *b = q->body;
    struct db_rows changed;
    struct db_call calls[] = {
        link_enter(q->arena, "reset_password", b->token),
        {SQL_UNPROVEN_TAKE_OVER(token_hash(q->arena, b->token), mail_flag())},
        {SQL_PASSWORD_LOCK()},
        {SQL_PASSWORD_RESET(token_hash(q->arena, b->token), hash, account_key(q->arena, email), email,
                            mail_params(q->arena, email, "time", mail_time(q->arena, clock_now_us()), NULL),
                            attempt_key(q->arena, account_asker(q, email))),
         .rows = &changed},
    };
    enum err e = req_run(q, calls, 4);
    if (e != OK) {
        return e;
    }
    if (changed.n == 0) {
        return link_expired(r);
    }
    device_remember(q, r, email); /* whoever was kept from signing in with the old password gets in with the new one */
    return reply_success(r);
}

/* Only who has a link gets a place where passwords are hashed. */
static enum err reset_admit(struct req *q, struct resp *r) {
    const struct link_body *b = q->body;
    struct db_rows limit, person;
    struct db_call calls[] = {
        link_attempt(q, &limit),
        link_enter(q->arena, "reset_password", b->token),
        {SQL_LINK_PERSON(), .rows = &person},
    };
    enum err e = req_run(q, calls, 3);
    if (e == OK && attempt_wait(&limit) > 0) {
        return resp_wait(r, attempt_wait(&limit));
    }
    return e == OK && person.n == 0 ? link_expired(r) : e;
}

static void reset_undo(struct req *q) {
    struct attempts all = {0};
    link_attempts(q, &all);
    attempts_undo(q, &all);
}

static enum err reset_post(struct req *q, struct resp *r) {
    const struct link_body *b = q->body;
    char hash[CRYPTO_PASSWORD_SIZE];
    struct db_rows person;
    struct db_call calls[] = {
        link_enter(q->arena, "reset_password", b->token),
        {SQL_LINK_PERSON(), .rows = &person},
    };
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    if (person.n == 0) {
        return link_expired(r);
    }
    if (password_refused(r, "password", b->password, &person)) {
        return ERR_VALIDATION;
    }
    return crypto_password_hash(b->password, hash) ? store(q, r, db_str(&person, 0, COL_EMAIL), hash) : ERR_UNAVAILABLE;
}

const struct route forgot_routes[] = {
    {METHOD_POST, "/api/auth/forgot-password", GUARD_PUBLIC, NULL, forgot_post, BODY(forgot_fields, struct forgot_body),
     .summary = "Ask for a mail with a link to set a new password", .name = "forgotPassword", .tag = "account",
     .help =
         "Sends a link to set a new password to the address when an active account has it. The answer is the same when none has. The "
         "link works once and for an hour; a new one replaces it. An address gets 5 such mails an hour (LIMIT_ACCOUNT_MAILS); beyond them "
         "the answer is still the same, and the link that is there works. Who asks too often, whomever for, is told to wait: 429.",
     .reply_help = "When an active account has this address, a mail goes to it.", .reply = &success_shape},
    {METHOD_POST, "/api/auth/reset-password", GUARD_PUBLIC, NULL, reset_post, BODY(reset_fields, struct link_body), .check = reset_check,
     .admit = reset_admit, .undo = reset_undo, .flags = ROUTE_HASHES | ROUTE_COOKIE,
     .summary = "Set a new password with the link from the mail; ends all sessions and all API keys", .name = "resetPassword",
     .tag = "account",
     .help =
         "Sets the password of the account that the link was sent for, and ends all its sessions and API keys. The second factor "
         "stays: signing in still asks for its code. Where mail leaves the server and the address was not proven before, the link is the "
         "proof, and what somebody else may have set up ends: second factor, devices, and the presence of others (an organisation with "
         "others in it is left to them, and the person begins anew in one of the own). Limited by address and network "
         "(LIMIT_SIGNIN_ADDRESS). 410 `token_expired`: ask "
         "for another link with POST /api/auth/forgot-password.",
     .reply_help = "Set. Sign in next.", .reply = &success_shape, .errors = ERRORS({ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
