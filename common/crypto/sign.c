#include "common/crypto/sign.h"

#include "common/crypto/crypto.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned char secret[crypto_sign_SECRETKEYBYTES], own[crypto_sign_PUBLICKEYBYTES];

_Static_assert(SIGN_PUBLIC_SIZE == sodium_base64_ENCODED_LEN(crypto_sign_PUBLICKEYBYTES, sodium_base64_VARIANT_ORIGINAL), "base64");
_Static_assert(SIGN_SIZE == sodium_base64_ENCODED_LEN(crypto_sign_BYTES, sodium_base64_VARIANT_ORIGINAL), "base64");

static bool decode(const char *text, unsigned char *out, size_t size) {
    size_t len = 0;
    return sodium_base642bin(out, size, text, strlen(text), " \r\n", &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && len == size;
}

bool sign_load(const char *path, char *err, size_t size) {
    char text[128] = "";
    unsigned char seed[crypto_sign_SEEDBYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    bool ok = got > 0 && decode(text, seed, sizeof(seed)) && !sodium_is_zero(seed, sizeof(seed));
    if (ok) {
        crypto_sign_seed_keypair(own, secret, seed);
    } else {
        snprintf(err, size, "The key file %.300s is missing or does not hold 32 bytes in base64.", path);
    }
    crypto_wipe(text, sizeof(text));
    crypto_wipe(seed, sizeof(seed));
    return ok;
}

void sign_public(char out[SIGN_PUBLIC_SIZE]) {
    crypto_base64(own, sizeof(own), out, SIGN_PUBLIC_SIZE);
}

bool sign_name(const char *public, char out[SIGN_NAME_SIZE]) {
    unsigned char key[crypto_sign_PUBLICKEYBYTES], hash[CRYPTO_HASH_SIZE];
    if (!decode(public, key, sizeof(key))) {
        return false;
    }
    crypto_sha256(key, sizeof(key), hash);
    crypto_hex(hash, (SIGN_NAME_SIZE - 1) / 2, out);
    return true;
}

void sign_text(const char *text, char out[SIGN_SIZE]) {
    unsigned char signature[crypto_sign_BYTES];
    crypto_sign_detached(signature, NULL, (const unsigned char *)text, strlen(text), secret);
    crypto_base64(signature, sizeof(signature), out, SIGN_SIZE);
}

bool sign_check(const char *text, const char *signature, const char *public) {
    unsigned char key[crypto_sign_PUBLICKEYBYTES], bytes[crypto_sign_BYTES];
    return decode(public, key, sizeof(key)) && decode(signature, bytes, sizeof(bytes)) &&
           crypto_sign_verify_detached(bytes, (const unsigned char *)text, strlen(text), key) == 0;
}

void sign_wipe(void) {
    crypto_wipe(secret, sizeof(secret));
}
