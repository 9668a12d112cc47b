/*
 * factor_reset.c - a lost second factor: an administrator asks that it be removed, and a day passes in which its person can object
 * (rule A5). The mail that tells of it has a link to answer by: whoever reads it may also have it done at once.
 */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/mail/mail.h"

struct answer_body {
    const char *token, *answer;
};

static const char *const answers[] = {"stop", "remove", NULL};

static const struct field answer_fields[] = {
    FIELD_STR(struct answer_body, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100, .help = "From the link in the mail.",
              .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_ENUM(struct answer_body, answer, "answer", FIELD_REQUIRED, answers, NULL,
               .help = "stop: it stays as it is. remove: it is lost indeed, and goes at once.", .example = "stop"),
    FIELD_END,
};

/* What the statements' verdicts mean to a client. */
static enum err refused(struct resp *r, const char *verdict) {
    static const struct {
        const char *verdict;
        enum err err;
        enum words_id text;
    } table[] = {
        {"self", ERR_FORBIDDEN, WORDS_ERRORS_FACTOR_SELF},        {"platform", ERR_FORBIDDEN, WORDS_ERRORS_FACTOR_PLATFORM},
        {"inactive", ERR_CONFLICT, WORDS_ERRORS_FACTOR_INACTIVE}, {"no_factor", ERR_CONFLICT, WORDS_ERRORS_FACTOR_NONE},
        {"waiting", ERR_CONFLICT, WORDS_ERRORS_FACTOR_WAITING},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (str_eq(table[i].verdict, verdict)) {
            return resp_fail_id(r, table[i].err, table[i].text);
        }
    }
    return ERR_NOT_FOUND;
}

/* The attempts count before a mail is written, whatever becomes of it. */
static enum err may_send(struct req *q, struct resp *r, const char *to) {
    struct db_rows limit;
    struct attempt organization = {"factor-reset-org", q->who.org_id, 20 * auth_config.limit_account_mails};
    struct db_call take = mail_attempt(q, organization, "factor-reset-mail", to, &limit);
    enum err e = req_run(q, &take, 1);
    return e == OK && attempt_wait(&limit) > 0 ? resp_wait(r, attempt_wait(&limit)) : e;
}

static const char *a_day_later(struct arena *a) {
    return mail_time(a, clock_now_us() + 24 * 3600 * INT64_C(1000000));
}

static enum err reset_post(struct req *q, struct resp *r) {
    struct db_rows person, asked;
    struct db_call look = {SQL_FACTOR_RESET_LOOK(q->params[0]), .rows = &person};
    enum err e = req_run(q, &look, 1);
    if (e == OK && !db_null(&person, 0, COL_VERDICT)) {
        return refused(r, db_str(&person, 0, COL_VERDICT));
    }
    const char *to = e == OK ? db_str(&person, 0, COL_EMAIL) : NULL;
    e = e == OK ? may_send(q, r, to) : e;
    if (e != OK) {
        return e;
    }
    struct link link = link_make(q->arena, "/factor-reset");
    const char *sealed = mail_params(q->arena, to, "url", link.url, "expires", a_day_later(q->arena), NULL);
    struct db_call ask = {SQL_FACTOR_RESET_ASK(q->params[0], to, link.hash, sealed), .rows = &asked};
    e = req_run(q, &ask, 1);
    if (e != OK) {
        return e;
    }
    return str_eq(db_str(&asked, 0, COL_VERDICT), "ok") ? reply_sets(q, r, &asked) : refused(r, db_str(&asked, 0, COL_VERDICT));
}

static enum err reset_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_FACTOR_RESET_CANCEL(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return ERR_NOT_FOUND;
    }
    return e == OK ? reply_success(r) : e;
}

static enum err own_reset_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_FACTOR_RESET_STOP(), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_NOBODY);
    }
    return e == OK ? reply_success(r) : e;
}

static enum err link_over(struct resp *r) {
    return resp_fail(r, ERR_TOKEN_EXPIRED, W_ERRORS_FACTOR_ANSWERED);
}

static enum err answer_post(struct req *q, struct resp *r) {
    const struct answer_body *b = q->body;
    struct db_rows limit, person, rows;
    struct db_call look[] = {
        link_attempt(q, &limit),
        link_enter(q->arena, "reset_factor", b->token),
        {SQL_LINK_PERSON(), .rows = &person},
    };
    enum err e = req_run(q, look, 3);
    if (e == OK && attempt_wait(&limit) > 0) {
        return resp_wait(r, attempt_wait(&limit));
    }
    if (e != OK || person.n == 0) {
        return e == OK ? link_over(r) : e;
    }
    bool stop = str_eq(b->answer, "stop");
    struct db_call act = stop ? (struct db_call){SQL_FACTOR_RESET_STOP(), .rows = &rows}
                              : (struct db_call){SQL_FACTOR_RESET_DO(token_hash(q->arena, b->token)), .rows = &rows};
    /* A transaction of its own: that of the attempt does not wait for the disk. */
    const struct db_call calls[] = {{SQL_REQUEST(q->id)}, look[1], act};
    e = req_run(q, calls, 3);
    if (e == OK && (stop ? rows.n == 0 : !db_bool(&rows, 0, COL_DONE))) {
        return link_over(r);
    }
    return e == OK ? reply_success(r) : e;
}

static const struct field factor_reset_members[] = {
    OUT(FT_TIME, "endsAt", "When the second factor goes, unless somebody objects.", .column = COL_ENDS_AT,
        .example = "2026-11-21T08:15:30.123Z"),
    FIELD_END,
};
static const struct shape factor_reset_shape = SHAPE("FactorReset", "A lost second factor is to be removed.", factor_reset_members);

const struct route factor_reset_routes[] = {
    {METHOD_POST, "/api/portal/users/{id}/reset-factor", GUARD_ADMIN, NULL, reset_post, .flags = ROUTE_STEP_UP,
     .summary = "Ask that the lost second factor of a person be removed", .name = "resetFactor", .tag = "team",
     .param_help = {"Of the person."},
     .help = "For somebody who lost app and recovery codes. A mail goes to the person at once, with a link to stop it or to have it done "
             "now; without an answer it is done after 24 hours. Signing in with a code meanwhile calls it off. Then factor and recovery "
             "codes are gone and all sessions of the person end; password and API keys stay. 403 `forbidden`: for oneself, or for a "
             "platform administrator (`instance.sh reset-factor` on the server). 409 `conflict`: it waits already, the person has no "
             "second factor or is deactivated. All of it is in the audit log.",
     .status = 202, .reply_help = "Asked for; the mail is queued.", .reply = &factor_reset_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/portal/users/{id}/reset-factor", GUARD_ADMIN, NULL, reset_delete,
     .summary = "Call off that a second factor be removed", .name = "cancelFactorReset", .tag = "team", .param_help = {"Of the person."},
     .help = "The second factor stays. 404: nobody asked for its removal, or it is done.", .reply_help = "Called off.",
     .reply = &success_shape},
    {METHOD_DELETE, "/api/auth/mfa/reset", GUARD_MEMBER, NULL, own_reset_delete,
     .summary = "Object to the removal of one's own second factor", .name = "stopOwnFactorReset", .tag = "account",
     .help = "For somebody who is signed in and sees in GET /api/auth/mfa that an administrator asked for it. 409 `conflict`: nobody did.",
     .reply_help = "The second factor stays.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_POST, "/api/auth/reset-factor", GUARD_PUBLIC, NULL, answer_post, BODY(answer_fields, struct answer_body),
     .summary = "Answer the mail about the removal of one's second factor", .name = "answerFactorReset", .tag = "account",
     .help = "With the link's token: stop it, or have it done at once, which ends all sessions. The token works once. Limited by address. "
             "410 `token_expired`: it was answered, called off or done.",
     .reply_help = "Stopped, or done.", .reply = &success_shape, .errors = ERRORS({ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
