/*
 * str.h - checked parsing and small string helpers. No function here allocates.
 */
#ifndef MUSTER_BASE_STR_H
#define MUSTER_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole text as a decimal integer from min to max; false on empty, junk, overflow or out of range. */
bool str_to_i64(const char *text, int64_t min, int64_t max, int64_t *out);
/* 8-4-4-4-12 hexadecimal digits, either case. */
bool str_is_uuid(const char *text);
/* One '@', no white space, control bytes or RFC 5322 specials (a list of addresses must not pass as one), a dot in the domain,
 * at most 254 bytes (RFC 5321 4.5.3.1). Not a delivery test. */
bool str_is_email(const char *text);
/* Well-formed UTF-8 without NUL, as RFC 3629 defines it (no surrogates, no overlong forms). */
bool str_is_utf8(const char *data, size_t len);
/* Bytes of the well-formed UTF-8 sequence that starts at data; 0 when there is none (or a NUL). */
size_t str_utf8_seq(const char *data, size_t len);
/* Number of Unicode code points of valid UTF-8. */
size_t str_utf8_len(const char *text);
/* True when text is one of the NULL-terminated list. */
bool str_in(const char *text, const char *const *list);
bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *text, const char *prefix);
/* Lower-cases ASCII letters in place. */
void str_lower(char *text);
/* Writes valid UTF-8 in lower case, beyond ASCII too, as the database's lower() does; out has room for twice the bytes and a NUL. */
void str_lower_utf8(char *out, const char *text);
/* Loads what str_lower_utf8 knows about letters; done at its first call otherwise, while files can still be opened. */
void str_load(void);
/* The length of the longest beginning of at most `max` bytes that ends between two characters. text must be valid UTF-8. */
size_t str_utf8_cut(const char *text, size_t max);
/* Counts white-space separated words. */
size_t str_words(const char *text);
/* Decodes %XX and '+' in place; false on a bad escape or %00. */
bool str_url_decode(char *text);
/* The same, but '+' is '+', as in a path. */
bool str_percent_decode(char *text);
/* Writes all but letters, digits, "-._~" and the characters in `keep` as %XX (RFC 3986, section 2.3); out has room for three times the
 * bytes and a NUL. */
void str_url_encode(char *out, const char *text, const char *keep);
/* Copies at most size - 1 bytes and terminates; false when it had to cut. */
bool str_copy(char *dst, size_t size, const char *src);

#endif
