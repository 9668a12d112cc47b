#include "common/base/buf.h"

#include "common/base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 256

/* Shared by all empty buffers, never written: cap stays 0 until memory is owned. */
static char no_data[1];

void buf_init(struct buf *b, size_t max) {
    *b = (struct buf){.data = no_data, .max = max > SIZE_MAX / 4 ? SIZE_MAX / 4 : max};
}

static void resize(struct buf *b, size_t cap) {
    char *data = realloc(b->cap > 0 ? b->data : NULL, cap);

    /* A client cannot cause this: max bounds every buffer. */
    if (data == NULL) {
        log_error("out of memory: buffer of %zu bytes", cap);
        exit(EXIT_FAILURE);
    }
    b->data = data;
    b->cap = cap;
}

void buf_clear(struct buf *b, size_t keep) {
    if (keep > 0 && b->cap > keep) {
        resize(b, keep);
    }
    b->len = 0;
    b->failed = false;
    if (b->cap > 0) {
        b->data[0] = '\0';
    }
}

void buf_release(struct buf *b) {
    if (b->cap > 0) {
        free(b->data);
    }
    buf_init(b, b->max);
}

char *buf_reserve(struct buf *b, size_t len) {
    size_t need, cap;

    if (b->failed || len > b->max - b->len) {
        b->failed = true;
        return NULL;
    }
    need = b->len + len + 1;
    if (need > b->cap) {
        cap = b->cap < FIRST_CAP ? FIRST_CAP : b->cap * 2;
        if (cap > b->max + 1) {
            cap = b->max + 1;
        }
        resize(b, cap < need ? need : cap);
    }
    return b->data + b->len;
}

void buf_advance(struct buf *b, size_t len) {
    if (b->cap == 0 || len > b->cap - 1 - b->len) {
        log_error("buf_advance: %zu bytes were not reserved", len);
        abort();
    }
    b->len += len;
    b->data[b->len] = '\0';
}

bool buf_append(struct buf *b, const void *data, size_t len) {
    char *to = buf_reserve(b, len);

    if (to == NULL) {
        return false;
    }
    if (len > 0) {
        memcpy(to, data, len);
    }
    b->len += len;
    b->data[b->len] = '\0';
    return true;
}

bool buf_puts(struct buf *b, const char *s) {
    return buf_append(b, s, strlen(s));
}

bool buf_putc(struct buf *b, char c) {
    return buf_append(b, &c, 1);
}

/* Written into the room that is there: mostly it fits, and is not formatted twice. */
bool buf_printf(struct buf *b, const char *fmt, ...) {
    size_t room = b->cap > 0 ? b->cap - b->len : 0;
    va_list ap;
    char *to;
    int len;

    if (b->failed) {
        return false;
    }
    va_start(ap, fmt);
    len = vsnprintf(b->data + b->len, room, fmt, ap);
    va_end(ap);
    if (len >= 0 && (size_t)len < room) {
        b->len += (size_t)len;
        return true;
    }
    if (room > 0) {
        b->data[b->len] = '\0'; /* a part of it is there */
    }
    to = len < 0 ? NULL : buf_reserve(b, (size_t)len);
    if (to == NULL) {
        b->failed = true;
        return false;
    }
    va_start(ap, fmt);
    vsnprintf(to, (size_t)len + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)len;
    return true;
}
