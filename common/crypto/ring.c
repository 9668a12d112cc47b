#include "common/crypto/ring.h"

#include "common/base/str.h"
#include "common/crypto/crypto.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE (32 * 1024)
#define CONTEXT "musterkd" /* of the derivation: eight letters */

static const char *const use_names[KEY_USES] = {
    [KEY_OLD] = "old", [KEY_PEOPLE] = "people", [KEY_MAILBOX] = "mailbox", [KEY_MAILTO] = "mailto", [KEY_INTEL] = "intel"};

const char *key_use_name(enum key_use use) {
    return use_names[use];
}

static bool refuse(char *err, size_t size, const char *path, const char *why) {
    snprintf(err, size, "The key file %s %s.", path, why);
    return false;
}

const struct key *ring_find(const struct ring *ring, enum key_use use, const char *kid, size_t len) {
    for (int i = 0; i < ring->n; i++) {
        const struct key *key = &ring->keys[i];
        if (key->use == use && (!kid || (strlen(key->kid) == len && memcmp(key->kid, kid, len) == 0))) {
            return key;
        }
    }
    return NULL;
}

/* "people." before the name; its length, 0 when there is none, or -1 for a use that is none. */
static int parse_use(const char *line, enum key_use *use) {
    size_t len = strcspn(line, ".:");
    *use = KEY_OLD;
    if (line[len] != '.') {
        return 0;
    }
    for (enum key_use u = KEY_PEOPLE; u < KEY_USES; u++) {
        if (strlen(use_names[u]) == len && memcmp(line, use_names[u], len) == 0) {
            *use = u;
            return (int)len + 1;
        }
    }
    return -1;
}

static const char *parse_line(char *line, struct key *key) {
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    static const char malformed[] =
        "is malformed: each line must be a name of lower-case letters and digits, a colon and the key in base64";
    int before = parse_use(line, &key->use);
    if (before < 0) {
        return malformed;
    }
    line += before;
    size_t kid = strspn(line, letters), len = 0;
    if (kid == 0 || kid > KID_MAX || line[kid] != ':') {
        return malformed;
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

_Static_assert(SEAL_KEY_SIZE == crypto_kdf_KEYBYTES, "a key that others are derived from");
_Static_assert(SEAL_KEY_SIZE == crypto_box_SEEDBYTES, "a seed of a pair");
_Static_assert(SEAL_KEY_SIZE == crypto_box_SECRETKEYBYTES, "a key that opens mails");
_Static_assert(SEAL_KEY_SIZE == crypto_box_PUBLICKEYBYTES, "a key that seals them");

static void derive(const struct key *master, enum key_use use, unsigned char out[SEAL_KEY_SIZE]) {
    crypto_kdf_derive_from_key(out, SEAL_KEY_SIZE, (uint64_t)use, CONTEXT, master->bytes);
}

/* What a line stands for. */
static void add(struct ring *ring, const struct key *line) {
    unsigned char seed[SEAL_KEY_SIZE];
    if (line->use != KEY_OLD || line->kid[0] != 'm') {
        ring->keys[ring->n++] = *line;
        return;
    }
    struct key *made = &ring->keys[ring->n];
    for (int i = 0; i < KEYS_OF_LINE; i++) {
        made[i] = (struct key){.use = KEY_PEOPLE + (enum key_use)i};
        str_copy(made[i].kid, sizeof(made[i].kid), line->kid);
    }
    derive(line, KEY_PEOPLE, made[0].bytes);
    derive(line, KEY_INTEL, made[3].bytes);
    derive(line, KEY_MAILBOX, seed);
    crypto_box_seed_keypair(made[2].bytes, made[1].bytes, seed);
    crypto_wipe(seed, sizeof(seed));
    ring->n += KEYS_OF_LINE;
}

/* Fills ring with what text holds, or says what is wrong with it. */
static const char *parse(char *text, struct ring *ring) {
    struct key line;
    const char *why = NULL;
    char *next;
    for (char *at = text; !why && *at; at = next) {
        char *end = strchr(at, '\n');
        if (!end) {
            return "is malformed: its last line is not complete";
        }
        *end = '\0';
        next = end + 1;
        why = ring->n + KEYS_OF_LINE > KEYS_OF_LINE * SEAL_MAX_KEYS ? "holds more than 100 keys" : parse_line(at, &line);
        for (int i = 0; !why && i < ring->n; i++) {
            why = str_eq(ring->keys[i].kid, line.kid) && (line.use == KEY_OLD || line.use == ring->keys[i].use) ? "names two keys alike"
                                                                                                                : NULL;
        }
        if (!why) {
            add(ring, &line);
        }
    }
    crypto_wipe(&line, sizeof(line));
    return why ? why : ring->n ? NULL : "is empty";
}

/* Root may give its file to a group. */
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

bool ring_load(struct ring *ring, const char *path, char *err, size_t size) {
    static struct ring fresh;
    char text[MAX_FILE];
    fresh = (struct ring){.path = path};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return refuse(err, size, path, "is missing or cannot be opened; without a key nothing may be encrypted");
    }
    const char *why = read_file(fd, &fresh.seen, text);
    close(fd);
    why = why ? why : parse(text, &fresh);
    if (!why) {
        *ring = fresh;
    }
    crypto_wipe(text, sizeof(text));
    crypto_wipe(&fresh, sizeof(fresh));
    return why ? refuse(err, size, path, why) : true;
}
