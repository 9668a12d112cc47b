/* mail_preferences.c - which optional mails one wants, and turning them off by the link of a mail (rule E5). */
#include "apps/auth/auth.h"

#include <ctype.h>

struct unsubscribe_query {
    const char *token;
};

struct mail_choice_body {
    const char *token;
    bool wanted;
};

struct mail_preference_body {
    bool team, results;
};

static const struct field mail_preference_fields[] = {
    FIELD_BOOL(struct mail_preference_body, team, "team", FIELD_REQUIRED, NULL, .column = COL_TEAM,
               .help = "Mails when somebody joined the organisation.", .example = "true"),
    FIELD_BOOL(struct mail_preference_body, results, "results", FIELD_REQUIRED, NULL, .column = COL_RESULTS,
               .help = "Mails when an exercise of one's own is completed.", .example = "false"),
    FIELD_END,
};
static const struct field unsubscribe_fields[] = {
    FIELD_STR(struct unsubscribe_query, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100,
              .help = "From the link at the end of a mail.", .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_END,
};

static const struct field mail_choice_fields[] = {
    FIELD_STR(struct mail_choice_body, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100,
              .help = "From the link at the end of a mail.", .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_BOOL(struct mail_choice_body, wanted, "wanted", FIELD_REQUIRED, NULL, .help = "false: no more mail of the kind; true: again.",
               .example = "false"),
    FIELD_END,
};

static enum err mail_preferences_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_MAIL_PREFERENCES()});
}

static enum err mail_preferences_put(struct req *q, struct resp *r) {
    const struct mail_preference_body *b = q->body;
    struct db_rows rows;
    struct db_call calls[] = {
        {SQL_MAIL_PREFERENCES_PUT(b->team ? "true" : "false", b->results ? "true" : "false")},
        {SQL_MAIL_PREFERENCES(), .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    return e == OK ? reply_sets(q, r, &rows) : e;
}

/* Tokens are base62; whatever else comes goes into no header. */
static enum err unsubscribe_check(struct req *q, struct resp *r) {
    const struct unsubscribe_query *query = q->query;
    for (const char *c = query->token ? query->token : ""; *c; c++) {
        if (!isalnum((unsigned char)*c)) {
            resp_field_error(r, "token", W_ERRORS_FIELD_TOKEN_OF_LINK);
            break;
        }
    }
    return OK;
}

/* Mail scanners follow links, so that only the page's button, or a mail program's POST, turns anything off. */
static enum err unsubscribe_get(struct req *q, struct resp *r) {
    const struct unsubscribe_query *query = q->query;
    const char *page = arena_printf(q->arena, "/unsubscribe#token=%s", query->token);
    resp_status(r, 303);
    resp_header(r, "Location", page);
    jw_object(&r->json);
    jw_kstr(&r->json, "page", page);
    jw_object_end(&r->json);
    return OK;
}

static enum err choose(struct req *q, struct resp *r, const char *token, bool wanted) {
    struct db_rows rows;
    struct db_call call = {SQL_MAIL_CHOOSE(token_hash(q->arena, token), wanted ? "true" : "false"), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return resp_fail(r, ERR_TOKEN_EXPIRED, W_ERRORS_LINK_MAILS);
    }
    return e == OK ? reply_sets(q, r, &rows) : e;
}

/* RFC 8058: one POST without a cookie; what its form says is always the same and is not read. The token is in the address because that
 * header has room for nothing else; our own page sends it in a body. */
static enum err unsubscribe_post(struct req *q, struct resp *r) {
    const struct unsubscribe_query *query = q->query;
    return choose(q, r, query->token, false);
}

static enum err mail_choice_post(struct req *q, struct resp *r) {
    const struct mail_choice_body *b = q->body;
    return choose(q, r, b->token, b->wanted);
}

static const struct shape mail_preferences_shape = SHAPE("MailPreferences", "Which optional mails a person gets.", mail_preference_fields);

static const struct field unsubscribe_page_members[] = {
    OUT(FT_STR, "page", "The page that Location names.", .example = "/unsubscribe#token=token-from-the-link-in-the-mail-0001"),
    FIELD_END,
};
static const struct shape unsubscribe_page_shape =
    SHAPE("UnsubscribePage", "Where the page is that turns the mail off.", unsubscribe_page_members);

static const struct field unsubscribed_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_ENUM, "topic",
        "The kind of mail that it was about. invitations: all mail that others cause who know the address alone, of whatever organisation; "
        "mail that an account needs or that somebody asked for still comes.",
        .column = COL_TOPIC, .values = VALUES("team", "results", "invitations"), .example = "results"),
    FIELD_END,
};
static const struct shape unsubscribed_shape = SHAPE("Unsubscribed", "Which kind of mail it was about.", unsubscribed_members);

const struct route mail_preferences_routes[] = {
    {METHOD_GET, "/api/auth/mail-preferences", GUARD_MEMBER, NULL, mail_preferences_get, .summary = "Which optional mails one gets",
     .name = "getMailPreferences", .tag = "account",
     .help = "Two kinds of mail are optional and on until they are turned off, here or by the link at the end of each of them.",
     .reply_help = "The caller's choice; everything is on until it is turned off.", .reply = &mail_preferences_shape},
    {METHOD_PUT, "/api/auth/mail-preferences", GUARD_MEMBER, NULL, mail_preferences_put,
     BODY(mail_preference_fields, struct mail_preference_body), .summary = "Choose which optional mails one gets",
     .name = "putMailPreferences", .tag = "account",
     .help = "Replaces the choice: both members are required. Mail that an account needs, such as links to a new password, always comes.",
     .reply_help = "As it is stored now.", .reply = &mail_preferences_shape},
    {METHOD_GET, "/api/public/unsubscribe", GUARD_PUBLIC, NULL, unsubscribe_get, QUERY(unsubscribe_fields, struct unsubscribe_query),
     .check = unsubscribe_check, .summary = "Leads to the page that turns a kind of mail off", .name = "openUnsubscribePage",
     .tag = "account",
     .help = "What the header List-Unsubscribe of an optional mail leads to when it is opened. It changes nothing, because mail scanners "
             "follow links: the page "
             "asks, and turns the mail off with a POST.",
     .reply_help = "Location names the page.", .status = 303, .reply = &unsubscribe_page_shape},
    {METHOD_POST, "/api/public/unsubscribe", GUARD_PUBLIC, NULL, unsubscribe_post, QUERY(unsubscribe_fields, struct unsubscribe_query),
     .check = unsubscribe_check, .summary = "Turn a kind of mail off by the link of a mail (RFC 8058)", .name = "unsubscribe",
     .tag = "account",
     .help = "Turns the kind of mail off that the link belongs to: the one-click address of the header List-Unsubscribe. Needs no "
             "credential; a body is not read. May be sent again. 410 `token_expired`: turn it off with PUT /api/auth/mail-preferences.",
     .reply_help = "Turned off.", .reply = &unsubscribed_shape, .errors = ERRORS({ERR_TOKEN_EXPIRED, NULL})},
    {METHOD_POST, "/api/public/mail-choice", GUARD_PUBLIC, NULL, mail_choice_post, BODY(mail_choice_fields, struct mail_choice_body),
     .summary = "Turn a kind of mail off or on by the link of a mail", .name = "chooseMail", .tag = "account",
     .help =
         "What the page does that the link at the end of a mail leads to. Needs no credential, and may be repeated. 410 `token_expired`: "
         "change it with PUT /api/auth/mail-preferences, or with the link of a newer mail.",
     .reply_help = "Done.", .reply = &unsubscribed_shape, .errors = ERRORS({ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
