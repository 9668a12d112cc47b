/* style.c - the names of the style sheets in the content security policy; the sheets are in style_report.c and style_certificate.c. */
#include "apps/portal/style.h"

#include "common/crypto/crypto.h"

const char *style_hash(struct style *s) {
    if (!s->hash[0]) {
        unsigned char digest[CRYPTO_HASH_SIZE];
        char text[48];
        crypto_sha256(s->css, strlen(s->css), digest);
        crypto_base64(digest, sizeof(digest), text, sizeof(text));
        snprintf(s->hash, sizeof(s->hash), "sha256-%s", text);
    }
    return s->hash;
}
