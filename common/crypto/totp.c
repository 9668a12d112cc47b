#include "common/crypto/totp.h"

#include "common/base/str.h"

#include <liboath/oath.h>
#include <string.h>

const char *totp_base32(struct arena *a, const void *data, size_t len) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const unsigned char *bytes = data;
    size_t chars = (8 * len + 4) / 5;
    char *out = arena_alloc(a, chars + 1);
    for (size_t i = 0; i < chars; i++) {
        size_t bit = 5 * i, at = bit / 8;
        unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < len ? bytes[at + 1] : 0U);
        out[i] = letters[pair >> (11 - bit % 8) & 31];
    }
    return out;
}

/* In the arena, which is wiped: a buf would keep the secret. */
static const char *escaped(struct arena *a, const char *text) {
    char *out = arena_alloc(a, 3 * strlen(text) + 1);
    str_url_encode(out, text, "@");
    return out;
}

const char *totp_uri(struct arena *a, const char *issuer, const char *account, const char *secret32) {
    const char *name = escaped(a, issuer);
    return arena_printf(a, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30", name, escaped(a, account),
                        secret32, name);
}

bool totp_check(const void *secret, size_t len, int64_t now, const char *code, int64_t *step) {
    uint64_t counter = 0;
    int position = 0;
    if (strlen(code) != 6 || strspn(code, "0123456789") != 6) {
        return false;
    }
    if (oath_totp_validate3(secret, len, (time_t)now, TOTP_STEP_SECONDS, 0, TOTP_WINDOW, &position, &counter, code) < 0) {
        return false;
    }
    *step = (int64_t)counter;
    return true;
}
