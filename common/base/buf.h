/*
 * buf.h - a growing byte buffer that is created with its maximum.
 *
 * Whatever a client can make grow (a body, a reply) goes through a buf: passing
 * the maximum is an ordinary error, sticky until buf_clear(), so callers may
 * write many pieces and check `failed` once. data is always NUL-terminated.
 */
#ifndef MUSTER_BASE_BUF_H
#define MUSTER_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* owned by the buf; "" before the first append */
    size_t len; /* bytes in use, without the NUL */
    size_t cap;
    size_t max;  /* len never passes this */
    bool failed; /* an append would have passed max */
};

void buf_init(struct buf *b, size_t max);
/* Empties, keeps up to `keep` bytes of memory for the next use (0: keeps all). */
void buf_clear(struct buf *b, size_t keep);
void buf_release(struct buf *b);
bool buf_append(struct buf *b, const void *data, size_t len);
bool buf_puts(struct buf *b, const char *s);
bool buf_putc(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Makes room for len more bytes and returns where to write them, or NULL; follow with buf_advance(). */
char *buf_reserve(struct buf *b, size_t len);
void buf_advance(struct buf *b, size_t len);

#endif
