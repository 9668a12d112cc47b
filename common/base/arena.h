/*
 * arena.h - memory that lives as long as one request.
 *
 * Everything a request allocates comes from its arena and dies together at
 * arena_reset(). The first block is kept, so a process in steady state does
 * not call malloc at all. Foreign resources (PGresult, json_object, files)
 * register a cleanup at birth.
 */
#ifndef MUSTER_BASE_ARENA_H
#define MUSTER_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Creates an arena whose first block has `first` bytes. Exits on exhaustion. */
struct arena *arena_new(size_t first);
/* Runs the cleanups and gives every block back. NULL is allowed. */
void arena_free(struct arena *a);
/* Runs cleanups newest first, keeps the first block, frees the others. Under ASan unused bytes are poisoned. */
void arena_reset(struct arena *a);
/* As arena_reset, but overwrites the used bytes first: for arenas that held secrets. */
void arena_wipe(struct arena *a);

/* Zeroed memory aligned for any type, never NULL: real exhaustion logs and exits (the supervisor restarts the process). */
void *arena_alloc(struct arena *a, size_t size);
/* Zeroed array; exits when n * size overflows. */
void *arena_calloc(struct arena *a, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Calls fn(arg) when the arena is reset, wiped or freed. */
void arena_cleanup(struct arena *a, void (*fn)(void *), void *arg);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#endif
