/* principal.c - credentials to principals; see principal.h. */
#include "common/auth/principal.h"

#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "queries_common.h"

#include <strings.h>

const char *const api_scopes[] = {"exercises", "results", "team", "settings", "account", NULL};

#define ROLES(...) ((const char *const[]){__VA_ARGS__, NULL})
static const struct {
    const char *name;
    const char *const *roles; /* NULL: any role */
    const char *kind;         /* of session that is let in, of muster.principal_enter(); NULL: a whole one */
} guards[GUARD_COUNT] = {
    [GUARD_PUBLIC] = {"public", NULL, NULL},
    [GUARD_MEMBER] = {"member", NULL, NULL},
    [GUARD_PLAYER] = {"player", ROLES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER"), NULL},
    [GUARD_FACILITATOR] = {"facilitator", ROLES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR"), NULL},
    [GUARD_ADMIN] = {"admin", ROLES("SUPER_ADMIN", "CLIENT_ADMIN"), NULL},
    [GUARD_OVERSIGHT] = {"oversight", ROLES("SUPER_ADMIN", "CLIENT_ADMIN", "AUDITOR"), NULL},
    [GUARD_PLATFORM] = {"platform", ROLES("SUPER_ADMIN"), NULL},
    [GUARD_PENDING] = {"pending", NULL, .kind = "pending"},
    [GUARD_LEAVING] = {"leaving", NULL, .kind = "any"},
};

const char *guard_name(enum guard g) {
    return guards[g].name;
}

const char *const *guard_roles(enum guard g) {
    static const char *const none[] = {NULL};
    return guards[g].roles ? guards[g].roles : none;
}

const char *cookie_value(struct arena *a, const char *cookies, const char *name) {
    size_t len = strlen(name);
    for (const char *c = cookies; c && *c;) {
        c += strspn(c, " ;");
        if (strncmp(c, name, len) == 0 && c[len] == '=') {
            const char *v = c + len + 1;
            return arena_strndup(a, v, strcspn(v, "; "));
        }
        c += strcspn(c, ";");
    }
    return NULL;
}

/* A key of ours that was sent in another way than it should be: nobody is to believe that it counted. */
static bool holds_key(const char *authorization) {
    for (const char *word = authorization; *(word += strspn(word, " \t,"));) {
        if (strncasecmp(word, "tc_", 3) == 0) {
            return true;
        }
        word += strcspn(word, " \t,");
    }
    return false;
}

/* Other schemes are meant for what stands in front (a proxy that asks for a password of its own): browsers then send them with every
 * request, and they are none of ours. */
struct credential credential_from_headers(struct arena *a, const char *authorization, const char *cookies, const char *cookie_name) {
    static const char scheme[] = "Bearer";
    size_t len = sizeof(scheme) - 1;
    if (authorization && strncasecmp(authorization, scheme, len) == 0 && strchr(" \t", authorization[len])) {
        const char *token = authorization + len;
        return (struct credential){.is_key = true, .token = token + strspn(token, " \t")};
    }
    if (authorization && holds_key(authorization)) {
        return (struct credential){.is_key = true, .token = ""};
    }
    return (struct credential){.is_key = false, .token = cookie_value(a, cookies, cookie_name)};
}

struct db_call principal_call(struct arena *a, const struct credential *c, struct demand d, const char *request_id, struct db_rows *rows) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *kind = guards[d.guard].kind ? guards[d.guard].kind : "session";
    crypto_sha256(c->token, strlen(c->token), hash);
    const char *const *roles = guard_roles(d.guard);
    size_t nroles = 0;
    while (roles[nroles]) {
        nroles++;
    }
    return (struct db_call){
        SQL_PRINCIPAL(c->is_key ? "key" : kind, db_bytes(a, hash, sizeof(hash)), db_text_array(a, roles, nroles), d.scope ? d.scope : "",
                      request_id, arena_printf(a, "%lld", (long long)d.proof_seconds), arena_printf(a, "%lld", (long long)d.idle_seconds),
                      d.factor ? d.factor : "", d.ending ? "true" : "false"),
        .rows = rows,
    };
}

void principal_read(const struct db_rows *rows, bool is_key, struct principal *out) {
    *out = (struct principal){
        .user_id = db_str(rows, 0, COL_USER_ID),
        .org_id = db_str(rows, 0, COL_ORG_ID),
        .role = db_str(rows, 0, COL_ROLE),
        .credential_id = db_str(rows, 0, COL_CREDENTIAL_ID),
        .language = db_str(rows, 0, COL_LANGUAGE),
        .age_seconds = db_int(rows, 0, COL_AGE),
        .is_key = is_key,
    };
}
