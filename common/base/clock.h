/*
 * clock.h - UTC only. localtime and friends are banned (banned.h).
 */
#ifndef MUSTER_BASE_CLOCK_H
#define MUSTER_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-21T08:15:30.123Z" and NUL. */
#define CLOCK_ISO_SIZE 25

/* Microseconds since 1970-01-01T00:00:00Z. */
int64_t clock_now_us(void);
/* Microseconds of a clock that never jumps; only for measuring. */
int64_t clock_mono_us(void);
/* Writes ISO 8601 with milliseconds; out has CLOCK_ISO_SIZE bytes. */
void clock_iso(int64_t us, char *out);
/* Accepts YYYY-MM-DD or an ISO 8601 time with Z or an offset; false otherwise. */
bool clock_parse(const char *text, int64_t *us);

#endif
