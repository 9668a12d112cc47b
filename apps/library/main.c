/*
 * main.c - muster-library DIR: loads the compiled scenario library (DIR/<theme>.<language>.json) into the database.
 *
 * A document that changed becomes a new current version; versions that exercises point at stay. Each document is one
 * transaction, so a loader that is killed leaves each theme either old or new.
 */
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/base/version.h"
#include "common/content/play.h"
#include "common/json/jread.h"
#include "common/json/jwrite.h"
#include "queries_library.h"

#include <glob.h>
#include <stdio.h>

#define MAX_DOC (16 * 1024 * 1024)

static bool read_file(const char *path, struct buf *out) {
    FILE *f = fopen(path, "rb");
    if (!f) {
        log_error("%s: cannot be read", path);
        return false;
    }
    char *room = NULL;
    size_t n = 1;
    while (n > 0 && (room = buf_reserve(out, 65536))) {
        n = fread(room, 1, 65536, f);
        buf_advance(out, n);
    }
    bool ok = room && !ferror(f);
    (void)fclose(f);
    return ok;
}

/* What the catalogue shows without opening the document. */
static bool write_facts(struct buf *out, struct json_object *doc, const struct library *lib) {
    struct jwrite w;
    struct json_object_iter it;
    struct json_object *techniques = jr_get(doc, "techniques");
    jw_init(&w, out);
    jw_object(&w);
    jw_kstr(&w, "title", lib->title);
    jw_kstr(&w, "summary", jr_str(doc, "summary"));
    jw_kint(&w, "questions", lib->nquestions);
    jw_kint(&w, "stages", LIB_STAGES);
    jw_karray(&w, "minutes");
    for (int n = PLAY_MIN_QUESTIONS; n <= PLAY_MAX_QUESTIONS; n++) {
        jw_int(&w, play_minutes_for(lib, n));
    }
    jw_array_end(&w);
    jw_kint(&w, "firstMinutes", play_minutes_first(lib));
    jw_karray(&w, "techniques");
    if (techniques) {
        json_object_object_foreachC(techniques, it) {
            jw_object(&w);
            jw_kstr(&w, "id", it.key);
            jw_kstr(&w, "name", json_object_get_string(it.val));
            jw_object_end(&w);
        }
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return jw_done(&w);
}

static enum err store(struct db *db, struct arena *a, const struct library *lib, const char *doc, const char *facts) {
    struct db_rows rows;
    struct db_call calls[] = {
        {SQL_LIBRARY_LOCK()},
        {SQL_LIBRARY_RETIRE(lib->theme, lib->language, lib->version)},
        {SQL_LIBRARY_PUT(lib->theme, lib->language, lib->version, doc, facts), .rows = &rows},
    };
    enum err e = db_run(db, a, calls, 3);
    if (e == OK) {
        printf("%s (%s): %d questions, version %s%s\n", lib->theme, lib->language, lib->nquestions, lib->version,
               db_bool(&rows, 0, COL_INSERTED) ? ", new" : "");
    }
    return e;
}

static bool load_file(struct db *db, const char *path) {
    struct arena *a = arena_new(64 * 1024);
    struct buf doc, facts;
    const char *why = "it cannot be read";
    buf_init(&doc, MAX_DOC);
    buf_init(&facts, 1024 * 1024);
    struct library *lib = read_file(path, &doc) ? library_parse(doc.data, doc.len, &why) : NULL;
    bool ok = lib != NULL;
    if (ok) {
        why = "its facts are too long";
        ok = write_facts(&facts, jr_parse_depth(a, doc.data, doc.len, 24, &why), lib);
    }
    if (ok) {
        ok = store(db, a, lib, doc.data, facts.data) == OK;
    } else {
        log_error("%s: %s", path, why);
    }
    library_free(lib);
    buf_release(&doc);
    buf_release(&facts);
    arena_free(a);
    return ok;
}

int main(int argc, char **argv) {
    const char *dsn = getenv("DATABASE_URL");
    char pattern[4096];
    glob_t found;
    if (version_asked("library", argc, argv)) {
        return 0;
    }
    log_init("library", LOG_INFO);
    if (argc != 2 || !dsn) {
        fputs("usage: DATABASE_URL=... muster-library DIR\n", stderr);
        return 2;
    }
    snprintf(pattern, sizeof(pattern), "%s/*.json", argv[1]);
    if (glob(pattern, 0, NULL, &found) != 0) {
        log_error("%s holds no compiled library", argv[1]);
        return 1;
    }
    struct db *db = db_new(dsn, "library", library_stmts, STMT_COUNT);
    bool ok = db_ready(db) == OK;
    for (size_t i = 0; ok && i < found.gl_pathc; i++) {
        ok = load_file(db, found.gl_pathv[i]);
    }
    globfree(&found);
    db_free(db);
    return ok ? 0 : 1;
}
