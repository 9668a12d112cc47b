/* link.c - links in mails: their tokens, proving one's address with one, and what the families of links share (rules A4, A6, A9). */
#include "apps/auth/auth.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/mail/mail.h"

struct link_query {
    const char *token;
};

static const struct field link_query_fields[] = {
    FIELD_STR(struct link_query, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100, .help = "From the link in the mail.",
              .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_END,
};
const struct field link_fields[] = {
    FIELD_STR(struct link_body, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100, .help = "From the link in the mail.",
              .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_END,
};

struct link link_make(struct arena *a, const char *page) {
    char token[CRYPTO_TOKEN_SIZE];
    struct link link = {.hash = session_token(a, token)};
    link.url = arena_printf(a, "%s%s#token=%s", web_config.base_url, page, token);
    crypto_wipe(token, sizeof(token));
    return link;
}

const char *link_for(struct arena *a, const struct link *link, const char *email) {
    char *coded = arena_alloc(a, 3 * strlen(email) + 1);
    const char *token = strchr(link->url, '#') + 1;
    str_url_encode(coded, email, "@");
    return arena_printf(a, "%.*semail=%s&%s", (int)(token - link->url), link->url, coded, token);
}

struct db_call link_enter(struct arena *a, const char *kind, const char *token) {
    return (struct db_call){SQL_LINK_ENTER(kind, token_hash(a, token))};
}

void link_attempts(struct req *q, struct attempts *all) {
    attempts_add_address(q->arena, all, "link-address", q->address, auth_config.limit_signin_address);
}

struct db_call link_attempt(struct req *q, struct db_rows *rows) {
    struct attempts all = {0};
    link_attempts(q, &all);
    return attempts_take(q->arena, &all, SIGNIN_WINDOW, rows);
}

void attempts_undo(struct req *q, const struct attempts *all) {
    struct db_call back = attempts_back(q->arena, all);
    if (req_run(q, &back, 1) != OK) {
        log_warn("attempts could not be given back");
    }
}

enum err link_expired(struct resp *r) {
    return resp_fail(r, ERR_TOKEN_EXPIRED, W_ERRORS_LINK_REPLACED);
}

struct db_call mail_attempt(struct req *q, struct attempt first, const char *kind, const char *to, struct db_rows *rows) {
    struct attempts all = {{first, {kind, to, auth_config.limit_account_mails}}, 2};
    return attempts_take(q->arena, &all, 3600, rows);
}

bool mail_is_there(const struct db_rows *rows) {
    return attempts_refused(rows) == 1;
}

const char *spellings(struct arena *a, const char *email) {
    const char *list[EMAIL_SPELLINGS];
    size_t n = email_spellings(a, email, list);
    return db_text_array(a, list, n);
}

const char *account_key(struct arena *a, const char *email) {
    return attempt_key(a, email_key(a, email));
}

const char *mail_flag(void) {
    return auth_config.mail ? "true" : "false";
}

const char *mail_time(struct arena *a, int64_t us) {
    char iso[CLOCK_ISO_SIZE];
    clock_iso(us, iso);
    return arena_strdup(a, iso);
}

enum err need_proven_address(struct resp *r, const struct db_rows *me) {
    return !auth_config.mail || db_bool(me, 0, COL_EMAIL_VERIFIED) ? OK : resp_fail(r, ERR_EMAIL_NOT_VERIFIED, W_ERRORS_LINK_ADDRESS);
}

/* Where mail leaves the server a proof makes an account of what anybody could have registered: only who is signed in there says that it is
 * theirs. Whoever only has the mailbox sets a new password by mail, which ends what a stranger had made. */
static enum err need_own_session(struct req *q, struct resp *r, const struct db_rows *person) {
    struct db_rows found;
    struct principal who = {0};
    if (!auth_config.mail || db_bool(person, 0, COL_EMAIL_VERIFIED)) {
        return OK;
    }
    if (q->credential.token && !q->credential.is_key) {
        const struct demand demand = {.guard = GUARD_MEMBER, .idle_seconds = web_config.session_idle_hours * 3600, .ending = true};
        struct db_call call = principal_call(q->arena, &q->credential, demand, q->id, &found);
        if (req_run(q, &call, 1) == OK) {
            principal_read(&found, false, &who);
        }
    }
    return str_eq(who.user_id, db_str(person, 0, COL_ID)) ? OK : resp_fail(r, ERR_FORBIDDEN, W_ERRORS_LINK_SIGN_IN);
}

/* GET, because that is what the contract says. Doing it again does no harm: whoever looks into mails may open the link first. */
static enum err verify_get(struct req *q, struct resp *r) {
    const struct link_query *f = q->query;
    struct db_rows limit, person;
    struct db_call calls[] = {
        link_attempt(q, &limit),
        link_enter(q->arena, "verify_email", f->token),
        {SQL_LINK_PERSON(), .rows = &person},
    };
    enum err e = req_run(q, calls, 3);
    if (e == OK && attempt_wait(&limit) > 0) {
        return resp_wait(r, attempt_wait(&limit));
    }
    if (e == OK && person.n == 0) {
        return link_expired(r);
    }
    e = e == OK ? need_own_session(q, r, &person) : e;
    /* A transaction of its own: that of the attempt does not wait for the disk. */
    struct db_call prove[] = {{SQL_REQUEST(q->id)}, calls[1], {SQL_EMAIL_VERIFY()}};
    e = e == OK ? req_run(q, prove, 3) : e;
    return e == OK ? reply_success(r) : e;
}

static enum err already_proven(struct resp *r) {
    return resp_fail(r, ERR_CONFLICT, W_ERRORS_LINK_CONFIRMED);
}

static enum err verify_resend_post(struct req *q, struct resp *r) {
    struct db_rows limit, me, made = {0};
    struct db_call look = {SQL_ME(), .rows = &me};
    enum err e = req_run(q, &look, 1);
    if (e == OK && db_bool(&me, 0, COL_EMAIL_VERIFIED)) {
        return already_proven(r);
    }
    if (e != OK) {
        return e;
    }
    const char *email = db_str(&me, 0, COL_EMAIL);
    struct attempt address = {"mail-address", q->address, 4 * auth_config.limit_signin_address};
    struct db_call take = mail_attempt(q, address, "verify-mail", email, &limit);
    e = req_run(q, &take, 1);
    if (e == OK && attempt_wait(&limit) > 0) {
        return resp_wait(r, attempt_wait(&limit));
    }
    struct link link = link_make(q->arena, "/verify-email");
    struct db_call send = {SQL_VERIFY_QUEUE(link.hash, email, mail_params(q->arena, email, "url", link.url, NULL)), .rows = &made};
    e = e == OK ? req_run(q, &send, 1) : e;
    if (e == OK && made.n == 0) {
        return already_proven(r);
    }
    return e == OK ? reply_success(r) : e;
}

const struct route link_routes[] = {
    {METHOD_GET, "/api/auth/verify", GUARD_PUBLIC, NULL, verify_get, QUERY(link_query_fields, struct link_query),
     .summary = "Prove one's e-mail address with the link from the mail", .name = "verifyEmail", .tag = "account",
     .help =
         "Proves that mail to the address arrives: inviting people and adding domains need that where mails leave the server. The "
         "mail's link leads to a page that makes this call. It may be repeated while the link lives, which is 7 days. Where mails leave "
         "the server, with the cookie of a session of the account: 403 `forbidden` to anybody else. Limited by address. 410 "
         "`token_expired`: POST /api/auth/verify/resend sends another link.",
     .reply_help = "Proven.", .reply = &success_shape, .errors = ERRORS({ERR_FORBIDDEN, NULL}, {ERR_TOKEN_EXPIRED, NULL})},
    {METHOD_POST, "/api/auth/verify/resend", GUARD_MEMBER, NULL, verify_resend_post,
     .summary = "Send the mail that proves one's e-mail address again", .name = "resendVerification", .tag = "account",
     .help = "Sends the mail that proves the caller's own address once more; the link of the mail before stops working. 409 `conflict`: "
             "the address is proven already. Limited by address.",
     .reply_help = "The mail is queued.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {0},
};
