/*
 * templates.c - how the words of a mail (words.c, the catalogue) become a text and an HTML part. Values are one line of text each; in HTML
 * they are escaped by hwrite.
 */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/base/unicode.h"
#include "common/html/hwrite.h"

#include <ctype.h>

#define MAX_VALUE 160
#define MAX_PART (64 * 1024)

struct renderer {
    struct arena *arena;
    const struct mail_words *words;
    const char *problem; /* the first one */
};

static const char *param(const struct mail_words *w, const char *name, size_t len) {
    for (int i = 0; i < w->nparams; i++) {
        if (strlen(w->params[i].name) == len && memcmp(w->params[i].name, name, len) == 0) {
            return w->params[i].value;
        }
    }
    return NULL;
}

/* "2026-11-22T04:20:00Z" as "22 November 2026, 04:20 UTC"; everything else as it is. */
static const char *readable(const struct renderer *r, const char *value) {
    int64_t us;
    if (!isdigit((unsigned char)value[0]) || !strchr(value, 'T') || !clock_parse(value, &us)) {
        return value;
    }
    return say(r->arena, r->words->lang, W_MAIL_AT(us));
}

/* One line of at most MAX_VALUE characters: separators of lines and paragraphs end one as controls do. */
static const char *one_line(struct arena *a, const char *value) {
    char *out = arena_strdup(a, value);
    size_t n = 0, chars = 0, len = strlen(out);
    while (n < len && chars < MAX_VALUE) {
        size_t seq = str_utf8_seq(out + n, len - n);
        bool control = (unsigned char)out[n] < 0x20 || out[n] == 0x7f ||
                       (seq == 2 && (unsigned char)out[n] == 0xc2 && (unsigned char)out[n + 1] < 0xa0);
        bool separator = seq == 3 && (memcmp(out + n, "\xe2\x80\xa8", 3) == 0 || memcmp(out + n, "\xe2\x80\xa9", 3) == 0);
        if (seq == 0 || control || separator) {
            memset(out + n, ' ', seq ? seq : 1);
        }
        n += seq ? seq : 1;
        chars++;
    }
    out[n] = '\0';
    return out;
}

static bool is_word(char c) {
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Names are chosen by whoever registers, and mail goes to others: a space without width after each dot inside a word, and inside
 * "://", keeps mail programs from making a link of one. It looks the same. */
static const char *no_link(struct arena *a, const char *value) {
    char *out = arena_alloc(a, strlen(value) * 4 + 1);
    size_t n = 0;
    for (const char *c = value; *c; c++) {
        out[n++] = *c;
        bool inside = *c == '.' && c > value && is_word(c[-1]) && is_word(c[1]) && !isdigit((unsigned char)c[1]);
        if (inside || strncmp(c, "://", 3) == 0) {
            memcpy(out + n, "\xe2\x80\x8b", 3);
            n += 3;
        }
    }
    out[n] = '\0';
    return out;
}

/* What people are called, or call things: mail to others must not be a way to tell them to call somebody. */
static bool is_name(const char *name, size_t len) {
    static const char *const names[] = {"name", "organization", "inviter", "person", "title"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == len && memcmp(name, names[i], len) == 0) {
            return true;
        }
    }
    return false;
}

#define JOIN "\xe2\x80\x8b" /* a space without width */

/* Names stand in quotation marks of ours, which no mark of theirs may close: all of them become an apostrophe. A name with as many digits,
 * in any script, as a telephone number gets a space without width behind each of them: programs do not offer to dial it. */
static const char *no_words_of_ours(struct arena *a, const char *value) {
    char *out = arena_alloc(a, strlen(value) * 4 + 1);
    size_t n = 0, digits = 0;
    const char *next = value;
    for (uint32_t c; (c = unicode_next(next, &next)) != 0;) {
        digits += unicode_is_digit(c);
    }
    for (const char *at = value; *at; at = next) {
        uint32_t c = unicode_next(at, &next);
        if (unicode_is_quote(c)) {
            out[n++] = '\'';
            continue;
        }
        memcpy(out + n, at, (size_t)(next - at));
        n += (size_t)(next - at);
        if (digits >= 6 && unicode_is_digit(c)) {
            memcpy(out + n, JOIN, strlen(JOIN));
            n += strlen(JOIN);
        }
    }
    out[n] = '\0';
    return out;
}

/* A parameter as it is shown. The domain that is to be confirmed is valid, and must be readable to the letter. */
static const char *shown(struct renderer *r, const char *name, size_t len, const char *value) {
    const char *text = readable(r, one_line(r->arena, value));
    text = is_name(name, len) ? no_words_of_ours(r->arena, text) : text;
    return len == 6 && memcmp(name, "domain", 6) == 0 ? text : no_link(r->arena, text);
}

#define MAX_ARGUMENTS 3 /* of a line: what hw_sentence() has places for */

/* The values of a message's arguments, as they are shown; how many there are. */
static int given(struct renderer *r, enum words_id line, const char *values[MAX_ARGUMENTS]) {
    int n = 0;
    for (const char *name = words_arguments(line); *name; n++) {
        size_t len = strcspn(name, " ");
        const char *value = param(r->words, name, len);
        if ((!value || n == MAX_ARGUMENTS) && !r->problem) {
            r->problem = arena_printf(r->arena, "The mail lacks its parameter %.*s.", (int)len, name);
        }
        if (n == MAX_ARGUMENTS) {
            return n;
        }
        values[n] = value ? shown(r, name, len, value) : "";
        name += len + (name[len] == ' ');
    }
    return n;
}

/* The line with its parameters as plain text, in the arena. Marks of direction in a name must not turn our words round. */
static const char *expand(struct renderer *r, enum words_id line) {
    const char *values[MAX_ARGUMENTS];
    union words_arg args[MAX_ARGUMENTS];
    int n = given(r, line, values);
    for (int i = 0; i < n; i++) {
        args[i].text = unicode_isolated(r->arena, values[i]);
    }
    return say(r->arena, r->words->lang, (struct words){line, args, n});
}

/* The same as HTML. */
static void expand_html(struct renderer *r, struct hwrite *w, enum words_id line) {
    static const union words_arg places[MAX_ARGUMENTS] = {{.text = HW_SLOT_1}, {.text = HW_SLOT_2}, {.text = HW_SLOT_3}};
    struct hw_slot slots[MAX_ARGUMENTS] = {0};
    const char *values[MAX_ARGUMENTS];
    int n = given(r, line, values);
    for (int i = 0; i < n; i++) {
        slots[i] = (struct hw_slot){.text = values[i], .bare = unicode_isolated(r->arena, values[i]) == values[i]}; /* ASCII runs one way */
    }
    hw_sentence(w, say(r->arena, r->words->lang, (struct words){line, places, n}), slots);
}

/* Links lead to this installation and are ASCII without blanks, whoever queued the mail. */
static const char *link_of(struct renderer *r, const struct template *t) {
    const char *base = r->words->base_url, *url = t->page ? arena_printf(r->arena, "%s%s", base, t->page) : param(r->words, "url", 3);
    bool sound = url && str_starts(url, base) && url[strlen(base)] == '/' && strlen(url) <= 1000;
    for (const char *c = url ? url : ""; *c; c++) {
        sound = sound && *c > 0x20 && *c < 0x7f && !strchr("<>\"\\", *c);
    }
    if (!sound && !r->problem) {
        r->problem = "The mail has no link to this installation.";
    }
    return sound ? url : "";
}

static void write_text(struct renderer *r, const struct template *t, struct buf *out) {
    for (const enum words_id *line = t->lines; *line; line++) {
        if (*line == t->link) {
            buf_printf(out, "%s:\n%s\n\n", expand(r, *line), link_of(r, t));
        } else {
            buf_printf(out, "%s\n\n", expand(r, *line));
        }
    }
    buf_printf(out, "-- \nMuster, %s\n", r->words->base_url);
    if (r->words->off_url) {
        buf_printf(out, "%s\n%s\n", say(r->arena, r->words->lang, W_MAIL_OFF), r->words->off_url);
    }
}

static void write_html(struct renderer *r, const struct template *t, const char *subject, struct buf *out) {
    struct hwrite w;
    hw_init(&w, out);
    hw_constant(&w, "<!DOCTYPE html>");
    hw_open(&w, "html", "lang", lang_tag(r->words->lang), "dir", lang_dir(r->words->lang), NULL);
    hw_open(&w, "head", NULL);
    hw_void(&w, "meta", "charset", "utf-8", NULL);
    hw_elem(&w, "title", subject);
    hw_close(&w, "head");
    hw_open(&w, "body", "style", "margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1a1a1a;background:#ffffff", NULL);
    hw_open(&w, "div", "style", "max-width:560px;margin:0 auto", NULL);
    for (const enum words_id *line = t->lines; *line; line++) {
        hw_open(&w, "p", NULL);
        if (*line == t->link) {
            hw_open(&w, "a", "href", link_of(r, t), "style",
                    "display:inline-block;padding:10px 18px;border-radius:6px;background:#1f4fd8;color:#ffffff;text-decoration:none", NULL);
            expand_html(r, &w, *line);
            hw_close(&w, "a");
        } else {
            expand_html(r, &w, *line);
        }
        hw_close(&w, "p");
    }
    hw_open(&w, "p", "style", "margin-top:32px;font-size:13px;color:#555555", NULL);
    hw_textf(&w, "Muster, %s", r->words->base_url);
    if (r->words->off_url) {
        hw_void(&w, "br", NULL);
        hw_open(&w, "a", "href", r->words->off_url, "style", "color:#555555", NULL);
        hw_text(&w, say(r->arena, r->words->lang, W_MAIL_OFF_LINK));
        hw_close(&w, "a");
    }
    hw_close(&w, "p");
    hw_close(&w, "div");
    hw_close(&w, "body");
    hw_close(&w, "html");
    if (!hw_done(&w) && !r->problem) {
        r->problem = "The mail could not be written as HTML.";
    }
}

static void release(void *buf) {
    buf_release(buf);
}

const char *mail_render(struct arena *a, const struct mail_words *words, struct mail_parts *parts) {
    struct renderer r = {.arena = a, .words = words};
    const struct template *t = template_of(words->kind);
    if (!t) {
        return "There is no template for this kind of mail.";
    }
    buf_init(&parts->text, MAX_PART);
    buf_init(&parts->html, MAX_PART);
    arena_cleanup(a, release, &parts->text);
    arena_cleanup(a, release, &parts->html);
    parts->subject = words_plain(words->lang, t->subject);
    write_text(&r, t, &parts->text);
    write_html(&r, t, parts->subject, &parts->html);
    if (!r.problem && (parts->text.failed || parts->html.failed)) {
        r.problem = "The mail is too long.";
    }
    return r.problem;
}
