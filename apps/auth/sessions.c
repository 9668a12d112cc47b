/* sessions.c - a person's own sessions: where they are signed in, and how to end that. */
#include "apps/auth/auth.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"

const char *session_token(struct arena *a, char token[CRYPTO_TOKEN_SIZE]) {
    crypto_token(token);
    return token_hash(a, token);
}

const char *token_hash(struct arena *a, const char *token) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(token, strlen(token), hash);
    return db_bytes(a, hash, sizeof(hash));
}

const char *session_agent(const struct req *q) {
    const char *agent = str_is_utf8(q->user_agent, strlen(q->user_agent)) ? q->user_agent : "";
    return arena_strndup(q->arena, agent, str_utf8_cut(agent, 200));
}

const char *session_device(const struct req *q, const char *user_id) {
    return token_hash(q->arena, arena_printf(q->arena, "%s %s %s", attempt_key(q->arena, q->address), user_id, session_agent(q)));
}

static void write_current(const struct shape_at *at, const struct field *f) {
    const struct req *q = at->context;
    (void)f;
    jw_bool(at->json, str_eq(db_str(at->rows, at->row, COL_ID), q->who.credential_id));
}

static enum err sessions_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_SESSION_LIST(db_number(q->arena, web_config.session_idle_hours * 3600))});
}

static enum err sessions_delete_one(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_SESSION_DELETE(q->params[0])});
}

static enum err sessions_delete_others(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_SESSION_DELETE_OTHERS(token_hash(q->arena, q->credential.token))});
}

static const struct field own_session_members[] = {
    OUT(FT_UUID, "id", "Of the session: to end it.", .column = COL_ID, .example = "0f1e2d3c-4b5a-4697-8877-665544332211"),
    OUT(FT_TIME, "createdAt", "When it was opened by signing in.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastSeenAt", "When it was last used, to the minute.", .column = COL_LAST_SEEN_AT, .example = "2026-11-21T08:52:10.480Z"),
    OUT(FT_STR, "address", "Network address that it was opened from.", .column = COL_ADDRESS, .example = "192.0.2.17"),
    OUT(FT_STR, "userAgent", "What the browser said it is.", .column = COL_USER_AGENT, .max = 200,
        .example = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"),
    OUT(FT_BOOL, "current", "Whether it is the session that asks.", .write = write_current),
    FIELD_END,
};
static const struct shape own_session_shape = SHAPE("OwnSession", "A place where the caller is signed in.", own_session_members);

static const struct field sessions_ended_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_INT, "ended", "How many have ended.", .column = COL_ENDED, .min = 0, .example = "1"),
    FIELD_END,
};
static const struct shape sessions_ended_shape = SHAPE("SessionsEnded", "How many sessions have ended.", sessions_ended_members);

const struct route sessions_routes[] = {
    {METHOD_GET, "/api/auth/sessions", GUARD_MEMBER, NULL, sessions_get, .summary = "List one's own sessions",
     .flags = ROUTE_LIST | ROUTE_WITHOUT_FACTOR, .name = "listOwnSessions", .tag = "account",
     .help = "Where the caller is signed in, to find sessions that should not be there. A session lasts 14 days at most, and ends "
             "before when it is not used for as long as is configured (3 days; platform administrators 8 hours).",
     .reply_help = "Last used first.", .reply = &own_session_shape},
    {METHOD_DELETE, "/api/auth/sessions", GUARD_MEMBER, NULL, sessions_delete_others, .summary = "End all of one's other sessions",
     .flags = ROUTE_STEP_UP | ROUTE_WITHOUT_FACTOR, .name = "endOtherSessions", .tag = "account",
     .help = "Ends every session of the caller but the one that asks. API keys stay. When something looks wrong, change the password "
             "instead: that ends keys too.",
     .reply_help = "All but this one have ended.", .reply = &sessions_ended_shape},
    {METHOD_DELETE, "/api/auth/sessions/{id}", GUARD_MEMBER, NULL, sessions_delete_one, .summary = "End one of one's own sessions",
     .flags = ROUTE_STEP_UP | ROUTE_WITHOUT_FACTOR, .name = "endOwnSession", .tag = "account",
     .param_help = {"Of one of the caller's sessions."},
     .help = "Ends one session of the caller, which may be the one that asks. 404: it is somebody else's or has ended already.",
     .reply_help = "It has ended.", .reply = &success_shape},
    {0},
};
