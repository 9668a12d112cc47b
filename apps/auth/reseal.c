/*
 * reseal.c - seals every stored secret again under the current key: "muster-auth --reseal", run by instance.sh rotate-key.
 *
 * As the owner of the schema, since it looks across tenants. Each row is a transaction of its own and is changed only from the
 * value that was read: it may be killed at any moment and run again, and never overwrites what a person did meanwhile.
 */
#include "apps/auth/auth.h"
#include "common/base/log.h"
#include "common/crypto/seal.h"
#include "common/mail/mail.h"

#include <stdio.h>

struct count {
    int sealed, failed;
};

/* The row's secret under the current key, or NULL when it does not open. */
static const char *fresh_factor(struct arena *a, const struct db_rows *rows, int i) {
    struct seal_place place = {.org_id = db_str(rows, i, COL_ORG_ID), .user_id = db_str(rows, i, COL_ID), .purpose = "totp"};
    size_t len = 0;
    const void *secret = seal_open(a, &place, db_str(rows, i, COL_SEALED), &len);
    return secret ? seal_close(a, &place, secret, len) : NULL;
}

static const char *fresh_mail(struct arena *a, const struct db_rows *rows, int i) {
    return mail_params_reseal(a, db_str(rows, i, COL_RECIPIENT), db_str(rows, i, COL_SEALED));
}

static const char *fresh_api_user(struct arena *a, const struct db_rows *rows, int i) {
    struct seal_place place = {.org_id = db_str(rows, i, COL_ORG_ID), .user_id = db_str(rows, i, COL_ID), .purpose = "intel"};
    size_t len = 0;
    const void *secret = seal_open(a, &place, db_str(rows, i, COL_SEALED), &len);
    return secret ? seal_close(a, &place, secret, len) : NULL;
}

/* Where secrets are: statements that list a page of them by (org_id, id) and replace one. */
static const struct source {
    const char *what;
    int list, replace;
    const char *(*fresh)(struct arena *a, const struct db_rows *rows, int i);
} sources[] = {
    {"the second factor of person", STMT_SEALED_LIST, STMT_SEALED_REPLACE, fresh_factor},
    {"what is to be said by mail", STMT_SEALED_MAIL_LIST, STMT_SEALED_MAIL_REPLACE, fresh_mail},
    {"the secret key of API user", STMT_SEALED_API_USER_LIST, STMT_SEALED_API_USER_REPLACE, fresh_api_user},
};

static enum err one_row(struct db *db, struct arena *a, const struct source *s, const struct db_rows *rows, int i, struct count *count) {
    const char *old = db_str(rows, i, COL_SEALED), *id = db_str(rows, i, COL_ID);
    if (!seal_outdated(old)) {
        return OK;
    }
    const char *fresh = s->fresh(a, rows, i);
    if (!fresh) {
        log_error("reseal: %s %s does not open; it stays as it is", s->what, id);
        count->failed++;
        return OK;
    }
    struct db_rows changed;
    struct db_call call = {.stmt = s->replace, .args = {db_str(rows, i, COL_ORG_ID), id, old, fresh}, .rows = &changed};
    enum err e = db_run(db, a, &call, 1);
    count->sealed += e == OK && changed.n == 1;
    return e;
}

/* Pages by key; last holds the last key of a page. */
static enum err one_page(struct db *db, struct arena *a, const struct source *s, char last[2][37], int *n, struct count *count) {
    struct db_rows rows;
    struct db_call call = {.stmt = s->list, .args = {last[0], last[1]}, .rows = &rows};
    enum err e = db_run(db, a, &call, 1);
    *n = e == OK ? rows.n : 0;
    for (int i = 0; e == OK && i < rows.n; i++) {
        e = one_row(db, a, s, &rows, i, count);
    }
    if (e == OK && rows.n) {
        snprintf(last[0], 37, "%s", db_str(&rows, rows.n - 1, COL_ORG_ID));
        snprintf(last[1], 37, "%s", db_str(&rows, rows.n - 1, COL_ID));
    }
    return e;
}

static enum err one_source(struct db *db, struct arena *a, const struct source *s, struct count *count) {
    char last[2][37] = {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"};
    enum err e = OK;
    for (int n = 1; e == OK && n > 0; arena_wipe(a)) {
        e = one_page(db, a, s, last, &n, count);
    }
    return e;
}

int reseal_run(struct db *db) {
    struct arena *a = arena_new(64 * 1024);
    struct count count = {0};
    enum err e = OK;
    for (size_t i = 0; e == OK && i < sizeof(sources) / sizeof(sources[0]); i++) {
        e = one_source(db, a, &sources[i], &count);
    }
    arena_free(a);
    printf("%d secrets sealed again under the current key.\n", count.sealed);
    if (count.failed) {
        printf("%d secrets do not open with any key of the file and were left alone.\n", count.failed);
    }
    return e == OK && !count.failed ? 0 : 1;
}
