#include "common/html/hwrite.h"

#include "common/base/str.h"
#include "common/base/unicode.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void hw_init(struct hwrite *w, struct buf *out) {
    w->out = out;
    w->depth = 0;
    w->failed = false;
}

static void put(struct hwrite *w, const char *data, size_t len) {
    if (!w->failed && !buf_append(w->out, data, len)) {
        w->failed = true;
    }
}

static char *copy(char *to, const char *s, size_t len) {
    memcpy(to, s, len);
    return to + len;
}

/* Three pieces in one append. */
static void put_three(struct hwrite *w, const char *before, const char *text, const char *behind) {
    size_t a = strlen(before), b = strlen(text), c = strlen(behind);
    char *to = w->failed ? NULL : buf_reserve(w->out, a + b + c);

    if (to == NULL) {
        w->failed = true;
        return;
    }
    to = copy(to, before, a);
    to = copy(to, text, b);
    copy(to, behind, c);
    buf_advance(w->out, a + b + c);
}

static void puts_constant(struct hwrite *w, const char *s) {
    put(w, s, strlen(s));
}

/* One set for text and attributes: an escaper that is right in both places cannot be confused. */
static const char *entity(char c) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return "&#39;";
    }
}

static bool is_special(char c) {
    return c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
}

/* Whether there is a byte 0. Borrows between bytes can only raise a false alarm. */
static uint64_t zero_byte(uint64_t x) {
    return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

/* Eight bytes at once, none of them special: & and ' differ in the lowest bit, < and > in the second. */
static bool eight_plain(const char *s) {
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t x;

    memcpy(&x, s, sizeof(x));
    return (zero_byte((x & ~ones) ^ ones * '&') | zero_byte((x & ~(ones * 2)) ^ ones * '<') | zero_byte(x ^ ones * '"')) == 0;
}

static size_t plain_run(const char *s, size_t len) {
    size_t n = 0;

    while (len - n >= 8 && eight_plain(s + n)) {
        n += 8;
    }
    while (n < len && !is_special(s[n])) {
        n++;
    }
    return n;
}

static void put_escaped(struct hwrite *w, const char *s, size_t len) {
    const char *end = s + len;

    while (s < end) {
        size_t n = plain_run(s, (size_t)(end - s));
        put(w, s, n);
        s += n;
        if (s < end) {
            puts_constant(w, entity(*s++));
        }
    }
}

/* With the quote behind it. */
static void put_value(struct hwrite *w, const char *s, size_t len) {
    if (plain_run(s, len) == len) {
        put_three(w, "", s, "\"");
        return;
    }
    put_escaped(w, s, len);
    put(w, "\"", 1);
}

static void put_attributes(struct hwrite *w, va_list ap) {
    for (;;) {
        const char *name = va_arg(ap, const char *);
        const char *value = name == NULL ? NULL : va_arg(ap, const char *);

        if (name == NULL) {
            return;
        }
        if (value == NULL) {
            continue;
        }
        put_three(w, " ", name, "=\"");
        put_value(w, value, strlen(value));
    }
}

void hw_open(struct hwrite *w, const char *tag, ...) {
    va_list ap;

    if (w->depth == HW_MAX_DEPTH) {
        w->failed = true;
    }
    if (w->failed) {
        return;
    }
    w->tags[w->depth++] = tag;
    put_three(w, "<", tag, "");
    va_start(ap, tag);
    put_attributes(w, ap);
    va_end(ap);
    put(w, ">", 1);
}

void hw_void(struct hwrite *w, const char *tag, ...) {
    va_list ap;

    put_three(w, "<", tag, "");
    va_start(ap, tag);
    put_attributes(w, ap);
    va_end(ap);
    /* The slash is needed in SVG and allowed in HTML. */
    put(w, "/>", 2);
}

void hw_close(struct hwrite *w, const char *tag) {
    if (w->depth == 0 || !str_eq(w->tags[w->depth - 1], tag)) {
        w->failed = true;
    }
    if (w->failed) {
        return;
    }
    w->depth--;
    put_three(w, "</", tag, ">");
}

void hw_text(struct hwrite *w, const char *s) {
    if (s != NULL) {
        put_escaped(w, s, strlen(s));
    }
}

void hw_textf(struct hwrite *w, const char *fmt, ...) {
    va_list ap;
    char small[256], *text = NULL;
    int len;

    va_start(ap, fmt);
    len = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    if (len >= 0 && (size_t)len < sizeof(small)) {
        put_escaped(w, small, (size_t)len);
        return;
    }
    va_start(ap, fmt);
    len = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (len < 0) {
        w->failed = true;
        return;
    }
    put_escaped(w, text, (size_t)len);
    free(text);
}

void hw_bdi(struct hwrite *w, const char *text) {
    static const char isolates[] = "\xe2\x81"; /* how those marks begin in UTF-8 */
    struct arena *a = text != NULL && strstr(text, isolates) != NULL ? arena_new(1024) : NULL;

    hw_open(w, "bdi", NULL);
    hw_text(w, a == NULL ? text : unicode_balanced(a, text));
    hw_close(w, "bdi");
    arena_free(a);
}

void hw_bdi_class(struct hwrite *w, const char *tag, const char *klass, const char *text) {
    hw_open(w, tag, "class", klass, NULL);
    hw_bdi(w, text);
    hw_close(w, tag);
}

void hw_elem(struct hwrite *w, const char *tag, const char *text) {
    hw_elem_class(w, tag, NULL, text);
}

void hw_elem_class(struct hwrite *w, const char *tag, const char *klass, const char *text) {
    hw_open(w, tag, "class", klass, NULL);
    hw_text(w, text);
    hw_close(w, tag);
}

void hw_constant(struct hwrite *w, const char *markup) {
    puts_constant(w, markup);
}

static void put_slot(struct hwrite *w, const struct hw_slot *slot) {
    if (slot->bare) {
        hw_text(w, slot->text);
        return;
    }
    if (slot->tag == NULL) {
        hw_bdi(w, slot->text);
        return;
    }
    hw_open(w, slot->tag, "class", slot->klass, "lang", slot->lang, "href", slot->href, NULL);
    hw_text(w, slot->text);
    hw_close(w, slot->tag);
}

/* Of "<b>", "<name>" or a closing one: its length when it is a tag of the catalogue, otherwise 0. */
static size_t put_tag(struct hwrite *w, const char *at) {
    char name[24];
    bool closing = at[1] == '/';
    const char *from = at + 1 + closing;
    size_t len = strspn(from, "abcdefghijklmnopqrstuvwxyz");
    bool sound = len > 0 && len < sizeof(name) && from[len] == '>';

    if (!sound) {
        return 0;
    }
    memcpy(name, from, len);
    name[len] = '\0';
    bool bold = str_eq(name, "b");
    if (closing) {
        hw_close(w, bold ? "b" : "span");
    } else {
        hw_open(w, bold ? "b" : "span", "class", bold ? NULL : name, NULL);
    }
    return (size_t)(from + len + 1 - at);
}

void hw_sentence(struct hwrite *w, const char *said, const struct hw_slot *slots) {
    while (*said != '\0') {
        size_t len = strcspn(said, "<" HW_SLOT_1 HW_SLOT_2 HW_SLOT_3);
        put_escaped(w, said, len);
        said += len;
        if (*said == '<') {
            size_t tag = put_tag(w, said);
            put_escaped(w, said, tag > 0 ? 0 : 1);
            said += tag > 0 ? tag : 1;
        } else if (*said != '\0') {
            put_slot(w, &slots[*said - 1]);
            said++;
        }
    }
}

void hw_sentence_in(struct hwrite *w, const char *tag, const char *klass, const char *said, const struct hw_slot *slots) {
    hw_open(w, tag, "class", klass, NULL);
    hw_sentence(w, said, slots);
    hw_close(w, tag);
}

bool hw_done(const struct hwrite *w) {
    return !w->failed && !w->out->failed && w->depth == 0;
}

/* ---- CSV ---- */

/* Begins a formula (CWE-1236), also in the width in which East Asia writes it. */
static bool is_formula(uint32_t c) {
    static const uint32_t begins[] = {'=', '+', '-', '@', 0xff1d, 0xff0b, 0xff0d, 0xff20, 0x2212};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (c == begins[i]) {
            return true;
        }
    }
    return false;
}

/* What no cell keeps: where the separator is another one, and when a spreadsheet has saved the file again, it would end the cell. A
 * semicolon becomes the full-width one, which nothing separates with; tabs and line ends become blanks. */
static const char *harmless(uint32_t c) {
    return c == ';' ? "\xef\xbc\x9b" : c == '\t' || c == '\r' || c == '\n' ? " " : NULL;
}

static bool separates(uint32_t c) {
    return c == ',' || c == ';' || c == '\t' || c == '\r' || c == '\n';
}

void csv_cell(struct buf *out, const char *text) {
    bool quoted = text != NULL && text[strcspn(text, ",\"")] != '\0';
    bool begins = true; /* a cell, for whoever reads with whatever separator */

    if (text == NULL) {
        return;
    }
    if (quoted) {
        buf_putc(out, '"');
    }
    while (*text != '\0') {
        const char *from = text;
        uint32_t c = unicode_next(text, &text);
        const char *instead = harmless(c);
        if (c == 0) { /* no UTF-8, so no text of ours */
            break;
        }
        if (begins && is_formula(c)) {
            buf_putc(out, '\'');
        }
        begins = separates(c) || (begins && (unicode_is_space(c) || !unicode_is_visible(c)));
        if (c == '"') {
            buf_putc(out, '"');
        }
        buf_append(out, instead == NULL ? from : instead, instead == NULL ? (size_t)(text - from) : strlen(instead));
    }
    if (quoted) {
        buf_putc(out, '"');
    }
}

void csv_begin(struct buf *out) {
    buf_puts(out, "\xef\xbb\xbf");
}

static bool is_file_char(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' || c == '_' || c == '-';
}

void safe_filename(char *out, size_t size, const char *text) {
    static const size_t longest = 80;
    size_t room = size == 0 ? 0 : size - 1, n = 0;

    if (room > longest) {
        room = longest;
    }
    for (; *text != '\0' && n < room; text++) {
        bool good = is_file_char(*text);
        /* A leading dot hides the file, a leading '-' reads as an option. */
        if (n == 0 && (!good || *text == '.' || *text == '-')) {
            continue;
        }
        if (good) {
            out[n++] = *text;
        } else if (out[n - 1] != '-') {
            out[n++] = '-';
        }
    }
    while (n > 0 && (out[n - 1] == '-' || out[n - 1] == '.')) {
        n--;
    }
    if (size > 0) {
        out[n] = '\0';
    }
    if (n == 0) {
        str_copy(out, size, "file");
    }
}
