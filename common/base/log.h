/*
 * log.h - one line per event on standard error: time, level, family, request id, text; with LOG_FORMAT=json in the environment the
 * same as a JSON object.
 *
 * Control bytes in the text are replaced, so nothing a client sends can forge a
 * line. Secrets are never passed in: callers log what happened, not the input.
 */
#ifndef MUSTER_BASE_LOG_H
#define MUSTER_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Called once at start; name is kept by reference. Lines below `least` are dropped. */
void log_init(const char *name, enum log_level least);
/* Sets the request id that following lines carry; NULL for none. Copied (at most 36 bytes). */
void log_request(const char *id);
void log_at(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_at(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)

#endif
