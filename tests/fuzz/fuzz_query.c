/* field_read_query and str_url_decode. */
#include "common/base/str.h"
#include "common/meta/field.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct query {
    const char *mode, *q, *id, *mail, *since;
    int64_t page;
    bool all;
};

static const char *const modes[] = {"easy", "hard", NULL};

static const struct field fields[] = {
    FIELD_ENUM(struct query, mode, "mode", 0, modes, NULL),
    FIELD_STR(struct query, q, "q", 0, 1, 20),
    FIELD_UUID(struct query, id, "id", FIELD_REQUIRED),
    FIELD_EMAIL(struct query, mail, "mail", 0),
    FIELD_TIME(struct query, since, "since", 0),
    FIELD_INT(struct query, page, "page", 0, 1, 1000, "1"),
    FIELD_BOOL(struct query, all, "all", 0, NULL),
    FIELD_END,
};

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static void check_decoding(const char *text) {
    char *copy = strdup(text);
    size_t len = strlen(text);

    require(copy != NULL);
    if (str_url_decode(copy)) { /* "%41" becomes one byte, all others stay one */
        require(strlen(copy) <= len && strlen(copy) >= len / 3);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct arena *arena;
    struct field_errors errors;
    struct query out = {0};
    const char *query;

    if (arena == NULL) {
        arena = arena_new(4096);
    }
    query = arena_strndup(arena, (const char *)data, size);
    check_decoding(query);
    field_errors_init(&errors);
    field_read_query(fields, query, &out, arena, &errors);
    require(errors.count > 0 || out.id != NULL);
    require(out.page >= 1 && out.page <= 1000);
    require(out.id == NULL || str_is_uuid(out.id));
    require(out.mail == NULL || str_is_email(out.mail));
    require(out.mode == NULL || str_in(out.mode, modes));
    require(out.q == NULL || (str_is_utf8(out.q, strlen(out.q)) && str_utf8_len(out.q) <= 20));
    arena_reset(arena);
    return 0;
}
