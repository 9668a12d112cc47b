/* jr_parse and field_read_json with a table of every type. */
#include "common/json/jread.h"
#include "common/meta/field.h"

#include <stdbool.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct item {
    const char *name;
    int64_t number;
};

struct body {
    const char *str, *secret, *email, *uuid, *mode, *at;
    const char *token;
    const int64_t *maybe;
    int64_t number;
    bool flag;
    struct field_strs tags;
    struct field_objs items;
};

static const char *const modes[] = {"easy", "hard", NULL};

static const struct field item_fields[] = {
    FIELD_STR(struct item, name, "name", FIELD_REQUIRED, 2, 10),
    FIELD_INT(struct item, number, "number", 0, 0, 150, "18"),
    FIELD_END,
};

static const struct field fields[] = {
    FIELD_STR(struct body, str, "str", FIELD_REQUIRED, 1, 8),
    FIELD_STR(struct body, secret, "secret", FIELD_SECRET, 8, 20),
    FIELD_EMAIL(struct body, email, "email", 0),
    FIELD_UUID(struct body, uuid, "uuid", 0),
    FIELD_ENUM(struct body, mode, "mode", 0, modes, "easy"),
    FIELD_TIME(struct body, at, "at", 0),
    FIELD_INT(struct body, number, "number", 0, 3, 30, "5"),
    FIELD_OPTINT(struct body, maybe, "maybe", 0, -5, 5),
    FIELD_TOKEN(struct body, token, "token", 0, 1, 5),
    FIELD_BOOL(struct body, flag, "flag", 0, "true"),
    FIELD_STRS(struct body, tags, "tags", 0, 0, 8, 10),
    FIELD_OBJS(struct body, items, "items", 0, 0, 8, item_fields, struct item),
    FIELD_END,
};

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static void check(const struct body *b, const struct field_errors *errors) {
    const struct item *items = b->items.items;
    size_t n = 0;

    for (const struct field_error *e = errors->first; e != NULL; e = e->next, n++) {
        require(e->field[0] != '\0' && e->message != NULL);
    }
    require(n == errors->count && n <= FIELD_MAX_ERRORS);
    require(b->number >= 3 && b->number <= 30 && b->mode != NULL);
    require(b->maybe == NULL || (*b->maybe >= -5 && *b->maybe <= 5));
    require(b->token == NULL || b->token[0] != '\0');
    require(b->tags.items != NULL && b->tags.items[b->tags.count] == NULL && b->tags.count <= 8);
    require(b->items.count <= 8);
    if (n > 0) {
        return;
    }
    require(b->str != NULL && b->str[0] != '\0');
    for (size_t i = 0; i < b->items.count; i++) {
        require(items[i].name != NULL && items[i].number >= 0 && items[i].number <= 150);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct arena *arena;
    struct field_errors errors;
    struct body body = {0};
    const char *why = "unset";
    struct json_object *o;

    if (arena == NULL) {
        arena = arena_new(4096);
    }
    o = jr_parse(arena, (const char *)data, size, &why);
    require((o == NULL) == (why != NULL));
    field_errors_init(&errors);
    field_read_json(fields, o, &body, arena, &errors);
    check(&body, &errors);
    arena_reset(arena);
    return 0;
}
