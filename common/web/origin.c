/*
 * origin.c - which origins are this instance (RFC 6454, section 4), by its settings.
 *
 * Not by the header Host: a proxy in front may write anything there, and a foreign page that has a name pointing at this machine sends
 * that name in both headers.
 */
#include "common/base/str.h"
#include "common/web/internal.h"

static const struct {
    const char *scheme, *port;
} defaults[] = {{"http://", ":80"}, {"https://", ":443"}};

/* As browsers write it: lower case, without the scheme's own port and without a slash at the end. */
static char *normal(struct arena *a, const char *origin, size_t len) {
    char *text = arena_strndup(a, origin, len);
    str_lower(text);
    len = strlen(text);
    if (len > 0 && text[len - 1] == '/') {
        text[--len] = '\0';
    }
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        size_t port = strlen(defaults[i].port);
        if (str_starts(text, defaults[i].scheme) && len > port && str_eq(text + len - port, defaults[i].port)) {
            text[len - port] = '\0';
        }
    }
    return text;
}

bool origin_is_ours(struct arena *a, const char *origin) {
    const char *const lists[] = {web_config.base_url, web_config.origins};
    const char *asked = normal(a, origin, strlen(origin));
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (const char *one = lists[i]; one && *(one += strspn(one, " "));) {
            size_t len = strcspn(one, " ");
            if (str_eq(normal(a, one, len), asked)) {
                return true;
            }
            one += len;
        }
    }
    return false;
}
