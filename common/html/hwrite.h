/*
 * hwrite.h - HTML (and inline SVG) straight into a buf, escaped by construction.
 *
 * Element and attribute names are literals of ours; every text and attribute
 * value goes through the escaper. A tag stack closes what was opened; an end
 * without its start is a sticky failure. Raw output exists only for constants
 * of ours (style sheets, doctype).
 */
#ifndef MUSTER_HTML_HWRITE_H
#define MUSTER_HTML_HWRITE_H

#include "common/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define HW_MAX_DEPTH 48

struct hwrite {
    struct buf *out;
    const char *tags[HW_MAX_DEPTH];
    unsigned depth;
    bool failed;
};

void hw_init(struct hwrite *w, struct buf *out);
/* <tag name="value" ...>; name, value pairs end with NULL. A NULL value leaves its attribute out. */
void hw_open(struct hwrite *w, const char *tag, ...) __attribute__((sentinel));
/* An element that has no content: <br>, <meta ...>, <path .../>. */
void hw_void(struct hwrite *w, const char *tag, ...) __attribute__((sentinel));
/* Closes the innermost element, which must be `tag`. */
void hw_close(struct hwrite *w, const char *tag);
/* Escaped text. NULL writes nothing. */
void hw_text(struct hwrite *w, const char *s);
void hw_textf(struct hwrite *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* <tag>text</tag>, and with a class. */
void hw_elem(struct hwrite *w, const char *tag, const char *text);
void hw_elem_class(struct hwrite *w, const char *tag, const char *klass, const char *text);
/* Constants of this program only, never data. */
void hw_constant(struct hwrite *w, const char *markup);
/* True when every element was closed and nothing failed. */
bool hw_done(const struct hwrite *w);

/* What people typed, isolated: whichever way its letters run, and whatever marks of direction are in it, the words around it keep their
 * order (<bdi>). And as the content of an element with a class (or NULL). */
void hw_bdi(struct hwrite *w, const char *text);
void hw_bdi_class(struct hwrite *w, const char *tag, const char *klass, const char *text);

/* A sentence of the catalogue: <b> in it becomes that element, every other <tag> a span of this class. HW_SLOT_1 and so on, given to the
 * sentence in the place of a value, are written as slots[0] and so on: values that people typed or that need an element of their own. */
struct hw_slot {
    const char *tag;   /* NULL: text alone, isolated (<bdi>) */
    const char *klass; /* NULL: none */
    const char *lang;  /* NULL: that of the page */
    const char *href;  /* of <a> */
    bool bare;         /* text without an element, which runs one way as it is */
    const char *text;
};
#define HW_SLOT_1 "\x01"
#define HW_SLOT_2 "\x02"
#define HW_SLOT_3 "\x03"
void hw_sentence(struct hwrite *w, const char *said, const struct hw_slot *slots);
/* The same as the content of an element with a class (or NULL). */
void hw_sentence_in(struct hwrite *w, const char *tag, const char *klass, const char *said, const struct hw_slot *slots);

/* The beginning of every CSV: a byte order mark, by which spreadsheets know UTF-8. */
void csv_begin(struct buf *out);
/* For CSV cells (RFC 4180): quoted when needed. A file is read with the separator of its reader's country, so there is no semicolon, tab
 * or line end in a cell (they become a full-width semicolon and blanks), and what would begin a formula, at the start of a cell or behind
 * any separator, gets a quote mark. NULL is an empty cell. */
void csv_cell(struct buf *out, const char *text);
/* A file name that is safe in Content-Disposition: [A-Za-z0-9._-] kept, runs of others become '-', at most 80 bytes, never
 * empty; '.' and '-' are dropped at both ends. */
void safe_filename(char *out, size_t size, const char *text);

#endif
