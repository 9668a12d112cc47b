/* api_users.c - API users of the organisation: made, given tokens and revoked by administrators, never by a program (rule A16). */
#include "apps/intel/intel.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/crypto/seal.h"

#include <stdio.h>

#define MOST 200 /* of an organisation, as SQL counts them */
#define EXAMPLE_ACCESS_ID "10000000000000000001"

struct api_user_body {
    const char *name, *role;
};
struct token_body {
    const char *expires_at;
};

static const struct field api_user_fields[] = {
    FIELD_STR(struct api_user_body, name, "name", FIELD_REQUIRED, 1, 80, .help = "What will use it.", .example = "Feed import"),
    FIELD_ENUM(struct api_user_body, role, "role", 0, intel_org_roles, "Standard User",
               .help = "What it may do with the organisation's intelligence.", .example = "Standard User"),
    FIELD_END,
};
static const struct field token_fields[] = {
    FIELD_TIME(struct token_body, expires_at, "expiresAt", 0,
               .help = "From then on the token is refused; a moment in the future. Absent: in a year.", .example = "2027-06-30"),
    FIELD_END,
};

/* Twenty digits, the first of them no zero. */
static void access_id_make(char out[ACCESS_ID_CHARS + 1]) {
    unsigned char random[ACCESS_ID_CHARS];
    size_t n = 0;
    while (n < ACCESS_ID_CHARS) {
        crypto_random(random, sizeof(random));
        for (size_t i = 0; i < sizeof(random) && n < ACCESS_ID_CHARS; i++) {
            if (random[i] < 250 && (n > 0 || random[i] % 10)) { /* each digit as often as the others */
                out[n++] = (char)('0' + random[i] % 10);
            }
        }
    }
    out[n] = '\0';
}

/* ---- making one ---- */

/* The parts of the reply that are nowhere else. */
struct made {
    char secret[CRYPTO_TOKEN_SIZE];
    char access_id[ACCESS_ID_CHARS + 1];
};

static void write_secret(const struct shape_at *at, const struct field *f) {
    const struct made *made = at->context;
    (void)f;
    jw_str(at->json, made->secret);
}

static enum err store(struct req *q, struct resp *r, const struct made *made, struct db_rows *rows) {
    const struct api_user_body *b = q->body;
    const struct seal_place place = secret_place(q->who.org_id, made->access_id);
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *sealed = seal_close(q->arena, &place, made->secret, strlen(made->secret));
    struct db_rows access;
    if (!sealed) {
        return ERR_INTERNAL;
    }
    crypto_sha256(made->secret, strlen(made->secret), hash);
    struct db_call calls[] = {
        {SQL_API_USER_CREATE(made->access_id, b->name, b->role, sealed, db_bytes(q->arena, hash, sizeof(hash))), .rows = rows},
        {SQL_API_ACCESS(), .rows = &access},
    };
    enum err e = req_run(q, calls, 2);
    if (e == OK && rows->n == 0) {
        return access.n && db_bool(&access, 0, COL_API_ACCESS) ? resp_fail(r, ERR_CONFLICT, W_ERRORS_API_USERS_FULL(MOST)) : ERR_PLAN;
    }
    return e;
}

static enum err api_users_post(struct req *q, struct resp *r) {
    struct made made;
    struct db_rows rows;
    crypto_token(made.secret);
    access_id_make(made.access_id);
    enum err e = store(q, r, &made, &rows);
    if (e == OK) {
        resp_status(r, 201);
        shape_write(&r->json, q->arena, q->route->reply, &rows, 0, &made);
    }
    crypto_wipe(&made, sizeof(made));
    return e;
}

/* ---- its tokens ---- */

static enum err token_check(struct req *q, struct resp *r) {
    const struct token_body *b = q->body;
    int64_t ends = 0;
    if (b->expires_at && clock_parse(b->expires_at, &ends) && ends <= clock_now_us()) {
        resp_field_error(r, "expiresAt", W_ERRORS_FIELD_FUTURE);
    }
    return OK;
}

static void write_token(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_str(at->json, at->context);
}

static enum err token_post(struct req *q, struct resp *r) {
    const struct token_body *b = q->body;
    struct db_rows user, rows;
    const char *id = q->params[0];
    struct db_call find = {SQL_API_USER_ACCESS_ID(id), .rows = &user};
    enum err e = req_run(q, &find, 1);
    if (e != OK || user.n == 0) {
        return e != OK ? e : ERR_NOT_FOUND;
    }
    const struct token made = token_make(q->arena, "APIV2", db_str(&user, 0, COL_ACCESS_ID));
    struct db_call make = {SQL_API_USER_TOKEN(id, made.hash, b->expires_at), .rows = &rows};
    e = req_run(q, &make, 1);
    if (e != OK || rows.n == 0) {
        return e != OK ? e : ERR_NOT_FOUND;
    }
    shape_write(&r->json, q->arena, q->route->reply, &rows, 0, made.text);
    return OK;
}

/* ---- the others ---- */

static enum err api_users_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_API_USER_LIST()});
}

static enum err api_users_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_API_USER_REVOKE(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK || !db_bool(&rows, 0, COL_REVOKED)) {
        return e != OK ? e : ERR_NOT_FOUND;
    }
    return reply_success(r);
}

static const struct field maker_members[] = {
    OUT(FT_UUID, "id", "Of the person.", .column = COL_MAKER_ID, .example = "5c0a7b1e-2d34-4f6a-8b9c-0d1e2f3a4b5c"),
    OUT(FT_STR, "firstName", "Of the person.", .column = COL_FIRST_NAME, .example = "Robin"),
    OUT(FT_STR, "lastName", "Of the person.", .column = COL_LAST_NAME, .example = "Example"),
    FIELD_END,
};
static const struct shape maker_shape = SHAPE("ApiUserMaker", "Who made it.", maker_members);
static const struct field api_user_members[] = {
    OUT(FT_INT, "id", "Of the API user: to revoke it.", .column = COL_ID, .example = "1042"),
    OUT(FT_STR, "name", "What uses it.", .column = COL_NAME, .min = 1, .max = 80, .example = "Feed import"),
    OUT(FT_ENUM, "role", "What it may do.", .column = COL_ROLE, .values = intel_org_roles, .example = "Standard User"),
    OUT(FT_STR, "accessId", "What it signs with.", .column = COL_ACCESS_ID, .pattern = "^[0-9]{20}$", .example = EXAMPLE_ACCESS_ID),
    OUT(FT_TIME, "createdAt", "When it was made.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastUsedAt", "When it was last used, to the minute; null: never.", .column = COL_LAST_USED_AT,
        .example = "2026-11-21T08:52:10.480Z", .flags = FIELD_NULL),
    OUT(FT_OBJ, "createdBy", "Who made it.", .shape = &maker_shape, .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape api_user_shape = SHAPE("ApiUser", "An API user of the organisation, without its secret key.", api_user_members);

static const struct field created_members[] = {
    OUT(FT_INT, "id", "Of the API user: to revoke it.", .column = COL_ID, .example = "1042"),
    OUT(FT_STR, "accessId", "What it signs with.", .column = COL_ACCESS_ID, .pattern = "^[0-9]{20}$", .example = EXAMPLE_ACCESS_ID),
    OUT(FT_STR, "secretKey", "Shown here and never again.", .write = write_secret, .pattern = "^[0-9A-Za-z]{43}$",
        .example = "ExampleSecretKeyThatIsShownOnceAndNeverAgai"),
    FIELD_END,
};
static const struct shape created_shape = SHAPE("CreatedApiUser", "The new API user, with its secret key.", created_members);

static const struct field made_token_members[] = {
    OUT(FT_STR, "token", "Shown here and never again.", .write = write_token,
        .example = "APIV2:10000000000000000001:aB3dE6:1795941243000:ExampleTokenExampleTokenExampleTokenExample"),
    OUT(FT_TIME, "expiresAt", "From then on it is refused.", .column = COL_EXPIRES_AT, .example = "2027-06-30T00:00:00.000Z"),
    FIELD_END,
};
static const struct shape made_token_shape = SHAPE("ApiUserToken", "A token that stands for the API user.", made_token_members);

const struct route api_users_routes[] = {
    {METHOD_GET, "/api/portal/api-users", GUARD_ADMIN, "settings", api_users_get, .summary = "List the organisation's API users",
     .flags = ROUTE_LIST, .name = "listApiUsers", .tag = "intelligence",
     .help = "Programs that use the threat intelligence API below /api/v2 and /api/v3, revoked ones excepted. Secret keys cannot be shown "
             "again.",
     .reply_help = "Newest first.", .reply = &api_user_shape},
    {METHOD_POST, "/api/portal/api-users", GUARD_ADMIN, NULL, api_users_post, BODY(api_user_fields, struct api_user_body),
     .flags = ROUTE_WHO | ROUTE_STEP_UP, .summary = "Create an API user; its secret key is shown once", .name = "createApiUser",
     .tag = "intelligence",
     .help = "Makes credentials for a program: requests below /api/v2 and /api/v3 are signed with the secret key (`Authorization: TC "
             "<access id>:<signature>`). The API user belongs to the organisation; it ends when it is revoked, and when whoever made it is "
             "removed or erased. The organisation's plan must have API access (403 `plan_required`); there are 200 at most (409 "
             "`conflict`).",
     .reply_help = "It can be used at once; keep the secret key now, it is not shown again.", .status = 201, .reply = &created_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/portal/api-users/{id}", GUARD_ADMIN, NULL, api_users_delete, .summary = "Revoke an API user",
     .params = {PARAM_INT}, .param_help = {"Of one of the organisation's API users."}, .name = "deleteApiUser", .tag = "intelligence",
     .help = "Ends an API user and its tokens at once and for good. What it wrote stays.",
     .reply_help = "Requests of it are refused from now on.", .reply = &success_shape},
    {METHOD_POST, "/api/portal/api-users/{id}/token", GUARD_ADMIN, NULL, token_post, BODY(token_fields, struct token_body),
     .check = token_check, .flags = ROUTE_WHO | ROUTE_STEP_UP, .summary = "Create a token for an API user; it is shown once",
     .params = {PARAM_INT}, .param_help = {"Of one of the organisation's API users."}, .name = "createApiUserToken", .tag = "intelligence",
     .help = "Makes a token for programs that cannot sign: `Authorization: TC-Token <token>`. It does what the API user may, until it "
             "expires or the API user is revoked.",
     .reply_help = "It can be used at once; keep it now, it is not shown again.", .reply = &made_token_shape},
    {0},
};
