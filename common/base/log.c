#include "common/base/log.h"

#include "common/base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048
#define REQUEST_ID_CHARS 36

static const char *const level_names[] = {[LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

static const char *family = "muster";
static enum log_level threshold = LOG_INFO;
static char request_id[REQUEST_ID_CHARS + 1];

void log_init(const char *name, enum log_level least) {
    family = name;
    threshold = least;
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

void log_at(enum log_level level, const char *fmt, ...) {
    char line[LINE_MAX_BYTES];
    char now[CLOCK_ISO_SIZE];
    int saved = errno; /* a caller may look at errno after it logged */
    va_list ap;
    int head, text;
    size_t len;

    if (level < threshold) {
        return;
    }
    clock_iso(clock_now_us(), now);
    head = snprintf(line, sizeof(line) - 1, "%s %s %.40s %s ", now, level_names[level], family, request_id[0] ? request_id : "-");
    if (head < 0) {
        return;
    }
    errno = saved; /* for %m */
    va_start(ap, fmt);
    text = vsnprintf(line + head, sizeof(line) - 1 - (size_t)head, fmt, ap);
    va_end(ap);
    if (text < 0) {
        line[head] = '\0';
    }
    neutralise(line);
    len = strlen(line);
    line[len++] = '\n';
    write_line(line, len);
    errno = saved;
}
