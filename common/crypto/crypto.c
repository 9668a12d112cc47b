#include "common/crypto/crypto.h"

#include "common/base/str.h"
#include "common/base/unicode.h"

#include <argon2.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PASSWORD_MEMORY_KIB 19456
#define PASSWORD_PASSES 2
#define PASSWORD_LANES 1
#define PASSWORD_SALT_SIZE 16
#define PASSWORD_TAG_SIZE 32

bool crypto_init(void) {
    return sodium_init() >= 0;
}

void crypto_random(void *out, size_t len) {
    randombytes_buf(out, len);
}

void crypto_token(char out[CRYPTO_TOKEN_SIZE]) {
    static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    unsigned char random[64];
    size_t n = 0;

    while (n < CRYPTO_TOKEN_CHARS) {
        crypto_random(random, sizeof(random));
        for (size_t i = 0; i < sizeof(random) && n < CRYPTO_TOKEN_CHARS; i++) {
            /* 248 is the largest multiple of 62 in a byte: the rest would make some characters likelier. */
            if (random[i] < 248) {
                out[n++] = base62[random[i] % 62];
            }
        }
    }
    out[n] = '\0';
    crypto_wipe(random, sizeof(random));
}

void crypto_uuid(char out[37]) {
    unsigned char b[16];
    char hex[33];

    crypto_random(b, sizeof(b));
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    crypto_hex(b, sizeof(b), hex);
    snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

void crypto_sha256(const void *data, size_t len, unsigned char out[CRYPTO_HASH_SIZE]) {
    crypto_hash_sha256(out, data, len);
}

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct crypto_digest), "room for libsodium's state");

void crypto_digest_begin(struct crypto_digest *d) {
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)d->state);
}

void crypto_digest_add(struct crypto_digest *d, const void *data, size_t len) {
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)d->state, data, len);
}

void crypto_digest_end(struct crypto_digest *d, unsigned char out[CRYPTO_HASH_SIZE]) {
    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)d->state, out);
}

void crypto_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len, unsigned char out[CRYPTO_HASH_SIZE]) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, key_len);
    crypto_auth_hmacsha256_update(&state, data, len);
    crypto_auth_hmacsha256_final(&state, out);
    crypto_wipe(&state, sizeof(state));
}

void crypto_hex(const void *data, size_t len, char *out) {
    sodium_bin2hex(out, 2 * len + 1, data, len);
}

void crypto_base64(const void *data, size_t len, char *out, size_t size) {
    sodium_bin2base64(out, size, data, len, sodium_base64_VARIANT_ORIGINAL);
}

bool crypto_equal(const void *a, const void *b, size_t len) {
    return sodium_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *data, size_t len) {
    sodium_memzero(data, len);
}

static void *reserved;

/* As large as what libargon2 asks of malloc(), which gets it back at once when it was freed just before: there is one thread. */
bool crypto_password_reserve(void) {
    if (reserved == NULL) {
        reserved = malloc((size_t)PASSWORD_MEMORY_KIB * 1024);
    }
    return reserved != NULL;
}

void crypto_password_release(void) {
    free(reserved);
    reserved = NULL;
}

static bool hash_exactly(const char *password, size_t len, char out[CRYPTO_PASSWORD_SIZE]) {
    unsigned char salt[PASSWORD_SALT_SIZE];

    crypto_random(salt, sizeof(salt));
    crypto_password_release();
    return argon2id_hash_encoded(PASSWORD_PASSES, PASSWORD_MEMORY_KIB, PASSWORD_LANES, password, len, salt, sizeof(salt), PASSWORD_TAG_SIZE,
                                 out, CRYPTO_PASSWORD_SIZE) == ARGON2_OK;
}

static void drop(char *normal, size_t size) {
    if (normal != NULL) {
        crypto_wipe(normal, size);
        free(normal);
    }
}

bool crypto_password_hash(const char *password, char out[CRYPTO_PASSWORD_SIZE]) {
    size_t size = 0;
    char *normal = unicode_normal_secret(password, UNICODE_NFKC, &size);
    bool good = normal != NULL && hash_exactly(normal, strlen(normal), out);

    drop(normal, size);
    return good;
}

/* A hash with today's parameters that no password has: salt and tag are zero bytes in base64. */
static void dummy_hash(char out[CRYPTO_PASSWORD_SIZE]) {
    snprintf(out, CRYPTO_PASSWORD_SIZE, "$argon2id$v=%d$m=%d,t=%d,p=%d$%.22s$%.43s", ARGON2_VERSION_13, PASSWORD_MEMORY_KIB,
             PASSWORD_PASSES, PASSWORD_LANES, "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

static enum crypto_verdict verify_exactly(const char *password, const char *hash) {
    char dummy[CRYPTO_PASSWORD_SIZE];

    dummy_hash(dummy);
    crypto_password_release();
    switch (argon2id_verify(hash == NULL ? dummy : hash, password, strlen(password))) {
    case ARGON2_OK: return hash == NULL ? CRYPTO_MISMATCH : CRYPTO_MATCH;
    case ARGON2_VERIFY_MISMATCH: return CRYPTO_MISMATCH;
    default: return CRYPTO_FAILED;
    }
}

/* Whether there is a second try depends on what was typed alone, so it tells nothing about the account. */
enum crypto_verdict crypto_password_verify(const char *password, const char *hash) {
    size_t size = 0;
    char *normal = unicode_normal_secret(password, UNICODE_NFKC, &size);
    enum crypto_verdict verdict = normal == NULL ? CRYPTO_FAILED : verify_exactly(normal, hash);

    if (verdict == CRYPTO_MISMATCH && !str_eq(normal, password)) {
        verdict = verify_exactly(password, hash);
        verdict = verdict == CRYPTO_MATCH ? CRYPTO_MATCH_AS_TYPED : verdict;
    }
    drop(normal, size);
    return verdict;
}

bool crypto_password_outdated(const char *hash) {
    unsigned version, memory, passes;

    /* The count tells whether all three were read, and nine digits cannot overflow. NOLINTNEXTLINE(cert-err34-c) */
    if (hash == NULL || sscanf(hash, "$argon2id$v=%9u$m=%9u,t=%9u,", &version, &memory, &passes) != 3) {
        return true;
    }
    return version < ARGON2_VERSION_13 || memory < PASSWORD_MEMORY_KIB || passes < PASSWORD_PASSES;
}
