/*
 * sign.h - Ed25519 signatures (RFC 8032) under the key of this instance, which its database does not know.
 *
 * The key file has one line: 32 random bytes in base64. Public keys and signatures are base64, too.
 */
#ifndef MUSTER_CRYPTO_SIGN_H
#define MUSTER_CRYPTO_SIGN_H

#include <stdbool.h>
#include <stddef.h>

#define SIGN_PUBLIC_SIZE 45 /* 32 bytes in base64, and NUL */
#define SIGN_SIZE 89        /* 64 bytes */
#define SIGN_NAME_SIZE 9

/* False with a sentence in err when there is no such key. */
bool sign_load(const char *path, char *err, size_t size);
/* The public part of the loaded key. */
void sign_public(char out[SIGN_PUBLIC_SIZE]);
/* What a public key is called: the beginning of its digest. False when it is none. */
bool sign_name(const char *public, char out[SIGN_NAME_SIZE]);
void sign_text(const char *text, char out[SIGN_SIZE]);
bool sign_check(const char *text, const char *signature, const char *public);
void sign_wipe(void);

#endif
