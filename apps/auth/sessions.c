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

static enum err sessions_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_SESSION_LIST(db_number(q->arena, web_config.session_idle_hours * 3600)), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    jw_array(&r->json);
    for (int i = 0; i < rows.n; i++) {
        jw_object(&r->json);
        jw_kstr(&r->json, "id", db_str(&rows, i, COL_ID));
        jw_kstr(&r->json, "createdAt", db_iso(q->arena, db_str(&rows, i, COL_CREATED_AT)));
        jw_kstr(&r->json, "lastSeenAt", db_iso(q->arena, db_str(&rows, i, COL_LAST_SEEN_AT)));
        jw_kstr(&r->json, "address", db_str(&rows, i, COL_ADDRESS));
        jw_kstr(&r->json, "userAgent", db_str(&rows, i, COL_USER_AGENT));
        jw_kbool(&r->json, "current", str_eq(db_str(&rows, i, COL_ID), q->who.credential_id));
        jw_object_end(&r->json);
    }
    jw_array_end(&r->json);
    return OK;
}

static enum err sessions_delete_one(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_SESSION_DELETE(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return ERR_NOT_FOUND;
    }
    if (e == OK) {
        jw_object(&r->json);
        jw_kbool(&r->json, "success", true);
        jw_object_end(&r->json);
    }
    return e;
}

static enum err sessions_delete_others(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_SESSION_DELETE_OTHERS(token_hash(q->arena, q->credential.token)), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        jw_object(&r->json);
        jw_kbool(&r->json, "success", true);
        jw_kint(&r->json, "ended", db_int(&rows, 0, COL_ENDED));
        jw_object_end(&r->json);
    }
    return e;
}

static const struct field own_session_members[] = {
    OUT(FT_UUID, "id", "Of the session: to end it.", .example = "0f1e2d3c-4b5a-4697-8877-665544332211"),
    OUT(FT_TIME, "createdAt", "When it was opened by signing in.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastSeenAt", "When it was last used, to the minute.", .example = "2026-11-21T08:52:10.480Z"),
    OUT(FT_STR, "address", "Network address that it was opened from.", .example = "192.0.2.17"),
    OUT(FT_STR, "userAgent", "What the browser said it is.", .max = 200, .example = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"),
    OUT(FT_BOOL, "current", "Whether it is the session that asks."),
    FIELD_END,
};
static const struct shape own_session_shape = SHAPE("OwnSession", "A place where the caller is signed in.", own_session_members);

static const struct field sessions_ended_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_INT, "ended", "How many have ended.", .min = 0, .example = "1"),
    FIELD_END,
};
static const struct shape sessions_ended_shape = SHAPE("SessionsEnded", "How many sessions have ended.", sessions_ended_members);

const struct route sessions_routes[] = {
    {METHOD_GET, "/api/auth/sessions", GUARD_MEMBER, NULL, sessions_get, .summary = "List one's own sessions", .flags = ROUTE_LIST,
     .name = "listOwnSessions", .tag = "account",
     .help = "Where the caller is signed in, to find sessions that should not be there. A session lasts 14 days at most, and ends "
             "before when it is not used for as long as is configured (3 days; platform administrators 8 hours).",
     .reply_help = "Last used first.", .reply = &own_session_shape},
    {METHOD_DELETE, "/api/auth/sessions", GUARD_MEMBER, NULL, sessions_delete_others, .summary = "End all of one's other sessions",
     .flags = ROUTE_STEP_UP, .name = "endOtherSessions", .tag = "account",
     .help = "Ends every session of the caller but the one that asks. API keys stay. When something looks wrong, change the password "
             "instead: that ends keys too.",
     .reply_help = "All but this one have ended.", .reply = &sessions_ended_shape},
    {METHOD_DELETE, "/api/auth/sessions/{id}", GUARD_MEMBER, NULL, sessions_delete_one, .summary = "End one of one's own sessions",
     .flags = ROUTE_STEP_UP, .name = "endOwnSession", .tag = "account", .id_help = "Of one of the caller's sessions.",
     .help = "Ends one session of the caller, which may be the one that asks. 404: it is somebody else's or has ended already.",
     .reply_help = "It has ended.", .reply = &success_shape},
    {0},
};
