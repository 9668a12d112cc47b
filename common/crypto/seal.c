#include "common/crypto/seal.h"

#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KID_MAX 32
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define MAX_RAW (NONCE_SIZE + SEAL_MAX_SECRET + TAG_SIZE)
#define MAX_FILE (16 * 1024)

struct key {
    char kid[KID_MAX + 1];
    unsigned char bytes[SEAL_KEY_SIZE];
};

/* Set by seal_load(), and again when the file has changed: this process is single-threaded. */
static struct ring {
    const char *path;
    struct stat seen;
    struct key keys[SEAL_MAX_KEYS];
    int n;
} ring;

static bool refuse(char *err, size_t size, const char *path, const char *why) {
    snprintf(err, size, "The key file %s %s.", path, why);
    return false;
}

/* "kid:base64", which is as long as 32 bytes are. */
static const char *parse_line(char *line, struct key *key) {
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    size_t kid = strspn(line, letters), len = 0;
    if (kid == 0 || kid > KID_MAX || line[kid] != ':') {
        return "is malformed: each line must be a name of lower-case letters and digits, a colon and the key in base64";
    }
    line[kid] = '\0';
    str_copy(key->kid, sizeof(key->kid), line);
    unsigned char room[SEAL_KEY_SIZE + 32];
    const char *text = line + kid + 1;
    bool decoded = sodium_base642bin(room, sizeof(room), text, strlen(text), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    memcpy(key->bytes, room, SEAL_KEY_SIZE);
    crypto_wipe(room, sizeof(room));
    if (!decoded || len != SEAL_KEY_SIZE) {
        return "holds a key that is not 32 bytes in base64";
    }
    return sodium_is_zero(key->bytes, SEAL_KEY_SIZE) ? "holds a key that is all zeros, which is no key" : NULL;
}

static const char *parse(char *text, struct ring *out) {
    char *next;
    for (char *line = text; *line; line = next) {
        char *end = strchr(line, '\n');
        if (!end) {
            return "is malformed: its last line is not complete";
        }
        *end = '\0';
        next = end + 1;
        if (out->n == SEAL_MAX_KEYS) {
            return "holds more than 100 keys";
        }
        struct key *key = &out->keys[out->n];
        const char *why = parse_line(line, key);
        for (int i = 0; !why && i < out->n; i++) {
            why = str_eq(out->keys[i].kid, key->kid) ? "names two keys alike" : NULL;
        }
        if (why) {
            return why;
        }
        out->n++;
    }
    return out->n ? NULL : "is empty";
}

/* Root may give its file to the users who seal and open by a group of theirs. */
static bool others_can_read(const struct stat *st) {
    bool given = st->st_uid == 0 && geteuid() != 0;
    return st->st_mode & (given ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO);
}

/* Fills the file's text, or says why not. Who else can read it knows the secrets, so that is no key file. */
static const char *read_file(int fd, struct stat *st, char text[MAX_FILE]) {
    if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) {
        return "is not a regular file";
    }
    if (others_can_read(st)) {
        return "can be read by other users; its mode must be 0600, or 0640 when it is root's";
    }
    if (st->st_size >= MAX_FILE || read(fd, text, (size_t)st->st_size) != st->st_size) {
        return "cannot be read";
    }
    text[st->st_size] = '\0';
    return strlen(text) == (size_t)st->st_size ? NULL : "is malformed: it holds a zero byte";
}

bool seal_load(const char *path, char *err, size_t size) {
    struct ring fresh = {.path = path};
    char text[MAX_FILE];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return refuse(err, size, path, "is missing or cannot be opened; without a key nothing may be encrypted");
    }
    const char *why = read_file(fd, &fresh.seen, text);
    close(fd);
    why = why ? why : parse(text, &fresh);
    if (!why) {
        ring = fresh;
    }
    crypto_wipe(text, sizeof(text));
    crypto_wipe(&fresh, sizeof(fresh));
    return why ? refuse(err, size, path, why) : true;
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

static const struct key *find(const char *kid, size_t len) {
    for (int i = 0; i < ring.n; i++) {
        if (strlen(ring.keys[i].kid) == len && memcmp(ring.keys[i].kid, kid, len) == 0) {
            return &ring.keys[i];
        }
    }
    return NULL;
}

/* No part can hold the separator, so that two places never give the same bytes. */
static const char *bound_to(struct arena *a, const struct key *key, const struct seal_place *p, size_t *len) {
    const char *text = arena_printf(a, "%s\n%s\n%s\n%s", key->kid, p->org_id, p->user_id, p->purpose);
    *len = strlen(text);
    return text;
}

const char *seal_close(struct arena *a, const struct seal_place *place, const void *secret, size_t len) {
    refresh();
    if (ring.n == 0 || len > SEAL_MAX_SECRET) {
        return NULL;
    }
    const struct key *key = &ring.keys[0];
    unsigned char raw[MAX_RAW];
    unsigned long long sealed = 0;
    size_t ad_len = 0;
    const char *ad = bound_to(a, key, place, &ad_len);
    crypto_random(raw, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw + NONCE_SIZE, &sealed, secret, len, (const unsigned char *)ad, ad_len, NULL, raw,
                                               key->bytes);
    size_t total = NONCE_SIZE + (size_t)sealed, room = 4 * ((total + 2) / 3) + 1;
    char *text = arena_alloc(a, room);
    crypto_base64(raw, total, text, room);
    return arena_printf(a, "%s:%s", key->kid, text);
}

void *seal_open(struct arena *a, const struct seal_place *place, const char *sealed, size_t *len) {
    size_t kid = strcspn(sealed, ":"), total = 0, ad_len = 0;
    unsigned char raw[MAX_RAW];
    unsigned long long opened = 0;
    const struct key *key = find(sealed, kid);
    if (!key) {
        refresh();
        key = find(sealed, kid);
    }
    if (!key || sealed[kid] != ':') {
        return NULL;
    }
    const char *text = sealed + kid + 1;
    if (sodium_base642bin(raw, sizeof(raw), text, strlen(text), NULL, &total, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        total < NONCE_SIZE + TAG_SIZE) {
        return NULL;
    }
    const char *ad = bound_to(a, key, place, &ad_len);
    unsigned char *secret = arena_alloc(a, total); /* zeroed, so a text is terminated */
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret, &opened, NULL, raw + NONCE_SIZE, total - NONCE_SIZE, (const unsigned char *)ad,
                                                   ad_len, raw, key->bytes) != 0) {
        return NULL;
    }
    *len = (size_t)opened;
    return secret;
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
