/* register.c - sign-up: a new organisation with its administrator, or the acceptance of an invitation (rule A4). */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/password_list.h"

#include <ctype.h>

const struct field register_fields[] = {
    FIELD_EMAIL(struct register_body, email, "email", FIELD_REQUIRED),
    FIELD_STR(struct register_body, password, "password", FIELD_REQUIRED | FIELD_SECRET, 8, 256),
    FIELD_STR(struct register_body, first_name, "firstName", FIELD_REQUIRED, 1, 80),
    FIELD_STR(struct register_body, last_name, "lastName", FIELD_REQUIRED, 1, 80),
    FIELD_STR(struct register_body, organization, "organization", 0, 1, 120),
    FIELD_STR(struct register_body, invite_token, "inviteToken", FIELD_SECRET, 20, 100),
    FIELD_END,
};

enum err signup_status_get(struct req *q, struct resp *r) {
    (void)q;
    jw_object(&r->json);
    jw_kbool(&r->json, "open", str_eq(auth_config.signups, "open"));
    jw_object_end(&r->json);
    return OK;
}

/* "Example & Sons GmbH" -> "example-sons-gmbh". */
static const char *slug_of(struct arena *a, const char *name) {
    char *out = arena_alloc(a, 82);
    size_t n = 0;
    for (const char *c = name; *c && n < 60; c++) {
        if (isalnum((unsigned char)*c)) {
            out[n++] = (char)tolower((unsigned char)*c);
        } else if (n && out[n - 1] != '-') {
            out[n++] = '-';
        }
    }
    while (n && out[n - 1] == '-') {
        out[--n] = '\0';
    }
    return n ? out : "organisation";
}

static const char *invite_hash(struct arena *a, const char *token) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    if (!token) {
        return NULL;
    }
    crypto_sha256(token, strlen(token), hash);
    return db_bytes(a, hash, sizeof(hash));
}

static enum err store(struct req *q, struct resp *r, const struct register_body *b, const char *hash) {
    const char *organization = b->organization ? b->organization : arena_printf(q->arena, "Organisation of %.80s", b->last_name);
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_REGISTER,
                           .args = {b->email, b->first_name, b->last_name, hash, organization, slug_of(q->arena, organization),
                                    auth_config.default_plan, invite_hash(q->arena, b->invite_token), NULL},
                           .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == ERR_CONFLICT) {
        return ERR_EMAIL_TAKEN;
    }
    if (e == OK && !str_eq(db_str(&rows, 0, "verdict"), "ok")) {
        return resp_fail(r, ERR_TOKEN_EXPIRED,
                         "This invitation has expired, was used, or is for another e-mail address. Ask for a new one.");
    }
    return e;
}

enum err register_check(struct req *q, struct resp *r) {
    const struct register_body *b = q->body;
    if (b->password && password_is_common(b->password)) {
        resp_field_error(r, "password", "is among the most common passwords; choose another");
    }
    return OK;
}

enum err register_post(struct req *q, struct resp *r) {
    const struct register_body *b = q->body;
    char hash[CRYPTO_PASSWORD_SIZE];
    struct db_rows taken;
    if (!b->invite_token && !str_eq(auth_config.signups, "open")) {
        return ERR_SIGNUPS_CLOSED;
    }
    struct db_call limit = attempt_call(q->arena, "register", q->address, auth_config.limit_register, 3600, &taken);
    enum err e = req_run(q, &limit, 1);
    if (e == OK && attempt_wait(&taken) > 0) {
        return resp_wait(r, attempt_wait(&taken));
    }
    if (e == OK && !crypto_password_hash(b->password, hash)) {
        e = ERR_UNAVAILABLE;
    }
    if (e == OK) {
        e = store(q, r, b, hash);
    }
    if (e == OK) {
        r->status = 201;
        jw_object(&r->json);
        jw_kbool(&r->json, "success", true);
        jw_object_end(&r->json);
    }
    return e;
}
