/* invitation.c - what an invitation says, to whoever has its link: the page that is opened with it names who invites whom to what. */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"

/* What was found gives its attempt back: many people of one house may open their links, and nobody guesses a token. */
static void give_back(struct req *q) {
    struct attempts all = {0};
    link_attempts(q, &all);
    attempts_undo(q, &all);
}

static enum err invitation_post(struct req *q, struct resp *r) {
    const struct link_body *b = q->body;
    struct db_rows limit, found;
    struct db_call calls[] = {
        link_attempt(q, &limit),
        link_enter(q->arena, "invitation", b->token),
        {SQL_INVITATION_LOOK(token_hash(q->arena, b->token)), .rows = &found},
    };
    enum err e = req_run(q, calls, 3);
    if (e != OK) {
        return e;
    }
    if (attempt_wait(&limit) > 0) {
        return resp_wait(r, attempt_wait(&limit));
    }
    if (found.n == 0) {
        return resp_fail(r, ERR_TOKEN_EXPIRED, W_ERRORS_INVITATION_CLOSED);
    }
    give_back(q);
    return reply_sets(q, r, &found);
}

static const struct field invitation_said_members[] = {
    OUT(FT_STR, "organization", "Name of the organisation that invites.", .column = COL_ORGANIZATION, .min = 1,
        .example = "Example Logistics"),
    OUT(FT_STR, "inviter", "Name of the person who invited; null: the person is gone, or it was the platform.", .column = COL_INVITER,
        .flags = FIELD_NULL, .example = "Robin Sample"),
    OUT(FT_EMAIL, "email", "Who is invited: the invitation works for this address alone.", .column = COL_EMAIL,
        .example = "alex@example.com"),
    OUT(FT_ENUM, "role", "What the person will be.", .column = COL_ROLE,
        .values = VALUES("CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"), .example = "MEMBER"),
    OUT(FT_TIME, "expiresAt", "When the link stops working.", .column = COL_EXPIRES_AT, .example = "2026-12-05T08:15:30.123Z"),
    FIELD_END,
};
static const struct shape invitation_said_shape = SHAPE("InvitationSaid", "What an invitation says.", invitation_said_members);

const struct route invitation_routes[] = {
    {METHOD_POST, "/api/auth/invitation", GUARD_PUBLIC, NULL, invitation_post, BODY(link_fields, struct link_body),
     .summary = "What an invitation says, by the token of its link", .name = "getInvitation", .tag = "team",
     .help = "For the page that the link opens: who invites whom to which organisation. It changes nothing, and is POST so that no log has "
             "the token. Looks that find nothing are limited by address and network (LIMIT_SIGNIN_ADDRESS). 410 `token_expired`: there is "
             "no such invitation, or it has expired, was revoked or accepted.",
     .reply_help = "What it says.", .reply = &invitation_said_shape, .errors = ERRORS({ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
