/* What comes out of the escapers must be inert, and undoing them must give the input back. */
#include "common/html/hwrite.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static size_t entity(const char *s, char *c) {
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};

    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        size_t len = strlen(entities[i].name);
        if (strncmp(s, entities[i].name, len) == 0) {
            *c = entities[i].c;
            return len;
        }
    }
    abort();
}

/* Walks the escaped text and the input together; returns where the input ended. */
static const char *require_escaped(const char *out, const char *text) {
    for (; *text != '\0'; text++) {
        char c = *out;

        require(c != '\0' && strchr("<>\"'", c) == NULL);
        out += c == '&' ? entity(out, &c) : 1;
        require(c == *text);
    }
    return out;
}

static void check_html(struct buf *b, const char *text) {
    struct hwrite w;
    const char *p;

    buf_clear(b, 0);
    hw_init(&w, b);
    hw_open(&w, "p", "title", text, NULL);
    hw_text(&w, text);
    hw_close(&w, "p");
    require(hw_done(&w));
    require(strncmp(b->data, "<p title=\"", 10) == 0);
    p = require_escaped(b->data + 10, text);
    require(strncmp(p, "\">", 2) == 0);
    p = require_escaped(p + 2, text);
    require(strcmp(p, "</p>") == 0);
}

static void check_csv(struct buf *b, const char *text) {
    bool quoted;
    const char *p;

    buf_clear(b, 0);
    csv_cell(b, text);
    require(!b->failed);
    quoted = b->data[0] == '"';
    p = b->data + quoted;
    require(strchr("=+-@\t\r\n", *p) == NULL || *p == '\0');
    if (!quoted) {
        require(p[strcspn(p, ",\"\r\n")] == '\0');
        return;
    }
    p += *p == '\'' && *text != '\'';
    for (; *text != '\0'; text++, p++) {
        require(*p == *text);
        if (*p == '"') {
            require(*++p == '"');
        }
    }
    require(strcmp(p, "\"") == 0);
}

static void check_filename(const char *text) {
    char name[100];
    size_t len;

    safe_filename(name, sizeof(name), text);
    len = strlen(name);
    require(len >= 1 && len <= 80 && name[0] != '.' && name[0] != '-');
    require(strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct buf b;
    char *text = malloc(size + 1);

    require(text != NULL);
    if (b.max == 0) {
        buf_init(&b, 1 << 24);
    }
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    check_html(&b, text);
    check_csv(&b, text);
    check_filename(text);
    free(text);
    return 0;
}
