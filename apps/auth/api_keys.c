/* api_keys.c - a person's API keys: hashed, named, scoped, with expiry and last use; shown once (rule A11). */
#include "apps/auth/auth.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"

#define MAX_KEYS 50 /* a person, as SQL counts them */

struct id_query {
    const char *id;
};

struct api_key_body {
    const char *name, *expires_at;
    struct field_strs scopes;
};

#define PREFIX "tc_"
#define SHOWN_CHARS 8 /* of the key, so that its owner can tell it apart in the list */

static const struct field api_key_fields[] = {
    FIELD_STR(struct api_key_body, name, "name", FIELD_REQUIRED, 1, 80, .help = "What will use the key.", .example = "Monthly report job"),
    {.name = "scopes",
     .type = FT_STRS,
     .offset = offsetof(struct api_key_body, scopes),
     .max = 10,
     .values = api_scopes,
     .help = "What the key may do, by the scopes that operations name; absent or empty: exercises, results, team and settings.",
     .example = "exercises|results"},
    FIELD_TIME(struct api_key_body, expires_at, "expiresAt", 0,
               .help = "From then on the key is refused; a moment in the future. Absent: in a year.", .example = "2027-06-30"),
    FIELD_END,
};
static const struct field id_query_fields[] = {
    FIELD_UUID(struct id_query, id, "id", FIELD_REQUIRED, .help = "Of the API key.", .example = "6e5d4c3b-2a19-4087-b6a5-948372615040"),
    FIELD_END,
};

static enum err api_keys_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_API_KEY_LIST()});
}

/* The key itself, in the reply that makes it. */
static void write_key(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_str(at->json, at->context);
}

static enum err api_keys_check(struct req *q, struct resp *r) {
    const struct api_key_body *b = q->body;
    int64_t expires = 0;
    if (b->expires_at && clock_parse(b->expires_at, &expires) && expires <= clock_now_us()) {
        resp_field_error(r, "expiresAt", W_ERRORS_FIELD_FUTURE);
    }
    return OK;
}

static enum err api_keys_post(struct req *q, struct resp *r) {
    const struct api_key_body *b = q->body;
    /* Without a list a key may do what an integration does; account (export, erasure) must be asked for by name. */
    static const char *const usual[] = {"exercises", "results", "team", "settings"};
    const char *scopes = b->scopes.count ? db_text_array(q->arena, b->scopes.items, b->scopes.count) : db_text_array(q->arena, usual, 4);
    char token[CRYPTO_TOKEN_SIZE];
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_token(token);
    const char *key = arena_printf(q->arena, PREFIX "%s", token);
    crypto_sha256(key, strlen(key), hash);
    struct db_rows rows, access;
    struct db_call calls[] = {
        {SQL_PASSWORD_KEEP()},
        {SQL_API_KEY_CREATE(b->name, arena_strndup(q->arena, key, sizeof(PREFIX) - 1 + SHOWN_CHARS), db_bytes(q->arena, hash, sizeof(hash)),
                            scopes, b->expires_at, q->who.credential_id),
         .rows = &rows},
        {SQL_API_ACCESS(q->who.credential_id), .rows = &access},
    };
    enum err e = req_run(q, calls, 3);
    if (e == OK && rows.n == 0 && (access.n == 0 || !db_bool(&access, 0, COL_SIGNED_IN))) {
        e = ERR_UNAUTHENTICATED; /* the session ended while the request was on its way */
    } else if (e == OK && rows.n == 0) {
        return db_bool(&access, 0, COL_API_ACCESS) ? resp_fail(r, ERR_CONFLICT, W_ERRORS_KEYS_FULL(MAX_KEYS)) : ERR_PLAN;
    }
    if (e == OK) {
        resp_status(r, 201);
        shape_write(&r->json, q->arena, q->route->reply, &rows, 0, key);
    }
    crypto_wipe(token, sizeof(token));
    return e;
}

static enum err api_keys_delete(struct req *q, struct resp *r) {
    const struct id_query *query = q->query;
    return reply_from(q, r, (struct db_call){SQL_API_KEY_DELETE(query ? query->id : q->params[0])});
}

static const struct field api_key_members[] = {
    OUT(FT_UUID, "id", "Of the key: to revoke it.", .column = COL_ID, .example = "6e5d4c3b-2a19-4087-b6a5-948372615040"),
    OUT(FT_STR, "name", "What uses the key.", .column = COL_NAME, .min = 1, .max = 80, .example = "Monthly report job"),
    OUT(FT_STR, "prefix", "The key's beginning, to tell keys apart.", .column = COL_PREFIX, .pattern = "^tc_[0-9A-Za-z]{8}$",
        .example = "tc_ExampleK"),
    OUT(FT_STRS, "scopes", "What the key may do.", .column = COL_SCOPES, .min = 1,
        .values = VALUES("exercises", "results", "team", "settings", "account"), .example = "exercises|results"),
    OUT(FT_TIME, "createdAt", "When it was made.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "expiresAt", "From then on it is refused.", .column = COL_EXPIRES_AT, .example = "2027-06-30T00:00:00.000Z"),
    OUT(FT_TIME, "lastUsedAt", "When it was last used, to the minute; null: never.", .column = COL_LAST_USED_AT,
        .example = "2026-11-21T08:52:10.480Z", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape api_key_shape = SHAPE("ApiKey", "An API key without the key itself.", api_key_members);

static const struct field created_api_key_members[] = {
    OUT(FT_UUID, "id", "Of the key: to revoke it.", .column = COL_ID, .example = "6e5d4c3b-2a19-4087-b6a5-948372615040"),
    OUT(FT_STR, "name", "What uses the key.", .column = COL_NAME, .min = 1, .max = 80, .example = "Monthly report job"),
    OUT(FT_STR, "prefix", "The key's beginning, to tell keys apart.", .column = COL_PREFIX, .pattern = "^tc_[0-9A-Za-z]{8}$",
        .example = "tc_ExampleK"),
    OUT(FT_STRS, "scopes", "What the key may do.", .column = COL_SCOPES, .min = 1,
        .values = VALUES("exercises", "results", "team", "settings", "account"), .example = "exercises|results"),
    OUT(FT_TIME, "createdAt", "When it was made.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "expiresAt", "From then on it is refused.", .column = COL_EXPIRES_AT, .example = "2027-06-30T00:00:00.000Z"),
    OUT(FT_STR, "key", "Shown here and never again; only its hash is stored.", .write = write_key, .pattern = "^tc_[0-9A-Za-z]{40,}$",
        .example = "tc_ExampleKeyThatIsShownOnceAndNeverAgain0000000"),
    FIELD_END,
};
static const struct shape created_api_key_shape = SHAPE("CreatedApiKey", "The new API key, with the key itself.", created_api_key_members);

const struct route api_keys_routes[] = {
    {METHOD_GET, "/api/portal/api-keys", GUARD_MEMBER, "settings", api_keys_get, .summary = "List one's own API keys", .flags = ROUTE_LIST,
     .name = "listApiKeys", .tag = "account",
     .help = "The caller's own keys, revoked ones excepted. The keys themselves are not stored and cannot be shown again: prefix tells "
             "which is which.",
     .reply_help = "Newest first.", .reply = &api_key_shape},
    {METHOD_POST, "/api/portal/api-keys", GUARD_MEMBER, NULL, api_keys_post, BODY(api_key_fields, struct api_key_body),
     .check = api_keys_check, .flags = ROUTE_WHO | ROUTE_STEP_UP, .summary = "Create an API key; the key is shown once",
     .name = "createApiKey", .tag = "account",
     .help = "Makes a key that acts as the caller, within its scopes and the caller's role. The key is in this reply alone. It ends when "
             "it is revoked, when it expires, with a new password, and with the account. The organisation's plan must have API access (403 "
             "`plan_required`); a person has 50 keys at most (409 `conflict`).",
     .reply_help = "It can be used at once; keep the key now, it is not shown again.", .status = 201, .reply = &created_api_key_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/portal/api-keys", GUARD_MEMBER, "settings", api_keys_delete, QUERY(id_query_fields, struct id_query),
     .summary = "Revoke an API key named by ?id=", .name = "deleteApiKeyByQuery", .tag = "account",
     .help = "The same as DELETE /api/portal/api-keys/{id}, for clients that name the key in the query.",
     .reply_help = "Requests with it are 401 from now on.", .reply = &success_shape, .errors = ERRORS({ERR_NOT_FOUND, NULL})},
    {METHOD_DELETE, "/api/portal/api-keys/{id}", GUARD_MEMBER, "settings", api_keys_delete, .summary = "Revoke an API key",
     .name = "deleteApiKey", .tag = "account", .param_help = {"Of one of the caller's keys."},
     .help = "Ends one of the caller's keys at once and for good: requests with it are 401 `unauthenticated` from then on.",
     .reply_help = "Requests with it are 401 from now on.", .reply = &success_shape},
    {0},
};
