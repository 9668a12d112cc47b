/*
 * crypto.h - random tokens, digests, passwords.
 *
 * libsodium and libargon2 do the work; nothing here is an algorithm of ours.
 */
#ifndef MUSTER_CRYPTO_CRYPTO_H
#define MUSTER_CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_HASH_SIZE 32
/* 43 base62 characters carry 256 bits (rules A6: at least 128). */
#define CRYPTO_TOKEN_CHARS 43
#define CRYPTO_TOKEN_SIZE (CRYPTO_TOKEN_CHARS + 1)
#define CRYPTO_PASSWORD_SIZE 128

/* Must be called once before anything else; false when the random source is not available. */
bool crypto_init(void);
void crypto_random(void *out, size_t len);
/* CRYPTO_TOKEN_CHARS base62 characters from the kernel's random source, and NUL. */
void crypto_token(char out[CRYPTO_TOKEN_SIZE]);
/* Version 4 UUID (RFC 9562), 36 characters and NUL. */
void crypto_uuid(char out[37]);
/* SHA-256 (FIPS 180-4). Tokens are stored only as this. */
void crypto_sha256(const void *data, size_t len, unsigned char out[CRYPTO_HASH_SIZE]);
/* The same of data that comes in pieces. */
struct crypto_digest {
    _Alignas(16) unsigned char state[128]; /* private */
};
void crypto_digest_begin(struct crypto_digest *d);
void crypto_digest_add(struct crypto_digest *d, const void *data, size_t len);
void crypto_digest_end(struct crypto_digest *d, unsigned char out[CRYPTO_HASH_SIZE]);
/* HMAC-SHA256 (RFC 2104). */
void crypto_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len, unsigned char out[CRYPTO_HASH_SIZE]);
/* Lower-case hexadecimal; out has 2 * len + 1 bytes. */
void crypto_hex(const void *data, size_t len, char *out);
/* Base64 with padding (RFC 4648 section 4); out has size bytes, at least 4 * ((len + 2) / 3) + 1. */
void crypto_base64(const void *data, size_t len, char *out, size_t size);
/* Compares in a time that tells nothing of where they differ. */
bool crypto_equal(const void *a, const void *b, size_t len);
void crypto_wipe(void *data, size_t len);

/* Sets the memory aside that one hash takes; false when there is none. Asked before anything is counted or written down about a
 * password, so that no person pays for a machine without memory. The next hash takes it; releasing what is not there does nothing. */
bool crypto_password_reserve(void);
void crypto_password_release(void);
/* Passwords are hashed in NFKC: keyboards and systems write the same letters in several ways (NIST SP 800-63B, section 5.1.1.2).
 * argon2id (RFC 9106): 19 MiB, 2 passes, 1 lane; about 20 ms of a core. PHC string in out; false on exhaustion. */
bool crypto_password_hash(const char *password, char out[CRYPTO_PASSWORD_SIZE]);
/* FAILED says nothing about the password: no memory, or a hash that is none. AS_TYPED is a match, too, with a hash from before NFKC, which
 * may be replaced. `hash` NULL does the same work against a dummy and is never a match (rules A8). */
enum crypto_verdict { CRYPTO_FAILED, CRYPTO_MATCH, CRYPTO_MATCH_AS_TYPED, CRYPTO_MISMATCH };
enum crypto_verdict crypto_password_verify(const char *password, const char *hash);
/* True when the hash was made with weaker parameters than today's. */
bool crypto_password_outdated(const char *hash);

#endif
