#include "common/base/log.h"

#include "common/base/clock.h"
#include "common/base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048
#define REQUEST_ID_CHARS 36

static const char *const level_names[] = {[LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

static const char *family = "muster";
static enum log_level threshold = LOG_INFO;
static char request_id[REQUEST_ID_CHARS + 1];
static bool json;

void log_init(const char *name, enum log_level least) {
    const char *format = getenv("LOG_FORMAT");
    family = name;
    threshold = least;
    json = format != NULL && str_eq(format, "json");
}

/* Control bytes could forge a line or drive a terminal; C2 80 to C2 9F are the control codes of ISO 6429 in UTF-8. */
static void neutralise(char *text) {
    for (unsigned char *p = (unsigned char *)text; *p != '\0'; p++) {
        if (*p < 0x20 || *p == 0x7f) {
            *p = '?';
        } else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f) {
            p[0] = p[1] = '?';
        }
    }
}

void log_request(const char *id) {
    snprintf(request_id, sizeof(request_id), "%s", id == NULL ? "" : id);
    neutralise(request_id);
}

/* One write per line, so lines of several processes do not mix. */
static void write_line(const char *line, size_t len) {
    while (len > 0) {
        ssize_t n = write(STDERR_FILENO, line, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return; /* there is no better place to complain */
        }
        line += n;
        len -= (size_t)n;
    }
}

/* What stands between the quotes of a JSON string, as much as there is room for. Control bytes are gone already (neutralise). */
static void put_json(char *out, size_t size, const char *text) {
    size_t left = strlen(text), len = 0, n;
    for (; left > 0; text += n, left -= n) {
        size_t whole = str_utf8_seq(text, left);
        n = whole ? whole : 1;
        if (len + n + 2 > size) {
            break;
        }
        if (*text == '"' || *text == '\\') {
            out[len++] = '\\';
        }
        memcpy(out + len, whole ? text : "?", n);
        len += n;
    }
    out[len] = '\0';
}

static size_t format_text(char *line, size_t size, const char *now, enum log_level level, const char *text) {
    int n = snprintf(line, size, "%s %s %.40s %s %s", now, level_names[level], family, request_id[0] ? request_id : "-", text);
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

static size_t format_json(char *line, size_t size, const char *now, enum log_level level, const char *text) {
    char id[2 * REQUEST_ID_CHARS + 4], message[LINE_MAX_BYTES - 300];
    put_json(id, sizeof(id), request_id);
    put_json(message, sizeof(message), text);
    int n = snprintf(line, size, "{\"time\":\"%s\",\"level\":\"%s\",\"service\":\"%.40s\",\"requestId\":\"%s\",\"message\":\"%s\"}", now,
                     level_names[level], family, id, message);
    return n < 0 ? 0 : (size_t)n;
}

void log_at(enum log_level level, const char *fmt, ...) {
    char line[LINE_MAX_BYTES], text[LINE_MAX_BYTES];
    char now[CLOCK_ISO_SIZE];
    int saved = errno; /* a caller may look at errno after it logged */
    va_list ap;
    size_t len;

    if (level < threshold) {
        return;
    }
    clock_iso(clock_now_us(), now);
    errno = saved; /* for %m */
    va_start(ap, fmt);
    if (vsnprintf(text, sizeof(text), fmt, ap) < 0) {
        text[0] = '\0';
    }
    va_end(ap);
    neutralise(text);
    len = (json ? format_json : format_text)(line, sizeof(line) - 1, now, level, text);
    line[len++] = '\n';
    write_line(line, len);
    errno = saved;
}
