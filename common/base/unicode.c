#include "common/base/unicode.h"

#include "common/base/str.h"

#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

/* Marks of UAX 9 that are written here or looked for. */
enum { LRE = 0x202a, RLO = 0x202e, LRI = 0x2066, FSI = 0x2068, PDI = 0x2069, LRM = 0x200e, RLM = 0x200f, ALM = 0x061c };
#define FSI_TEXT "\xe2\x81\xa8"
#define PDI_TEXT "\xe2\x81\xa9"

static uninorm_t form_of(enum unicode_form form) {
    return form == UNICODE_NFC ? UNINORM_NFC : form == UNICODE_NFD ? UNINORM_NFD : UNINORM_NFKC;
}

char *unicode_normal_secret(const char *text, enum unicode_form form, size_t *size) {
    uint8_t *out = u8_normalize(form_of(form), (const uint8_t *)text, strlen(text) + 1, NULL, size);
    return (char *)out;
}

char *unicode_normal(struct arena *a, const char *text, enum unicode_form form) {
    size_t size = 0;
    char *made = unicode_normal_secret(text, form, &size);
    char *out = arena_strdup(a, made == NULL ? text : made);

    free(made);
    return out;
}

uint32_t unicode_next(const char *text, const char **next) {
    size_t len = str_utf8_seq(text, strlen(text));
    ucs4_t c = 0;

    if (len > 0) {
        u8_mbtouc(&c, (const uint8_t *)text, len);
    }
    *next = text + len;
    return len > 0 ? c : 0;
}

static char *put(char *to, uint32_t c) {
    return to + u8_uctomb((uint8_t *)to, c, 6);
}

bool unicode_is_space(uint32_t c) {
    return uc_is_property_white_space(c);
}

bool unicode_is_control(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

bool unicode_is_visible(uint32_t c) {
    static const uint32_t braille_blank = 0x2800; /* a sign without a dot */
    const uc_general_category_t shapes =
        uc_general_category_or(uc_general_category_or(UC_CATEGORY_L, UC_CATEGORY_N), uc_general_category_or(UC_CATEGORY_P, UC_CATEGORY_S));

    return c != braille_blank && uc_is_general_category(c, shapes) && !uc_is_property_default_ignorable_code_point(c);
}

bool unicode_is_mark(uint32_t c) {
    return uc_is_general_category(c, UC_CATEGORY_M) && !uc_is_property_default_ignorable_code_point(c);
}

bool unicode_is_digit(uint32_t c) {
    return uc_decimal_value(c) >= 0;
}

bool unicode_is_quote(uint32_t c) {
    static const uint32_t others[] = {0x2ba, 0x2dd, 0x2ee, 0x5f4, 0x2033, 0x2034, 0x2036, 0x2037, 0x2057, 0x3003};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (c == others[i]) {
            return true;
        }
    }
    /* The property has single ones too, which names have inside. */
    return uc_is_property_quotation_mark(c) && c != 0x27 && c != 0x2018 && c != 0x2019 && c != 0x201b && c != 0xff07;
}

bool unicode_shows(const char *text) {
    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        if (unicode_is_visible(c)) {
            return true;
        }
    }
    return false;
}

static size_t width_of(uint32_t c) {
    if (c >= 0x80) {
        int cells = uc_width(c, "UTF-8");
        return cells <= 0 ? 0 : cells == 1 ? 85 : 100;
    }
    return strchr("MWmw@%", (int)c) != NULL ? 105 : c >= 'A' && c <= 'Z' ? 85 : 66;
}

size_t unicode_width(const char *text) {
    size_t width = 0;

    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        width += width_of(c);
    }
    return width;
}

char *unicode_trim(struct arena *a, const char *text, size_t len) {
    char *copy = arena_strndup(a, text, len), *start = copy, *end = copy;
    const char *p = copy;

    for (uint32_t c; (c = unicode_next(p, &p)) != 0;) {
        if (!unicode_is_space(c)) {
            end = copy + (p - copy);
        } else if (end == start) {
            start = end = copy + (p - copy);
        }
    }
    *end = '\0';
    return start;
}

char *unicode_plain_width(struct arena *a, const char *text) {
    char *out = arena_alloc(a, strlen(text) + 1), *to = out;

    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        bool wide = c >= 0xff01 && c <= 0xff5e;
        to = put(to, wide ? c - 0xff01 + '!' : c == 0x3002 || c == 0xff61 ? '.' : c);
    }
    *to = '\0';
    return out;
}

char *unicode_code(struct arena *a, const char *text) {
    const char *plain = unicode_normal(a, text, UNICODE_NFKC);
    char *out = arena_alloc(a, strlen(plain) + 1), *to = out;

    for (uint32_t c; (c = unicode_next(plain, &plain)) != 0;) {
        int digit = uc_decimal_value(c);
        if (unicode_is_space(c) || uc_is_general_category(c, UC_CATEGORY_Pd) || c == 0x2212 ||
            uc_is_property_default_ignorable_code_point(c)) {
            continue;
        }
        to = put(to, digit >= 0 ? (uint32_t)('0' + digit) : c);
    }
    *to = '\0';
    return out;
}

/* ---- direction of writing ---- */

static bool is_isolate(uint32_t c) {
    return c >= LRI && c <= FSI;
}

static bool is_mark(uint32_t c) {
    return (c >= LRE && c <= RLO) || is_isolate(c) || c == PDI || c == LRM || c == RLM || c == ALM;
}

/* Paragraphs end what is open (UAX 9, rule P1), so their ends are no part of a text that stands in a line. */
static bool ends_paragraph(uint32_t c) {
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2029;
}

const char *unicode_balanced(struct arena *a, const char *text) {
    size_t open = 0, most = 0;
    bool any = false;

    if (text == NULL) {
        return NULL;
    }
    for (const char *p = text; *p != '\0';) {
        uint32_t c = unicode_next(p, &p);
        if (c == 0) {
            break;
        }
        most += is_isolate(c);
        any = any || is_isolate(c) || c == PDI;
    }
    if (!any) {
        return text;
    }
    char *out = arena_alloc(a, strlen(text) + most * strlen(PDI_TEXT) + 1), *to = out;
    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        if (c == PDI && open == 0) {
            continue;
        }
        for (; ends_paragraph(c) && open > 0; open--) {
            to = put(to, PDI);
        }
        open += is_isolate(c);
        open -= c == PDI;
        to = put(to, c);
    }
    for (; open > 0; open--) {
        to = put(to, PDI);
    }
    *to = '\0';
    return out;
}

static bool is_ascii(const char *text) {
    while (*text > 0) {
        text++;
    }
    return *text == '\0';
}

static bool runs_left(uint32_t c) {
    int class = uc_bidi_class(c);

    return class == UC_BIDI_R || class == UC_BIDI_AL || class == UC_BIDI_AN;
}

const char *unicode_isolated(struct arena *a, const char *text) {
    char *out, *to;
    bool left = false;

    if (text == NULL || is_ascii(text)) {
        return text;
    }
    out = to = arena_alloc(a, strlen(text) + 1);
    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        left = left || (runs_left(c) && !is_mark(c));
        to = is_mark(c) ? to : put(to, c);
    }
    *to = '\0';
    return left ? arena_printf(a, FSI_TEXT "%s" PDI_TEXT, out) : out;
}
