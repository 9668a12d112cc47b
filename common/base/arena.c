#include "common/base/arena.h"

#include "common/base/log.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define unpoison(p, n) __asan_unpoison_memory_region(p, n)
/* A gap between two allocations makes ASan see an overrun into the neighbour. */
#define REDZONE 16
/* Not inlined, or gcc 12 takes the call for a read of fresh memory and warns. */
static __attribute__((noinline)) void poison(void *p, size_t n) {
    __asan_poison_memory_region(p, n);
}
#else
#define unpoison(p, n) ((void)0)
#define REDZONE 0
#define poison(p, n) ((void)0)
#endif

#define ALIGN _Alignof(max_align_t)
#define BLOCK_GROWTH_MAX ((size_t)1 << 20)

struct block {
    struct block *next;
    size_t size;
    size_t used;
    _Alignas(max_align_t) unsigned char data[];
};

struct cleanup {
    struct cleanup *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct block *first; /* kept by arena_reset */
    struct block *current;
    struct cleanup *cleanups;
    size_t handed_out;
};

static _Noreturn void exhausted(size_t size) {
    log_error("out of memory: %zu bytes wanted", size);
    exit(EXIT_FAILURE);
}

static struct block *block_new(size_t size) {
    struct block *b = size > SIZE_MAX - sizeof(*b) ? NULL : malloc(sizeof(*b) + size);
    if (b == NULL) {
        exhausted(size);
    }
    b->next = NULL;
    b->size = size;
    b->used = 0;
    poison(b->data, size);
    return b;
}

static void block_free(struct block *b) {
    unpoison(b->data, b->size);
    free(b);
}

struct arena *arena_new(size_t first) {
    struct arena *a = calloc(1, sizeof(*a));
    if (a == NULL) {
        exhausted(sizeof(*a));
    }
    a->first = a->current = block_new(first < ALIGN ? ALIGN : first);
    return a;
}

static void run_cleanups(struct arena *a) {
    while (a->cleanups != NULL) {
        struct cleanup *c = a->cleanups;
        a->cleanups = c->next;
        c->fn(c->arg);
    }
}

static void free_extra_blocks(struct arena *a) {
    struct block *next;

    for (struct block *b = a->first->next; b != NULL; b = next) {
        next = b->next;
        block_free(b);
    }
    a->first->next = NULL;
    a->current = a->first;
}

void arena_reset(struct arena *a) {
    run_cleanups(a);
    free_extra_blocks(a);
    a->first->used = 0;
    a->handed_out = 0;
    poison(a->first->data, a->first->size);
}

void arena_wipe(struct arena *a) {
    /* Cleanups may still read what is about to be overwritten. */
    run_cleanups(a);
    for (struct block *b = a->first; b != NULL; b = b->next) {
        unpoison(b->data, b->used);
        explicit_bzero(b->data, b->used);
    }
    arena_reset(a);
}

void arena_free(struct arena *a) {
    if (a == NULL) {
        return;
    }
    run_cleanups(a);
    free_extra_blocks(a);
    block_free(a->first);
    free(a);
}

/* A block for at least `need` bytes; each one is twice the last, so a large request needs few of them. */
static struct block *next_block(struct arena *a, size_t need) {
    size_t size = a->current->size >= BLOCK_GROWTH_MAX / 2 ? BLOCK_GROWTH_MAX : a->current->size * 2;
    struct block *b = block_new(need > size ? need : size);

    a->current->next = b;
    a->current = b;
    return b;
}

/* Room whose bytes are as they were left. */
static void *reserve(struct arena *a, size_t size) {
    struct block *b = a->current;
    size_t need;
    void *p;

    if (size > SIZE_MAX / 2) {
        exhausted(size);
    }
    need = ((size == 0 ? 1 : size) + REDZONE + ALIGN - 1) & ~(ALIGN - 1);
    if (need > b->size - b->used) {
        b = next_block(a, need);
    }
    p = b->data + b->used;
    b->used += need;
    unpoison(p, size);
    return p;
}

static void *take(struct arena *a, size_t size) {
    return memset(reserve(a, size), 0, size);
}

void *arena_alloc(struct arena *a, size_t size) {
    void *p = take(a, size);
    a->handed_out += size;
    return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size) {
    size_t total;

    if (__builtin_mul_overflow(n, size, &total)) {
        exhausted(SIZE_MAX);
    }
    return arena_alloc(a, total);
}

char *arena_strdup(struct arena *a, const char *s) {
    size_t len = strlen(s);
    return memcpy(arena_alloc(a, len + 1), s, len);
}

char *arena_strndup(struct arena *a, const char *s, size_t n) {
    size_t len = strnlen(s, n);
    return memcpy(arena_alloc(a, len + 1), s, len);
}

/* Written into what is left of the block: nearly always it fits there, and is not formatted twice. */
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) {
    struct block *b = a->current;
    char *there = (char *)b->data + b->used;
    size_t room = b->size - b->used;
    va_list again;
    char *text;
    int len;

    va_copy(again, ap);
    unpoison(there, room);
    len = vsnprintf(there, room, fmt, ap);
    poison(there, room);
    if (len < 0) {
        exhausted(0);
    }
    text = reserve(a, (size_t)len + 1);
    a->handed_out += (size_t)len + 1;
    if (text != there) {
        /* A part may lie where arena_wipe() does not look. */
        unpoison(there, room);
        explicit_bzero(there, (size_t)len < room ? (size_t)len : room);
        poison(there, room);
        vsnprintf(text, (size_t)len + 1, fmt, again);
    }
    va_end(again);
    return text;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
    va_list ap;
    char *text;

    va_start(ap, fmt);
    text = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return text;
}

void arena_cleanup(struct arena *a, void (*fn)(void *), void *arg) {
    struct cleanup *c = take(a, sizeof(*c));

    c->fn = fn;
    c->arg = arg;
    c->next = a->cleanups;
    a->cleanups = c;
}

size_t arena_used(const struct arena *a) {
    return a->handed_out;
}
