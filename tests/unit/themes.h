/*
 * themes.h - the real themes, as compile.py wrote them to BUILD/library, for tests of the engine.
 */
#ifndef MUSTER_TESTS_THEMES_H
#define MUSTER_TESTS_THEMES_H

#include "common/base/buf.h"
#include "common/content/library.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const theme_names[] = {"ransomware", "bec", "cloud-breach"};
#define THEMES ROWS(theme_names)

/* The document of a theme in English; *out is to be released. */
static inline void theme_read(const char *name, struct buf *out) {
    const char *build = getenv("BUILD");
    char path[4096];
    size_t n = 1;

    snprintf(path, sizeof(path), "%s/library/%s.en.json", build ? build : "build", name);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fail_msg("%s cannot be read: run the test from the top with BUILD set, after make all", path);
    }
    buf_init(out, 16 * 1024 * 1024);
    while (n > 0) {
        char *room = buf_reserve(out, 65536);
        n = fread(room, 1, 65536, f);
        buf_advance(out, n);
    }
    fclose(f);
}

static inline struct library *theme_load(const char *name) {
    struct buf doc;
    const char *why = "";

    theme_read(name, &doc);
    struct library *lib = library_parse(doc.data, doc.len, &why);
    if (lib == NULL) {
        fail_msg("%s: %s", name, why);
    }
    buf_release(&doc);
    return lib;
}

#endif
