/*
 * join.c - registrations that wait for the answer to a mail (rule A4): by the domain of one's address, and where mail leaves the server
 * all of them.
 *
 * Anybody can type an address, so a registration waits until its mail was answered, with the link and the password that was given with
 * it: who only has the mailbox cannot finish what a stranger began, and the stranger has no link. The answer to the registration is the
 * same whether or not an organisation has the domain, or an account the address (rule A8). Where mail leaves the server what was made with
 * the address without a proof is in nobody's way: the first proof displaces it.
 */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/str.h"
#include "common/mail/mail.h"

static const struct field confirm_fields[] = {
    FIELD_STR(struct link_body, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100, .help = "From the link in the mail.",
              .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_STR(struct link_body, password, "password", FIELD_REQUIRED | FIELD_SECRET | FIELD_PASSWORD, 1, 256,
              .help = "The one that was given at registration.", .example = "harbour lantern quiet meadow"),
    FIELD_END,
};

enum err join_reply(const struct req *q, struct resp *r) {
    resp_status(r, 201);
    shape_write(&r->json, q->arena, q->route->reply, NULL, 0, NULL);
    return OK;
}

enum err join_domain(struct req *q, struct resp *r, const char *hash) {
    const struct register_body *b = q->body;
    struct link link = link_make(q->arena, "/confirm");
    struct db_call calls[] = {
        {SQL_DOMAIN_ENTER(b->email, account_key(q->arena, b->email), spellings(q->arena, b->email), mail_flag())},
        {SQL_PENDING_REGISTRATION_CREATE(b->email, b->first_name, b->last_name, hash, link.hash,
                                         mail_params(q->arena, b->email, "url", link_for(q->arena, &link, b->email), NULL))},
    };
    enum err e = req_run(q, calls, 2);
    return e == OK ? join_reply(q, r) : e;
}

static enum err join(struct req *q, struct resp *r, const struct db_rows *pending) {
    const struct link_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {
        SQL_PENDING_JOIN(token_hash(q->arena, b->token), mail_flag(), spellings(q->arena, db_str(pending, 0, COL_EMAIL))), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == ERR_CONFLICT) {
        return ERR_EMAIL_TAKEN;
    }
    if (e == OK && !str_eq(db_str(&rows, 0, COL_VERDICT), "ok")) {
        return link_expired(r);
    }
    return e == OK ? reply_sets(q, r, pending) : e;
}

static void confirm_attempts(struct req *q, struct attempts *all) {
    const struct link_body *b = q->body;
    link_attempts(q, all);
    attempts_add(all, "confirm-link", b->token, auth_config.limit_signin_account);
}

static enum err confirm_admit(struct req *q, struct resp *r) {
    const struct link_body *b = q->body;
    struct attempts all = {0};
    struct db_rows taken, pending;
    confirm_attempts(q, &all);
    struct db_call calls[] = {
        attempts_take(q->arena, &all, SIGNIN_WINDOW, &taken),
        link_enter(q->arena, "registration", b->token),
        {SQL_PENDING_REGISTRATION_GET(token_hash(q->arena, b->token)), .rows = &pending},
    };
    enum err e = req_run(q, calls, 3);
    if (e == OK && pending.n == 0 && (attempt_wait(&taken) == 0 || attempts_refused(&taken) == all.n - 1)) {
        return link_expired(r);
    }
    return e == OK && attempt_wait(&taken) > 0 ? resp_wait(r, attempt_wait(&taken)) : e;
}

static void confirm_undo(struct req *q) {
    struct attempts all = {0};
    confirm_attempts(q, &all);
    attempts_undo(q, &all);
}

static enum err confirm_post(struct req *q, struct resp *r) {
    const struct link_body *b = q->body;
    struct db_rows pending;
    struct db_call calls[] = {
        link_enter(q->arena, "registration", b->token),
        {SQL_PENDING_REGISTRATION_GET(token_hash(q->arena, b->token)), .rows = &pending},
    };
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    if (pending.n == 0) {
        return link_expired(r);
    }
    switch (crypto_password_verify(b->password, db_str(&pending, 0, COL_PASSWORD_HASH))) {
    case CRYPTO_MATCH:
    case CRYPTO_MATCH_AS_TYPED: return join(q, r, &pending);
    case CRYPTO_MISMATCH: resp_field_error(r, "password", W_ERRORS_FIELD_REGISTERED); return ERR_VALIDATION;
    default: return ERR_UNAVAILABLE;
    }
}

static const struct field registration_confirmed_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_EMAIL, "email", "The proven address: the name to sign in with.", .column = COL_EMAIL, .example = "robin@example.com"),
    OUT(FT_STR, "organization", "Name of the organisation made or joined.", .column = COL_ORGANIZATION, .min = 1,
        .example = "Example Logistics"),
    FIELD_END,
};
static const struct shape registration_confirmed_shape =
    SHAPE("RegistrationConfirmed", "Who joined, and what.", registration_confirmed_members);

const struct route join_routes[] = {
    {METHOD_POST, "/api/auth/register/confirm", GUARD_PUBLIC, NULL, confirm_post, BODY(confirm_fields, struct link_body),
     .admit = confirm_admit, .undo = confirm_undo, .flags = ROUTE_HASHES,
     .summary = "Finish a registration, with the link from the mail and the password", .name = "confirmRegistration", .tag = "account",
     .help =
         "The second step of a registration that waits for a mail: with joinDomain, and where mail leaves the server. Proves the address "
         "and makes the account, with its organisation or in the one joined. The link alone is not enough: the password is the one that "
         "was given at registration. The link lives 7 days, with joinDomain one. 409 `email_taken`: the address has a proven account by "
         "now. Limited by link (LIMIT_SIGNIN_ACCOUNT), and by "
         "address and network (LIMIT_SIGNIN_ADDRESS). 403 `seats_used`: the organisation is full.",
     .reply_help = "Joined, with a proven address. Sign in next.", .reply = &registration_confirmed_shape,
     .errors = ERRORS({ERR_EMAIL_TAKEN, NULL}, {ERR_SUSPENDED, NULL}, {ERR_ENDING, NULL}, {ERR_SEATS, NULL}, {ERR_SIGNUPS_CLOSED, NULL},
                      {ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
