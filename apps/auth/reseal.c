/*
 * reseal.c - seals every stored secret again under the current key: "muster-auth --reseal", run by instance.sh rotate-key.
 *
 * As the owner of the schema, since it looks across tenants. Each row is a transaction of its own and is changed only from the
 * value that was read: it may be killed at any moment and run again, and never overwrites what a person did meanwhile.
 */
#include "apps/auth/auth.h"
#include "common/base/log.h"
#include "common/crypto/seal.h"

#include <stdio.h>

struct count {
    int sealed, failed;
};

static enum err one_row(struct db *db, struct arena *a, const struct db_rows *rows, int i, struct count *count) {
    struct seal_place place = {.org_id = db_str(rows, i, "org_id"), .user_id = db_str(rows, i, "user_id"), .purpose = "totp"};
    const char *old = db_str(rows, i, "sealed");
    size_t len = 0;
    if (!seal_outdated(old)) {
        return OK;
    }
    const void *secret = seal_open(a, &place, old, &len);
    if (!secret) {
        log_error("reseal: the secret of person %s does not open; it stays as it is", place.user_id);
        count->failed++;
        return OK;
    }
    struct db_rows changed;
    struct db_call call = {
        .stmt = STMT_SEALED_REPLACE, .args = {place.org_id, place.user_id, old, seal_close(a, &place, secret, len)}, .rows = &changed};
    enum err e = db_run(db, a, &call, 1);
    count->sealed += e == OK && changed.n == 1;
    return e;
}

/* Pages by key; last holds the last key of a page. */
static enum err one_page(struct db *db, struct arena *a, char last[2][37], int *n, struct count *count) {
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_SEALED_LIST, .args = {last[0], last[1]}, .rows = &rows};
    enum err e = db_run(db, a, &call, 1);
    *n = e == OK ? rows.n : 0;
    for (int i = 0; e == OK && i < rows.n; i++) {
        e = one_row(db, a, &rows, i, count);
    }
    if (e == OK && rows.n) {
        snprintf(last[0], 37, "%s", db_str(&rows, rows.n - 1, "org_id"));
        snprintf(last[1], 37, "%s", db_str(&rows, rows.n - 1, "user_id"));
    }
    return e;
}

int reseal_run(struct db *db) {
    char last[2][37] = {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"};
    struct arena *a = arena_new(64 * 1024);
    struct count count = {0};
    enum err e = OK;
    for (int n = 1; e == OK && n > 0; arena_wipe(a)) {
        e = one_page(db, a, last, &n, &count);
    }
    arena_free(a);
    printf("%d secrets sealed again under the current key.\n", count.sealed);
    if (count.failed) {
        printf("%d secrets do not open with any key of the file and were left alone.\n", count.failed);
    }
    return e == OK && !count.failed ? 0 : 1;
}
