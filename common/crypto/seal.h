/*
 * seal.h - small secrets of tenants, encrypted with an authenticated cipher (rule B1).
 *
 * The keys live in a file outside the database, one a line (ring.h); the first line is the current key, the others still open what they
 * sealed. Each program has the keys that it needs and no other: a program may be able to seal what it cannot open (mail). A sealed value
 * names its key and is bound to the row that it belongs to: copied to another person, organisation or purpose it does not open.
 * XChaCha20-Poly1305 of libsodium does the work, and for mail its sealed boxes (X25519, XSalsa20-Poly1305).
 */
#ifndef MUSTER_CRYPTO_SEAL_H
#define MUSTER_CRYPTO_SEAL_H

#include "common/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define SEAL_KEY_SIZE 32
#define SEAL_MAX_KEYS 100
#define SEAL_MAX_SECRET 4096

/* What a sealed value is bound to. */
struct seal_place {
    const char *org_id, *user_id; /* user_id "" for a secret of the organisation */
    const char *purpose;
};

/* Reads the keys; err gets a sentence when there is no real key. The file is this user's alone (0600), or root's, who lets a group read
 * it (0640). Called once before anything else; a file that changes later
 * (a rotation) is noticed by the functions below. */
bool seal_load(const char *path, char *err, size_t size);
/* "kid:base64" in the arena, under the current key of the place's purpose. At most SEAL_MAX_SECRET bytes; NULL when there are more, or
 * this program has no key for that. */
const char *seal_close(struct arena *a, const struct seal_place *place, const void *secret, size_t len);
/* The secret in the arena, or NULL when the value was tampered with, belongs elsewhere, or its key is not there. */
void *seal_open(struct arena *a, const struct seal_place *place, const char *sealed, size_t *len);
/* True when another key than the current one sealed it. */
bool seal_outdated(const char *sealed);
/* The id of the current key; NULL when none is loaded. */
const char *seal_key_id(void);
/* The folder of the key file, in which a rotation puts a new one; NULL when none is loaded. */
const char *seal_folder(struct arena *a);
/* Prints the lines of these uses (ring.h), NULL-terminated, as the file of a program that needs them. */
void seal_print(const char *const *uses);
/* Forgets the keys. */
void seal_wipe(void);

#endif
