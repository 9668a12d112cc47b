/*
 * unicode.h - one form of what can be written in several, and what of a text a person sees. Texts are valid UTF-8.
 */
#ifndef MUSTER_BASE_UNICODE_H
#define MUSTER_BASE_UNICODE_H

#include "common/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Normal forms (UAX 15): NFC and NFD keep what a text means; NFKC also makes one of letters and digits in several widths and shapes. */
enum unicode_form { UNICODE_NFC, UNICODE_NFD, UNICODE_NFKC };

/* In the arena. */
char *unicode_normal(struct arena *a, const char *text, enum unicode_form form);
/* The same for secrets, in memory of its own, of which *size bytes are to be wiped and given to free(). NULL without memory. */
char *unicode_normal_secret(const char *text, enum unicode_form form, size_t *size);
/* Full-width letters, digits and signs, as input methods of East Asia write them, become the plain ones (RFC 8265, section 3.3.1). */
char *unicode_plain_width(struct arena *a, const char *text);
/* What people type for a code of ASCII letters and digits: those in other widths and scripts, and without blanks and dashes. */
char *unicode_code(struct arena *a, const char *text);

/* The code point at text, and the rest in *next; 0 at the end. */
uint32_t unicode_next(const char *text, const char **next);
/* White space (the property), in any script. */
bool unicode_is_space(uint32_t c);
/* Something that a person sees: a letter, digit, punctuation mark or sign that has a shape. */
bool unicode_is_visible(uint32_t c);
/* An accent or other mark that stands on the character before it, and is seen. */
bool unicode_is_mark(uint32_t c);
/* A control character, C1 too. */
bool unicode_is_control(uint32_t c);
/* A decimal digit, in any script. */
bool unicode_is_digit(uint32_t c);
/* Something that people read as a double quotation mark, of any language. */
bool unicode_is_quote(uint32_t c);
/* At least one character is visible. */
bool unicode_shows(const char *text);
/* How wide a text is at most in common fonts, in hundredths of the size of their letters. */
size_t unicode_width(const char *text);
/* Without white space at both ends, in the arena. */
char *unicode_trim(struct arena *a, const char *text, size_t len);

/* ---- direction of writing (UAX 9) ---- */

/* For a text that stands in an isolate of its own (<bdi>): what would close that isolate, or keep it from being closed, is made harmless.
 * NULL stays NULL; a text without such characters comes back as it is. */
const char *unicode_balanced(struct arena *a, const char *text);
/* For plain text, where nothing isolates: without the marks that change the direction, and, where letters run from right to left, between
 * marks that isolate it. */
const char *unicode_isolated(struct arena *a, const char *text);

#endif
