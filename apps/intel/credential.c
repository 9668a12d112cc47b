/*
 * credential.c - who asks: "TC <access id>:<signature>" over the request target as it was sent, "TC-Token <token>", or, without either, the
 * session of a person on the pages.
 *
 * A signature is looked at in two steps. First the database says which sealed secret key belongs to the access id; here it is opened and
 * the signature computed. The digest of the secret key is then what enters the tenant (intel_enter()), in every round trip, so that a key
 * that was revoked meanwhile does not. An access id that is nobody's, a wrong signature and a timestamp that is too old cost the same: one
 * look-up, one secret that is opened, one signature that is computed and compared.
 */
#include "apps/intel/intel.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/seal.h"

#include <strings.h>

#define WINDOW_SECONDS 300
#define SIGNATURE_SIZE 45 /* base64 of a digest, and NUL */
#define NOBODY "00000000-0000-0000-0000-000000000000"
#define SIGNED_PLAINLY "Send signed requests and tokens over HTTPS only: this one came without it."

enum kind { KIND_NONE, KIND_SIGNATURE, KIND_TOKEN, KIND_SESSION };

/* From one function of the authenticator to the next. */
struct proof {
    enum kind kind;
    const char *access_id, *signature, *hash; /* hash: of the token, or of the secret key once the signature was checked */
    const char *timestamp;
    const char *late; /* what is wrong with the timestamp; told after all else was looked at */
};

/* What is opened and compared where an access id is nobody's. */
static const char *nobodys_secret;
static struct arena *kept;

struct seal_place secret_place(const char *org_id, const char *access_id) {
    return (struct seal_place){.org_id = org_id, .user_id = access_id, .purpose = "intel"};
}

bool credential_start(void) {
    char secret[CRYPTO_TOKEN_SIZE];
    const struct seal_place place = secret_place(NOBODY, "0");
    kept = arena_new(1024);
    crypto_token(secret);
    nobodys_secret = seal_close(kept, &place, secret, strlen(secret));
    crypto_wipe(secret, sizeof(secret));
    return nobodys_secret != NULL;
}

/* ---- reading the headers ---- */

/* The value behind a scheme; NULL: another scheme. */
static const char *behind(const char *header, const char *scheme) {
    size_t len = strlen(scheme);
    return header && strncasecmp(header, scheme, len) == 0 && header[len] == ' ' ? header + len + strspn(header + len, " ") : NULL;
}

/* What is wrong with the time that was signed. */
static const char *judge_time(const char *timestamp) {
    int64_t seconds = 0, now = clock_now_us() / 1000000;
    if (!timestamp || !str_to_i64(timestamp, 0, INT64_MAX / 2, &seconds)) {
        return "Invalid timestamp";
    }
    return seconds < now - WINDOW_SECONDS || seconds > now + WINDOW_SECONDS ? "Timestamp out of acceptable time range" : NULL;
}

static bool read_signature(struct req *q, const char *value, struct proof *proof) {
    size_t id = strcspn(value, ":");
    if (id == 0 || id > 64 || value[id] != ':' || strlen(value + id + 1) != SIGNATURE_SIZE - 1 || !str_is_utf8(value, id)) {
        return false;
    }
    proof->kind = KIND_SIGNATURE;
    proof->access_id = arena_strndup(q->arena, value, id);
    proof->signature = value + id + 1;
    proof->timestamp = req_header(q, "HTTP_TIMESTAMP");
    proof->late = judge_time(proof->timestamp);
    return true;
}

static bool read_token(struct req *q, const char *value, struct proof *proof) {
    if (!*value || strlen(value) > 512) {
        return false;
    }
    proof->kind = KIND_TOKEN;
    proof->hash = token_digest(q->arena, value);
    return true;
}

/* Where people reach this server over TLS, what has not come so has been readable on its way. */
static bool came_plainly(const struct req *q) {
    const char *scheme = req_header(q, "MUSTER_SCHEME");
    return str_starts(web_config.base_url, "https://") && !(scheme && str_eq(scheme, "https"));
}

/* The session of a person, with the origin check of every write (rule A10). */
static enum err read_session(struct req *q, struct proof *proof) {
    q->credential = credential_from_headers(q->arena, NULL, req_header(q, "HTTP_COOKIE"), req_cookie_name());
    if (!q->credential.token) {
        return ERR_UNAUTHENTICATED;
    }
    proof->kind = KIND_SESSION;
    return req_cross_site(q) ? ERR_CROSS_ORIGIN : OK;
}

static enum err intel_credential(struct req *q, struct resp *r) {
    struct proof *proof = arena_alloc(q->arena, sizeof(*proof));
    const char *header = req_header(q, "HTTP_AUTHORIZATION");
    const char *signature = behind(header, "TC"), *token = behind(header, "TC-Token");
    q->proof = proof;
    if (q->route->guard == GUARD_PUBLIC) {
        return OK;
    }
    if (!signature && !token) {
        return read_session(q, proof);
    }
    if (came_plainly(q)) {
        return resp_fail_text(r, ERR_UNAUTHENTICATED, SIGNED_PLAINLY);
    }
    return (signature ? read_signature(q, signature, proof) : read_token(q, token, proof)) ? OK : ERR_UNAUTHENTICATED;
}

/* ---- who it is ---- */

static struct demand session_demand(const struct route *row) {
    return (struct demand){.guard = row->guard, .scope = NULL, .idle_seconds = web_config.session_idle_hours * 3600, .factor = "required"};
}

static struct db_call intel_call(struct req *q, struct db_rows *rows) {
    const struct proof *proof = q->proof;
    if (proof->kind == KIND_SESSION) {
        return principal_call(q->arena, &q->credential, session_demand(q->route), q->id, rows);
    }
    return (struct db_call){SQL_INTEL_CREDENTIAL(proof->access_id, proof->kind == KIND_TOKEN ? proof->hash : NULL), .rows = rows};
}

/* The signature that the secret key makes of the request. */
static void sign(struct req *q, const struct proof *proof, const char *secret, size_t len, char out[SIGNATURE_SIZE]) {
    unsigned char mac[CRYPTO_HASH_SIZE];
    const char *said =
        arena_printf(q->arena, "%s:%s:%s", q->target, req_header(q, "REQUEST_METHOD"), proof->timestamp ? proof->timestamp : "");
    crypto_hmac_sha256(secret, len, said, strlen(said), mac);
    crypto_base64(mac, sizeof(mac), out, SIGNATURE_SIZE);
}

static bool signature_fits(struct req *q, struct proof *proof, const struct db_rows *rows) {
    bool there = rows->n == 1;
    const struct seal_place place =
        there ? secret_place(db_str(rows, 0, COL_ORG), db_str(rows, 0, COL_ACCESS_ID)) : secret_place(NOBODY, "0");
    char made[SIGNATURE_SIZE];
    unsigned char hash[CRYPTO_HASH_SIZE];
    size_t len = 0;
    char *secret = seal_open(q->arena, &place, there ? db_str(rows, 0, COL_SEALED) : nobodys_secret, &len);
    if (!secret) {
        if (there) {
            log_error("intel: the secret key of an API user does not open");
        }
        secret = arena_strdup(q->arena, "");
        there = false;
    }
    sign(q, proof, secret, len, made);
    crypto_sha256(secret, len, hash);
    crypto_wipe(secret, len);
    proof->hash = db_bytes(q->arena, hash, sizeof(hash));
    return crypto_equal(made, proof->signature, SIGNATURE_SIZE - 1) && there;
}

static enum err know_signature(struct req *q, struct resp *r, const struct db_rows *rows) {
    struct proof *proof = q->proof;
    bool fits = signature_fits(q, proof, rows);
    if (rows->n != 1) {
        return ERR_UNAUTHENTICATED;
    }
    if (proof->late) {
        return resp_fail_text(r, ERR_UNAUTHENTICATED, "%s", proof->late);
    }
    return fits ? OK : resp_fail_text(r, ERR_UNAUTHENTICATED, "Signature data did not match expected result");
}

static enum err intel_known(struct req *q, struct resp *r, const struct db_rows *rows) {
    const struct proof *proof = q->proof;
    enum err e = OK;
    if (proof->kind == KIND_SESSION) {
        if (rows->n != 1) {
            return ERR_UNAUTHENTICATED;
        }
        principal_read(rows, false, &q->who);
        return OK;
    }
    if (proof->kind == KIND_SIGNATURE) {
        e = know_signature(q, r, rows);
    } else if (rows->n != 1 || db_bool(rows, 0, COL_EXPIRED)) {
        e = ERR_TOKEN_EXPIRED;
    }
    if (e == OK) {
        q->who = (struct principal){.org_id = db_str(rows, 0, COL_ORG), .credential_id = db_str(rows, 0, COL_ACCESS_ID), .is_key = true};
    }
    return e;
}

static struct db_call intel_enter(struct req *q) {
    const struct proof *proof = q->proof;
    if (proof->kind == KIND_SESSION) {
        return principal_call(q->arena, &q->credential, session_demand(q->route), q->id, NULL);
    }
    bool is_token = proof->kind == KIND_TOKEN;
    return (struct db_call){SQL_INTEL_PRINCIPAL(is_token ? "token" : "signature", proof->access_id, proof->hash, q->id)};
}

static const char *const schemes[] = {"signature", "token", "session", NULL};
const struct authenticator intel_authenticator = {
    .credential = intel_credential, .call = intel_call, .known = intel_known, .enter = intel_enter, .apart = true, .schemes = schemes};
