/*
 * web_serve from memory: any method, address, headers and body. The input is lines, an empty one, and the body:
 *
 *     POST /public?limit=1
 *     REQUEST_URI /public?limit=1
 *     HTTP_COOKIE muster_session=x
 *
 *     {"text":"x"}
 */
#include "common/base/log.h"
#include "tests/unit/memory.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* Cuts the next line off; NULL at the empty line and at the end. */
static char *next_line(char **rest) {
    char *line = *rest;
    char *end = strchr(line, '\n');

    if (*line == '\0' || end == line) {
        *rest = end ? end + 1 : line;
        return NULL;
    }
    *rest = end ? end + 1 : line + strlen(line);
    if (end) {
        *end = '\0';
    }
    return line;
}

/* Cuts a text at the first `c`; what follows, or "". */
static char *cut(char *text, char c) {
    char *at = strchr(text, c);

    if (!at) {
        return text + strlen(text);
    }
    *at = '\0';
    return at + 1;
}

static void read_input(struct memory *m, char *text, size_t size) {
    char *rest = text, *line = next_line(&rest);
    size_t n = 3;
    char *address = line ? cut(line, ' ') : "";

    m->params[0].name = "REQUEST_METHOD";
    m->params[0].value = line ? line : "";
    m->params[1].name = "QUERY_STRING";
    m->params[1].value = line ? cut(address, '?') : "";
    m->params[2].name = "DOCUMENT_URI";
    m->params[2].value = address;
    while (line && (line = next_line(&rest)) && n < MEMORY_PARAMS - 2) {
        m->params[n].name = line;
        m->params[n++].value = cut(line, ' ');
    }
    m->body = rest;
    m->len = (int)(size - (size_t)(rest - text));
}

/* One status line, sound headers, and either nothing or one JSON value (or the page) of the declared length. */
static void check_reply(struct memory *m, struct arena *a) {
    int status = 0;
    const char *why = NULL;
    const char *end = strstr(m->out.data, "\r\n\r\n");

    require(end && sscanf(m->out.data, "Status: %d\r\n", &status) == 1 && status >= 200 && status <= 503);
    const char *body = end + 4;
    size_t len = m->out.len - (size_t)(body - m->out.data);
    const char *declared = strstr(m->out.data, "\r\nContent-Length: ");
    for (const char *c = m->out.data; c < end; c++) {
        require(*c != '\n' || c[-1] == '\r');
    }
    require(strstr(m->out.data, "\r\nX-Request-Id: ") && strstr(m->out.data, "\r\nCache-Control: no-store\r\n"));
    require(status == 204 ? len == 0 : declared && declared < end && strtoul(declared + 18, NULL, 10) == len);
    if (status != 204 && strstr(m->out.data, "\r\nContent-Type: application/json")) {
        struct json_object *json = jr_parse(a, body, len, &why);
        /* An error has the body of one, in one dialect or the other, and nothing else has: what was sent may be in it as a value. */
        require(json && (status >= 400) == (jr_str(json, "code") || str_eq(jr_str(json, "status"), "Failure")));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct worker w;
    static struct arena *a;
    struct memory m = {0};

    if (!a) {
        log_init("fuzz", LOG_ERROR + 1);
        require(crypto_init());
        memory_worker(&w);
        a = arena_new(4096);
    }
    char *text = arena_alloc(a, size + 1);
    memcpy(text, data, size);
    read_input(&m, text, size);
    m.chunk = (int)(size % 5);
    buf_init(&m.out, 1024 * 1024);
    memory_serve(&w, &m);
    check_reply(&m, a);
    buf_release(&m.out);
    arena_reset(a);
    return 0;
}
