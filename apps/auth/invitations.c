/* invitations.c - invite by e-mail address, list, revoke, accept with an existing account (rules A4, A6, A13). */
#include "apps/auth/auth.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/mail/mail.h"

struct accept_body {
    const char *token;
};

struct invite_body {
    struct field_strs emails;
    const char *role;
};

#define MAX_ADDRESSES 100
#define MAX_LOCAL_PART 64
#define DAYS 14

static const struct field invite_fields[] = {
    FIELD_STRS(struct invite_body, emails, "emails", FIELD_REQUIRED, 1, MAX_ADDRESSES, 1000,
               .help = "Addresses of the people to invite; each counts once, whatever the case.", .example = "alex@example.com"),
    FIELD_ENUM(struct invite_body, role, "role", 0, team_roles, "MEMBER", .help = "What they will be; with an API key MEMBER only.",
               .example = "MEMBER"),
    FIELD_END,
};
static const struct field accept_fields[] = {
    FIELD_STR(struct accept_body, token, "token", FIELD_REQUIRED | FIELD_SECRET, 20, 100, .help = "From the link in the invitation.",
              .example = "token-from-the-link-in-the-mail-0001"),
    FIELD_END,
};

/* The addresses that were given, each once, and the sound ones with a token of their own. */
struct guests {
    const char *given[MAX_ADDRESSES];
    const char *tokens[MAX_ADDRESSES];  /* NULL: nobody to invite */
    const char *refused[MAX_ADDRESSES]; /* the status that says why */
    size_t count;
};

static size_t find_address(const char *const *list, size_t n, const char *email) {
    size_t i = 0;
    while (i < n && !str_eq(list[i], email)) {
        i++;
    }
    return i;
}

/* Mail servers need not take more before the at sign (RFC 5321 section 4.5.3.1). */
static bool is_mailable(const char *email) {
    return strcspn(email, "@") <= MAX_LOCAL_PART;
}

static void read_guests(struct arena *a, const struct invite_body *b, struct guests *out) {
    *out = (struct guests){0};
    for (size_t i = 0; i < b->emails.count; i++) {
        const char *email = email_normal(a, b->emails.items[i]);
        bool sound = email != NULL;
        char token[CRYPTO_TOKEN_SIZE];
        email = sound ? email : b->emails.items[i];
        if (find_address(out->given, out->count, email) < out->count) {
            continue;
        }
        crypto_token(token);
        out->given[out->count] = email;
        if (!sound) {
            out->refused[out->count] = "invalid";
        } else if (auth_config.mail && !is_mailable(email)) {
            out->refused[out->count] = "failed";
        } else {
            out->tokens[out->count] = arena_strdup(a, token);
        }
        out->count++;
    }
}

static const char *link_of(struct arena *a, const char *token) {
    return arena_printf(a, "%s/register#invite=%s", web_config.base_url, token);
}

static const char *status_of(const struct guests *g, size_t i, const struct db_rows *made, int row) {
    if (g->refused[i]) {
        return g->refused[i];
    }
    if (row == made->n) {
        return "already_member";
    }
    return !db_null(made, row, COL_FAILED) ? "failed" : auth_config.mail ? "sent" : "invitation_created";
}

/* Where no mail goes out the caller sees the links, but never a key: it would open an account with them that can do more than it. */
static bool shows_links(const struct req *q) {
    return !auth_config.mail && !q->who.is_key;
}

static void write_results(struct req *q, struct jwrite *w, const struct guests *g, const struct db_rows *made) {
    int64_t sent = 0;
    jw_object(w);
    jw_karray(w, "results");
    for (size_t i = 0; i < g->count; i++) {
        int row = 0;
        while (row < made->n && !str_eq(db_str(made, row, COL_EMAIL), g->given[i])) {
            row++;
        }
        const char *status = status_of(g, i, made, row);
        jw_object(w);
        jw_kstr(w, "email", g->given[i]);
        jw_kstr(w, "status", status);
        if (str_eq(status, "failed")) {
            jw_kstr(w, "reason", g->refused[i] ? "address" : db_str(made, row, COL_FAILED));
        } else if (row < made->n) {
            jw_kstr(w, "id", db_str(made, row, COL_ID));
            jw_kstr(w, "expiresAt", db_iso(q->arena, db_str(made, row, COL_EXPIRES_AT)));
        }
        if (str_eq(status, "invitation_created") && shows_links(q)) {
            jw_kstr(w, "inviteUrl", link_of(q->arena, g->tokens[i]));
        }
        sent += str_eq(status, "sent");
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kint(w, "sent", sent);
    jw_object_end(w);
}

static enum err invite_check(struct req *q, struct resp *r) {
    const struct invite_body *b = q->body;
    /* Nothing made through a key can do more than the key (rule A16). */
    if (q->who.is_key && b->role && !str_eq(b->role, "MEMBER")) {
        return resp_fail(r, ERR_SCOPE, W_ERRORS_INVITATION_KEY);
    }
    if (b->role && str_eq(b->role, "CLIENT_ADMIN") && !req_is_proven(q)) {
        return ERR_RECENT_SIGN_IN;
    }
    return OK;
}

/* What each mail says; NULL where the caller sees the links. Without a mail server a key's mails wait in the outbox. */
static enum err seal_mails(struct req *q, struct resp *r, const struct guests *g, const char **sealed) {
    struct db_rows me;
    struct db_call look = {SQL_ME(), .rows = &me};
    *sealed = NULL;
    if (shows_links(q)) {
        return OK;
    }
    enum err e = req_run(q, &look, 1);
    e = e == OK ? need_proven_address(r, &me) : e;
    if (e != OK) {
        return e;
    }
    const char *inviter = arena_printf(q->arena, "%s %s", db_str(&me, 0, COL_FIRST_NAME), db_str(&me, 0, COL_LAST_NAME));
    const char *expires = mail_time(q->arena, clock_now_us() + DAYS * INT64_C(86400000000));
    const char *all[MAX_ADDRESSES];
    size_t n = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->tokens[i]) {
            all[n++] =
                mail_params(q->arena, g->given[i], "inviter", inviter, "url", link_of(q->arena, g->tokens[i]), "expires", expires, NULL);
        }
    }
    *sealed = db_text_array(q->arena, all, n);
    return OK;
}

static enum err invite_post(struct req *q, struct resp *r) {
    const struct invite_body *b = q->body;
    struct guests g;
    const char *emails[MAX_ADDRESSES], *hashes[MAX_ADDRESSES], *sealed;
    size_t n = 0;
    read_guests(q->arena, b, &g);
    for (size_t i = 0; i < g.count; i++) {
        if (g.tokens[i]) {
            emails[n] = g.given[i];
            hashes[n++] = token_hash(q->arena, g.tokens[i]);
        }
    }
    enum err e = seal_mails(q, r, &g, &sealed);
    struct db_rows made;
    struct db_call call = {
        SQL_INVITE(db_text_array(q->arena, emails, n), db_text_array(q->arena, hashes, n), b->role, db_number(q->arena, DAYS), sealed,
                   db_number(q->arena, auth_config.limit_invite_mails), db_number(q->arena, auth_config.limit_invite_recipient),
                   db_number(q->arena, auth_config.limit_open_invitations), db_number(q->arena, auth_config.limit_first_mails)),
        .rows = &made};
    e = e == OK ? req_run(q, &call, 1) : e;
    if (e == ERR_SEATS) {
        return resp_fail(r, ERR_SEATS, W_ERRORS_INVITATION_SEATS);
    }
    if (e == OK && made.n && str_eq(db_str(&made, 0, COL_FAILED), "open_limit")) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_INVITATION_OPEN((double)auth_config.limit_open_invitations));
    }
    if (e == OK) {
        write_results(q, &r->json, &g, &made);
    }
    return e;
}

static enum err invitations_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_INVITATION_LIST()});
}

static enum err invitation_delete(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_INVITATION_REVOKE(q->params[0])});
}

static const struct {
    const char *verdict;
    enum err err;
    enum words_id message;
} refusals[] = {
    {"bad_invitation", ERR_TOKEN_EXPIRED, WORDS_ERRORS_INVITATION_GONE}, {"colleagues", ERR_CONFLICT, WORDS_ERRORS_INVITATION_COLLEAGUES},
    {"exercises", ERR_CONFLICT, WORDS_ERRORS_INVITATION_EXERCISES},      {"second_factor", ERR_CONFLICT, WORDS_ERRORS_INVITATION_FACTOR},
    {"platform", ERR_CONFLICT, WORDS_ERRORS_INVITATION_PLATFORM},
};

static enum err accept_post(struct req *q, struct resp *r) {
    const struct accept_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_INVITATION_ACCEPT(token_hash(q->arena, b->token)), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        if (str_eq(db_str(&rows, 0, COL_VERDICT), refusals[i].verdict)) {
            return resp_fail_id(r, refusals[i].err, refusals[i].message);
        }
    }
    /* The old organisation is gone with all its sessions, this one too. */
    resp_cookie(r, NULL, 0);
    return reply_sets(q, r, &rows);
}

static const struct field invite_result_members[] = {
    OUT(FT_STR, "email", "The address, in lower case.", .example = "alex@example.com"),
    OUT(FT_ENUM, "status",
        "sent: a mail is on its way. invitation_created: hand inviteUrl over; for a key its mail waits in the server's outbox. "
        "already_member, invalid (no address), failed (see reason): "
        "nobody was invited.",
        .values = VALUES("sent", "invitation_created", "already_member", "invalid", "failed"), .example = "sent"),
    OUT(FT_ENUM, "reason",
        "With failed: mail servers take no such address (address), the organisation has sent as many invitations as it may in a day "
        "(daily_limit), the address has received as many, from whomever (recipient_limit), a new organisation has sent as many as it may "
        "before anybody has joined it (new_organization_limit: wait until somebody accepts), or the address wants no invitations "
        "(unwanted: talk to the person).",
        .values = VALUES("address", "daily_limit", "recipient_limit", "new_organization_limit", "unwanted"), .flags = FIELD_MAYBE),
    OUT(FT_UUID, "id", "Of the invitation; absent: none was made.", .flags = FIELD_MAYBE,
        .example = "3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b"),
    OUT(FT_TIME, "expiresAt", "When the link stops working; absent: no invitation was made.", .example = "2026-12-05T08:15:30.123Z",
        .flags = FIELD_MAYBE),
    OUT(FT_STR, "inviteUrl", "With invitation_created and a session only: give it to the person; it is not shown again.",
        .flags = FIELD_MAYBE),
    FIELD_END,
};
static const struct shape invite_result_shape = SHAPE("InviteResult", "What became of one address.", invite_result_members);

static const struct field invite_results_members[] = {
    OUT(FT_OBJS, "results", "One for each address that was given.", .max = 100, .shape = &invite_result_shape),
    OUT(FT_INT, "sent", "Mails on their way; 0 where no mail server is configured: hand the links over yourself.", .min = 0, .max = 100,
        .example = "1"),
    FIELD_END,
};
static const struct shape invite_results_shape = SHAPE("InviteResults", "What became of the addresses.", invite_results_members);

static const struct field invitation_members[] = {
    OUT(FT_UUID, "id", "Of the invitation: to revoke it.", .column = COL_ID, .example = "3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b"),
    OUT(FT_EMAIL, "email", "Who is invited.", .column = COL_EMAIL, .example = "alex@example.com"),
    OUT(FT_ENUM, "role", "What the person will be.", .column = COL_ROLE,
        .values = VALUES("CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"), .example = "MEMBER"),
    OUT(FT_ENUM, "status", "EXPIRED: the link no longer works, invite again.", .column = COL_STATUS, .values = VALUES("PENDING", "EXPIRED"),
        .example = "PENDING"),
    OUT(FT_ENUM, "mailStatus", "What became of its mail; null when its link was handed over.", .column = COL_MAIL,
        .values = VALUES("PENDING", "SENT", "FAILED"), .flags = FIELD_NULL, .example = "SENT"),
    OUT(FT_UUID, "createdById", "Who invited; null: the person is gone.", .column = COL_CREATED_BY, .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_TIME, "createdAt", "When the person was invited.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "expiresAt", "When the link stops working.", .column = COL_EXPIRES_AT, .example = "2026-12-05T08:15:30.123Z"),
    FIELD_END,
};
static const struct shape invitation_shape = SHAPE("Invitation", "An invitation that nobody has accepted.", invitation_members);

static const struct field accepted_invitation_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_STR, "organization", "Name of the organisation joined.", .column = COL_ORGANIZATION, .min = 1, .example = "Example Logistics"),
    FIELD_END,
};
static const struct shape accepted_invitation_shape = SHAPE("AcceptedInvitation", "What was joined.", accepted_invitation_members);

const struct route invitations_routes[] = {
    {METHOD_POST, "/api/portal/invite", GUARD_ADMIN, "team", invite_post, BODY(invite_fields, struct invite_body), .check = invite_check,
     .flags = ROUTE_WHO | ROUTE_STEP_UP_SOME, .summary = "Invite people by e-mail address", .name = "invite", .tag = "team",
     .help = "At most 100 addresses; more are refused, never cut. An address that was invited before gets a new invitation in place of the "
             "old one. Each link works once and for 14 days. Where a mail server is configured it goes out by mail and nobody else sees "
             "it; otherwise the reply to a session shows it, once, and what a key invites is in the server's outbox. Everybody or, when "
             "the seats do not suffice, or more than 1000 invitations would be open (LIMIT_INVITE_OPEN, 409 `conflict`), nobody is "
             "invited. Where mails leave "
             "the server, needs an own address that is proven. An API key invites members alone. For administrators the session must have "
             "given a password or a code in the last 15 minutes: POST /api/auth/step-up.",
     .reply_help = "What became of each address.", .reply = &invite_results_shape,
     .errors = ERRORS({ERR_EMAIL_NOT_VERIFIED, NULL}, {ERR_CONFLICT, NULL}, {ERR_SEATS, NULL})},
    {METHOD_GET, "/api/portal/invitations", GUARD_ADMIN, "team", invitations_get, .summary = "List the invitations nobody has accepted",
     .flags = ROUTE_LIST, .name = "listInvitations", .tag = "team",
     .help = "Invitations that can still be accepted or have expired; those that were accepted are people now: GET /api/portal/users.",
     .reply_help = "Newest first.", .reply = &invitation_shape},
    {METHOD_DELETE, "/api/portal/invitations/{id}", GUARD_ADMIN, "team", invitation_delete, .summary = "Revoke an invitation",
     .name = "revokeInvitation", .tag = "team", .param_help = {"Of the invitation."},
     .help = "Takes an invitation back: its link stops working and its seat is free. 404: it was accepted or revoked already.",
     .reply_help = "Revoked.", .reply = &success_shape},
    {METHOD_POST, "/api/auth/invitations/accept", GUARD_MEMBER, NULL, accept_post, BODY(accept_fields, struct accept_body),
     .summary = "Accept an invitation with the account one is signed in with", .flags = ROUTE_COOKIE | ROUTE_STEP_UP,
     .name = "acceptInvitation", .tag = "team",
     .help = "Moves the account to the inviting organisation. Only for who leaves nothing behind: the only person of an organisation in "
             "which no exercise was ever generated; that organisation is removed. A second factor must be turned off before. All sessions "
             "and API keys end, this one too: sign in again.",
     .reply_help = "Moved. The session has ended.", .reply = &accepted_invitation_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL}, {ERR_SUSPENDED, NULL}, {ERR_ENDING, NULL}, {ERR_SEATS, NULL}, {ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
