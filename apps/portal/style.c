/* style.c - the names of the style sheets in the content security policy; the sheets are in style_report.c and style_certificate.c. */
#include "apps/portal/style.h"

#include "common/base/arena.h"
#include "common/base/colour.h"
#include "common/crypto/crypto.h"

/* Printed from numbers: what is stored never reaches the sheet as text. The dark scheme gets a lighter shade, readable on its paper. */
const char *style_accent(struct arena *a, const char *accent) {
    static const struct colour white = {255, 255, 255}, dark_paper = {0x14, 0x1a, 0x25};
    struct colour c;
    char light[COLOUR_TEXT_SIZE], dark[COLOUR_TEXT_SIZE];
    if (!colour_parse(accent, &c)) {
        return "";
    }
    colour_format(colour_readable(c, white, COLOUR_READABLE), light);
    colour_format(colour_readable(c, dark_paper, COLOUR_READABLE), dark);
    return arena_printf(a, ":root{--accent:%s;--navy:%s}@media screen and (prefers-color-scheme:dark){:root{--accent:%s}}", light, light,
                        dark);
}

static void hash_of(const char *css, char *out, size_t size) {
    unsigned char digest[CRYPTO_HASH_SIZE];
    char text[48];
    crypto_sha256(css, strlen(css), digest);
    crypto_base64(digest, sizeof(digest), text, sizeof(text));
    snprintf(out, size, "sha256-%s", text);
}

const char *style_hash(struct arena *a, struct style *s, const char *accent_rules) {
    if (*accent_rules) {
        char *hash = arena_alloc(a, sizeof(s->hash));
        hash_of(arena_printf(a, "%s%s", s->css, accent_rules), hash, sizeof(s->hash));
        return hash;
    }
    if (!s->hash[0]) {
        hash_of(s->css, s->hash, sizeof(s->hash));
    }
    return s->hash;
}
