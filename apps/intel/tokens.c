/* tokens.c - tokens of API users: asked for with any credential of theirs, and renewed with one that has just ended. */
#include "apps/intel/intel.h"
#include "common/base/clock.h"
#include "common/base/str.h"

#include <stdio.h>
#include <string.h>

#define LIFE_SECONDS (4 * 3600)

struct token token_make(struct arena *a, const char *kind, const char *access_id) {
    char random[CRYPTO_TOKEN_SIZE], salt[CRYPTO_TOKEN_SIZE];
    struct token made;
    crypto_token(random);
    crypto_token(salt);
    made.text = arena_printf(a, "%s:%s:%.6s:%lld:%s", kind, access_id, salt, (long long)(clock_now_us() / 1000), random);
    made.hash = token_digest(a, made.text);
    crypto_wipe(random, sizeof(random));
    return made;
}

const char *token_digest(struct arena *a, const char *token) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    crypto_sha256(token, strlen(token), hash);
    return db_bytes(a, hash, sizeof(hash));
}

/* The end of a new token, as a statement argument. */
static const char *ends(struct arena *a, int64_t *seconds) {
    char iso[CLOCK_ISO_SIZE];
    *seconds = clock_now_us() / 1000000 + LIFE_SECONDS;
    clock_iso(*seconds * 1000000, iso);
    return arena_strdup(a, iso);
}

static enum err token_post(struct req *q, struct resp *r) {
    int64_t seconds;
    struct db_rows rows;
    const struct token made = token_make(q->arena, "API", q->who.is_key ? q->who.credential_id : "0");
    struct db_call call = {SQL_TOKEN_CREATE(made.hash, ends(q->arena, &seconds)), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return resp_fail_text(r, ERR_FORBIDDEN, "Tokens belong to API users: ask with the signature or the token of one.");
    }
    if (e == OK) {
        jw_str(&r->json, made.text);
    }
    return e;
}

struct renewal_query {
    const char *expired;
};

static const struct field renewal_fields[] = {
    FIELD_STR(struct renewal_query, expired, "expiredToken", FIELD_SECRET, 0, 512,
              .help = "A token that is valid, or ended less than an hour ago.",
              .example = "API:10000000000000000001:aB3dE6:1795941243000:ExampleTokenExampleTokenExampleTokenExample"),
    FIELD_END,
};

static const struct field renewed_members[] = {
    OUT(FT_BOOL, "success", "It was renewed.", .values = VALUES("true")),
    OUT(FT_STR, "apiToken", "The new token.",
        .example = "API:10000000000000000001:aB3dE6:1795941243000:AnotherTokenAnotherTokenAnotherTokenAnother"),
    OUT(FT_STR, "apiTokenExpires", "Until when it can be used: seconds since 1970.", .pattern = "^[0-9]+$", .example = "1795955643"),
    FIELD_END,
};
static const struct shape renewed_shape = SHAPE("IntelRenewedToken", "Another token of the same API user.", renewed_members);

/* A plus sign that was not escaped is none of a token's, so it does no harm that it has become a space. */
static enum err renew_get(struct req *q, struct resp *r) {
    const struct renewal_query *query = q->query;
    const char *old = query->expired ? query->expired : "", *id = strchr(old, ':');
    const char *access_id = id ? arena_strndup(q->arena, id + 1, strcspn(id + 1, ":")) : "0";
    int64_t seconds;
    struct db_rows rows;
    const struct token made = token_make(q->arena, "API", access_id);
    struct db_call call = {SQL_TOKEN_RENEW(token_digest(q->arena, old), made.hash, ends(q->arena, &seconds)), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK || rows.n == 0) {
        return e != OK ? e : ERR_TOKEN_EXPIRED;
    }
    jw_object(&r->json);
    jw_kbool(&r->json, "success", true);
    jw_kstr(&r->json, "apiToken", made.text);
    jw_kstr(&r->json, "apiTokenExpires", arena_printf(q->arena, "%lld", (long long)seconds));
    jw_object_end(&r->json);
    return OK;
}

const struct route tokens_routes[] = {
    {METHOD_POST, "/api/v3/token/api", GUARD_MEMBER, NULL, token_post, .summary = "Get a token of four hours", .name = "createIntelToken",
     .tag = "intelligence",
     .help =
         "Makes a token for the API user that asks: `Authorization: TC-Token <token>` then takes the place of a signature in every call. "
         "It ends after four hours, with the API user, and when it is not renewed. No body is needed.",
     .reply_help = "The token is in `data`, here alone.", .errors = ERRORS(INTEL_ERRORS)},
    {0},
};

const struct route renewal_routes[] = {
    {METHOD_GET, "/api/appAuth", GUARD_PUBLIC, NULL, renew_get, QUERY(renewal_fields, struct renewal_query), .summary = "Renew a token",
     .name = "renewIntelToken", .tag = "intelligence",
     .help =
         "Gives another token for one that is valid or ended less than an hour ago, while its API user is not revoked. The token itself "
         "says who asks: no Authorization header is needed. 401 when it is none.",
     .reply_help = "The new token; the old one ends when it would have.", .reply = &renewed_shape,
     .errors = ERRORS({ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
