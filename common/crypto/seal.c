#include "common/crypto/seal.h"

#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/ring.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define BOUND_SIZE CRYPTO_HASH_SIZE /* a box has no place of its own for what it is bound to */
#define MAX_RAW (BOUND_SIZE + SEAL_MAX_SECRET + 64)

/* Set by seal_load(), and again when the file has changed: this process is single-threaded. */
static struct ring ring;

bool seal_load(const char *path, char *err, size_t size) {
    return ring_load(&ring, path, err, size);
}

/* Reads the file again when a rotation has replaced it; a file that is no key file leaves the old keys in use. */
static void refresh(void) {
    struct stat now;
    char err[300];
    if (stat(ring.path, &now) != 0 ||
        (now.st_ino == ring.seen.st_ino && now.st_size == ring.seen.st_size && now.st_mtim.tv_sec == ring.seen.st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == ring.seen.st_mtim.tv_nsec)) {
        return;
    }
    if (!seal_load(ring.path, err, sizeof(err))) {
        log_error("seal: %s", err);
    }
}

/* No part can hold the separator, so that two places never give the same bytes. */
static const char *bound_to(struct arena *a, const struct key *key, const struct seal_place *p, size_t *len) {
    const char *text = arena_printf(a, "%s\n%s\n%s\n%s", key->kid, p->org_id, p->user_id, p->purpose);
    *len = strlen(text);
    return text;
}

/* With the key that opens it, too. */
static size_t lock_up(const struct key *key, const char *ad, size_t ad_len, const void *secret, size_t len, unsigned char raw[MAX_RAW]) {
    unsigned long long sealed = 0;
    crypto_random(raw, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw + NONCE_SIZE, &sealed, secret, len, (const unsigned char *)ad, ad_len, NULL, raw,
                                               key->bytes);
    return NONCE_SIZE + (size_t)sealed;
}

static bool unlock(const struct key *key, const char *ad, size_t ad_len, const unsigned char *raw, size_t total, unsigned char *secret,
                   size_t *len) {
    unsigned long long opened = 0;
    bool good = total >= NONCE_SIZE + TAG_SIZE &&
                crypto_aead_xchacha20poly1305_ietf_decrypt(secret, &opened, NULL, raw + NONCE_SIZE, total - NONCE_SIZE,
                                                           (const unsigned char *)ad, ad_len, raw, key->bytes) == 0;
    *len = (size_t)opened;
    return good;
}

/* With a public key: whoever has it can put something in and take nothing out. */
static size_t post(const struct key *key, const char *ad, size_t ad_len, const void *secret, size_t len, unsigned char raw[MAX_RAW]) {
    unsigned char plain[BOUND_SIZE + SEAL_MAX_SECRET];
    crypto_sha256(ad, ad_len, plain);
    memcpy(plain + BOUND_SIZE, secret, len);
    bool done = crypto_box_seal(raw, plain, BOUND_SIZE + len, key->bytes) == 0;
    crypto_wipe(plain, sizeof(plain));
    return done ? crypto_box_SEALBYTES + BOUND_SIZE + len : 0;
}

static bool collect(const struct key *key, const char *ad, size_t ad_len, const unsigned char *raw, size_t total, unsigned char *secret,
                    size_t *len) {
    unsigned char plain[MAX_RAW], bound[BOUND_SIZE], public[SEAL_KEY_SIZE];
    crypto_sha256(ad, ad_len, bound);
    bool good = total >= crypto_box_SEALBYTES + BOUND_SIZE && crypto_scalarmult_base(public, key->bytes) == 0 &&
                crypto_box_seal_open(plain, raw, total, public, key->bytes) == 0 && sodium_memcmp(plain, bound, BOUND_SIZE) == 0;
    if (good) {
        *len = total - crypto_box_SEALBYTES - BOUND_SIZE;
        memcpy(secret, plain + BOUND_SIZE, *len);
    }
    crypto_wipe(plain, sizeof(plain));
    return good;
}

/* What seals and opens for a purpose: the first of these keys that this program has. Keys of older versions are for everything. */
struct way {
    enum key_use seals, opens;
    size_t (*close)(const struct key *key, const char *ad, size_t ad_len, const void *secret, size_t len, unsigned char raw[MAX_RAW]);
    bool (*open)(const struct key *key, const char *ad, size_t ad_len, const unsigned char *raw, size_t total, unsigned char *secret,
                 size_t *len);
};
static const struct way of_mail = {KEY_MAILTO, KEY_MAILBOX, post, collect}, of_people = {KEY_PEOPLE, KEY_PEOPLE, lock_up, unlock},
                        of_intel = {KEY_INTEL, KEY_INTEL, lock_up, unlock}, of_old = {KEY_OLD, KEY_OLD, lock_up, unlock};

static const struct way *way_of(const struct seal_place *place) {
    return str_eq(place->purpose, "mail") ? &of_mail : str_eq(place->purpose, "intel") ? &of_intel : &of_people;
}

const char *seal_close(struct arena *a, const struct seal_place *place, const void *secret, size_t len) {
    refresh();
    const struct way *way = way_of(place);
    const struct key *key = ring_find(&ring, way->seals, NULL, 0);
    if (!key) {
        way = &of_old;
        key = ring_find(&ring, way->seals, NULL, 0);
    }
    if (!key || len > SEAL_MAX_SECRET) {
        return NULL;
    }
    unsigned char raw[MAX_RAW];
    size_t ad_len = 0;
    const char *ad = bound_to(a, key, place, &ad_len);
    size_t total = way->close(key, ad, ad_len, secret, len, raw), room = 4 * ((total + 2) / 3) + 1;
    char *text = arena_alloc(a, room);
    crypto_base64(raw, total, text, room);
    return total ? arena_printf(a, "%s:%s", key->kid, text) : NULL;
}

/* The key that a value names; *way becomes how it opens. */
static const struct key *key_to(const struct seal_place *place, const char *kid, size_t len, const struct way **way) {
    *way = way_of(place);
    const struct key *key = ring_find(&ring, (*way)->opens, kid, len);
    if (!key) {
        *way = &of_old;
        key = ring_find(&ring, (*way)->opens, kid, len);
    }
    return key;
}

void *seal_open(struct arena *a, const struct seal_place *place, const char *sealed, size_t *len) {
    size_t kid = strcspn(sealed, ":"), total = 0, ad_len = 0;
    unsigned char raw[MAX_RAW];
    const struct way *way;
    const struct key *key = key_to(place, sealed, kid, &way);
    if (!key) {
        refresh();
        key = key_to(place, sealed, kid, &way);
    }
    if (!key || sealed[kid] != ':') {
        return NULL;
    }
    const char *text = sealed + kid + 1;
    if (sodium_base642bin(raw, sizeof(raw), text, strlen(text), NULL, &total, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) {
        return NULL;
    }
    const char *ad = bound_to(a, key, place, &ad_len);
    unsigned char *secret = arena_alloc(a, total + 1); /* zeroed, so a text is terminated */
    return way->open(key, ad, ad_len, raw, total, secret, len) ? secret : NULL;
}

bool seal_outdated(const char *sealed) {
    refresh();
    size_t len = ring.n ? strlen(ring.keys[0].kid) : 0;
    return strncmp(sealed, ring.keys[0].kid, len) != 0 || sealed[len] != ':';
}

const char *seal_key_id(void) {
    refresh();
    return ring.n ? ring.keys[0].kid : NULL;
}

void seal_print(const char *const *uses) {
    for (int i = 0; i < ring.n; i++) {
        const struct key *key = &ring.keys[i];
        char text[4 * SEAL_KEY_SIZE];
        bool is_current = ring_find(&ring, key->use, NULL, 0) == key;
        if (!str_in(key_use_name(key->use), uses) || (key->use == KEY_MAILTO && !is_current)) {
            continue;
        }
        crypto_base64(key->bytes, SEAL_KEY_SIZE, text, sizeof(text));
        printf("%s%s%s:%s\n", key->use == KEY_OLD ? "" : key_use_name(key->use), key->use == KEY_OLD ? "" : ".", key->kid, text);
        crypto_wipe(text, sizeof(text));
    }
}

const char *seal_folder(struct arena *a) {
    const char *slash = ring.path ? strrchr(ring.path, '/') : NULL;
    if (!ring.path) {
        return NULL;
    }
    return slash == ring.path ? "/" : slash ? arena_strndup(a, ring.path, (size_t)(slash - ring.path)) : ".";
}

void seal_wipe(void) {
    crypto_wipe(&ring, sizeof(ring));
}
