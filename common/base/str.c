#include "common/base/str.h"

#include <locale.h>
#include <string.h>
#include <wctype.h>

bool str_to_i64(const char *text, int64_t min, int64_t max, int64_t *out) {
    bool negative = text[0] == '-';
    const char *p = text + negative;
    int64_t v = 0;

    if (*p == '\0') {
        return false;
    }
    for (; *p != '\0'; p++) {
        int64_t digit = *p - '0';
        if (digit < 0 || digit > 9) {
            return false;
        }
        /* Counting away from zero in the sign's direction reaches INT64_MIN, too. */
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, negative ? -digit : digit, &v)) {
            return false;
        }
    }
    if (v < min || v > max) {
        return false;
    }
    *out = v;
    return true;
}

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool str_is_uuid(const char *text) {
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    for (size_t i = 0; i < sizeof(shape) - 1; i++) {
        if (shape[i] == '-' ? text[i] != '-' : !is_hex(text[i])) {
            return false;
        }
    }
    return text[sizeof(shape) - 1] == '\0';
}

/* What RFC 3629 section 4 allows as second byte; it is where overlong forms and surrogates show. */
static bool second_byte_fits(unsigned char lead, unsigned char second) {
    unsigned char lo = 0x80, hi = 0xbf;

    switch (lead) {
    case 0xe0: lo = 0xa0; break;
    case 0xed: hi = 0x9f; break;
    case 0xf0: lo = 0x90; break;
    case 0xf4: hi = 0x8f; break;
    default: break;
    }
    return second >= lo && second <= hi;
}

size_t str_utf8_seq(const char *data, size_t len) {
    const unsigned char *p = (const unsigned char *)data;
    size_t n;

    if (len == 0 || p[0] == 0) {
        return 0;
    }
    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] < 0xc2 || p[0] > 0xf4) {
        return 0;
    }
    n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (len < n || !second_byte_fits(p[0], p[1])) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

bool str_is_utf8(const char *data, size_t len) {
    while (len > 0) {
        size_t n = str_utf8_seq(data, len);
        if (n == 0) {
            return false;
        }
        data += n;
        len -= n;
    }
    return true;
}

size_t str_utf8_len(const char *text) {
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return n;
}

static uint32_t code_point(const char *text, size_t len) {
    static const unsigned char lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)text[0] & lead_mask[len];

    for (size_t i = 1; i < len; i++) {
        c = c << 6 | ((unsigned char)text[i] & 0x3f);
    }
    return c;
}

/* White space, controls and invisible direction marks beyond ASCII. */
static bool is_blank_beyond_ascii(uint32_t c) {
    return (c >= 0x80 && c <= 0xa0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
           (c >= 0x205f && c <= 0x206f) || c == 0x3000 || c == 0xfeff;
}

static bool email_chars_ok(const char *text, size_t len, const char *specials) {
    for (size_t i = 0, n; i < len; i += n) {
        char c = text[i];
        n = str_utf8_seq(text + i, len - i);
        if (n == 0) {
            return false;
        }
        if (n > 1 && is_blank_beyond_ascii(code_point(text + i, n))) {
            return false;
        }
        if (n == 1 && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && strchr(specials, c) == NULL) {
            return false;
        }
    }
    return true;
}

bool str_is_email(const char *text) {
    const char *at = strchr(text, '@');
    const char *domain;
    size_t domain_len;

    if (at == NULL || at == text || strlen(text) > 254) {
        return false;
    }
    domain = at + 1;
    domain_len = strlen(domain);
    if (strchr(domain, '.') == NULL || strstr(domain, "..") != NULL) {
        return false;
    }
    if (domain[0] == '.' || domain[0] == '-' || domain[domain_len - 1] == '.' || domain[domain_len - 1] == '-') {
        return false;
    }
    return email_chars_ok(text, (size_t)(at - text), ".!#$%&'*+-/=?^_`{|}~") && email_chars_ok(domain, domain_len, ".-");
}

bool str_in(const char *text, const char *const *list) {
    for (; *list != NULL; list++) {
        if (str_eq(text, *list)) {
            return true;
        }
    }
    return false;
}

bool str_eq(const char *a, const char *b) {
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}

bool str_starts(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

void str_lower(char *text) {
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z') {
            *text |= 0x20;
        }
    }
}

static size_t put_code_point(char *out, uint32_t c) {
    static const unsigned char lead_mark[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)(lead_mark[len] | c);
    return len;
}

static locale_t utf8; /* the database's */

void str_load(void) {
    if (utf8 == (locale_t)0) {
        utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    }
}

void str_lower_utf8(char *out, const char *text) {
    size_t left = strlen(text);

    str_load();
    for (size_t n; left > 0 && (n = str_utf8_seq(text, left)) > 0; text += n, left -= n) {
        uint32_t c = code_point(text, n);
        out += put_code_point(out, utf8 == (locale_t)0 ? c : (uint32_t)towlower_l((wint_t)c, utf8));
    }
    *out = '\0';
}

size_t str_utf8_cut(const char *text, size_t max) {
    size_t len = strnlen(text, max);

    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) {
        len--;
    }
    return len;
}

size_t str_words(const char *text) {
    static const char blank[] = " \t\r\n\v\f";
    size_t n = 0;

    for (text += strspn(text, blank); *text != '\0'; n++) {
        text += strcspn(text, blank);
        text += strspn(text, blank);
    }
    return n;
}

static int hex_value(char c) {
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool decode(char *text, bool plus) {
    char *to = text;

    for (const char *p = text; *p != '\0'; p++) {
        char c = *p;
        if (plus && c == '+') {
            c = ' ';
        }
        if (c == '%') {
            if (!is_hex(p[1]) || !is_hex(p[2])) {
                return false;
            }
            c = (char)(hex_value(p[1]) << 4 | hex_value(p[2]));
            p += 2;
            if (c == '\0') {
                return false;
            }
        }
        *to++ = c;
    }
    *to = '\0';
    return true;
}

void str_url_encode(char *out, const char *text, const char *keep) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    static const char digits[] = "0123456789ABCDEF";
    for (const char *c = text; *c; c++) {
        if (strchr(plain, *c) || strchr(keep, *c)) {
            *out++ = *c;
        } else {
            *out++ = '%';
            *out++ = digits[(unsigned char)*c >> 4];
            *out++ = digits[(unsigned char)*c & 15];
        }
    }
    *out = '\0';
}

bool str_url_decode(char *text) {
    return decode(text, true);
}

bool str_percent_decode(char *text) {
    return decode(text, false);
}

bool str_copy(char *dst, size_t size, const char *src) {
    size_t len = strlen(src);
    bool fits = len < size;

    if (size == 0) {
        return false;
    }
    if (!fits) {
        len = size - 1;
    }
    memcpy(dst, src, len);
    dst[len] = '\0';
    return fits;
}
