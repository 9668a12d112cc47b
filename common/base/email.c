#include "common/base/email.h"

#include "common/base/str.h"
#include "common/base/unicode.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DOMAIN 253
#define MAX_LABEL 63

static char *lower(struct arena *a, const char *text) {
    char *out = arena_alloc(a, 2 * strlen(text) + 1);

    str_lower_utf8(out, text);
    return out;
}

static bool is_ascii(const char *text) {
    while (*text > 0) {
        text++;
    }
    return *text == '\0';
}

static bool is_label(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        bool letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');
        if (!letter && (text[i] != '-' || i == 0 || i == len - 1)) {
            return false;
        }
    }
    return len > 0 && len <= MAX_LABEL;
}

/* In lower case already. */
static bool is_host(const char *text) {
    size_t labels = 0, len = 0;
    bool number = true;

    if (strlen(text) > MAX_DOMAIN) {
        return false;
    }
    for (const char *c = text;; c++) {
        len = strcspn(c, ".");
        if (!is_label(c, len)) {
            return false;
        }
        number = strspn(c, "0123456789") >= len;
        labels++;
        c += len;
        if (*c == '\0') {
            return labels > 1 && !number && len > 1;
        }
    }
}

/* In a domain, invisible characters would be dropped without a word; of two the rules for domains know where they may stand. */
static bool is_readable(const char *text) {
    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        if (c >= 0x80 && !unicode_is_visible(c) && !unicode_is_mark(c) && c != 0x200c && c != 0x200d) {
            return false;
        }
    }
    return true;
}

/* Labels that have other letters, or say that they had, are checked and written by the rules for them; all others are as they are. */
const char *domain_normal(struct arena *a, const char *typed) {
    const char *domain = lower(a, unicode_plain_width(a, unicode_normal(a, typed, UNICODE_NFC)));
    uint8_t *coded = NULL;

    if (strlen(domain) > 4 * MAX_DOMAIN || !is_readable(typed)) {
        return NULL;
    }
    if (!is_ascii(domain) || strstr(domain, "xn--") != NULL) {
        if (idn2_lookup_u8((const uint8_t *)domain, &coded, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) {
            return NULL;
        }
        domain = lower(a, (const char *)coded);
        idn2_free(coded);
    }
    return is_host(domain) ? domain : NULL;
}

/* Before the at sign, beyond ASCII: what a person sees, and marks on it. What ASCII may stand there says str_is_email(). */
static bool is_local(const char *text) {
    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        if (c >= 0x80 && !unicode_is_visible(c) && !unicode_is_mark(c)) {
            return false;
        }
    }
    return true;
}

/* Lower case of a composed letter may be one that composes further, and the other way round. */
static char *local_normal(struct arena *a, const char *typed) {
    char *text = unicode_normal(a, unicode_plain_width(a, typed), UNICODE_NFC);

    return lower(a, unicode_normal(a, lower(a, text), UNICODE_NFC));
}

const char *email_normal(struct arena *a, const char *typed) {
    char *local = unicode_plain_width(a, typed), *at = strrchr(local, '@');
    const char *domain, *whole;

    if (at == NULL || strlen(typed) > 4 * MAX_DOMAIN) {
        return NULL;
    }
    *at = '\0';
    domain = domain_normal(a, at + 1);
    local = local_normal(a, local);
    if (domain == NULL || !is_local(local)) {
        return NULL;
    }
    whole = arena_printf(a, "%s@%s", local, domain);
    return str_is_email(whole) ? whole : NULL;
}

const char *email_key(struct arena *a, const char *typed) {
    const char *normal = email_normal(a, typed);

    return normal == NULL ? lower(a, typed) : normal;
}

const char *mailbox_key(struct arena *a, const char *typed) {
    const char *key = email_key(a, typed), *at = strrchr(key, '@');
    char *out = arena_alloc(a, strlen(key) + 1), *to = out;

    if (at == NULL) {
        return key;
    }
    for (const char *from = key; from < at && *from != '+'; from++) {
        if (*from != '.') {
            *to++ = *from;
        }
    }
    memcpy(to, at, strlen(at) + 1);
    return out;
}

static size_t add(const char *out[EMAIL_SPELLINGS], size_t n, const char *spelling) {
    for (size_t i = 0; i < n; i++) {
        if (str_eq(out[i], spelling)) {
            return n;
        }
    }
    out[n] = spelling;
    return n + 1;
}

size_t email_spellings(struct arena *a, const char *typed, const char *out[EMAIL_SPELLINGS]) {
    const char *normal = email_normal(a, typed), *domain = normal == NULL ? NULL : strchr(normal, '@') + 1, *letters;
    size_t n = add(out, 0, lower(a, typed));
    char *shown = NULL;

    if (normal == NULL) {
        return n;
    }
    n = add(out, n, normal);
    if (idn2_to_unicode_8z8z(domain, &shown, 0) == IDN2_OK) {
        letters = arena_printf(a, "%.*s%s", (int)(domain - normal), normal, shown);
        n = add(out, n, letters);
        n = add(out, n, unicode_normal(a, letters, UNICODE_NFD));
        idn2_free(shown);
    }
    return n;
}
