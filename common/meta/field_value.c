#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/json/jread.h"
#include "common/meta/field_internal.h"

#include <inttypes.h>
#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char *copy_trimmed(struct arena *a, const char *text, size_t len) {
    while (len > 0 && is_blank(text[0])) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    return arena_strndup(a, text, len);
}

/* A text without control bytes, in the arena; NULL when refused. Secrets stay as typed. */
static char *clean_copy(const struct field_at *at, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && !is_blank(text[i])) || c == 0x7f) {
            field_refuse(at, "must not contain control characters");
            return NULL;
        }
    }
    if (!str_is_utf8(text, len)) {
        field_refuse(at, "must be valid UTF-8");
        return NULL;
    }
    return at->row->flags & FIELD_SECRET ? arena_strndup(at->arena, text, len) : copy_trimmed(at->arena, text, len);
}

/* Lengths count what a person sees as characters, roughly: code points, not bytes. */
static bool length_fits(const struct field_at *at, int64_t len, int64_t min, int64_t max) {
    if (len < min) {
        return field_refuse(at, "must have at least %" PRId64 " character%s", min, min == 1 ? "" : "s");
    }
    if (len > max) {
        return field_refuse(at, "must have at most %" PRId64 " character%s", max, max == 1 ? "" : "s");
    }
    return true;
}

static bool refuse_choice(const struct field_at *at) {
    const char *list = "";

    for (const char *const *v = field_values(at->row); *v != NULL; v++) {
        list = list[0] == '\0' ? *v : arena_printf(at->arena, "%s, %s", list, *v);
    }
    return field_refuse(at, "must be one of: %s", list);
}

static bool text_str(const struct field_at *at, char *text, void *member) {
    if (text[0] == '\0' && at->row->flags & FIELD_REQUIRED && at->row->min > 0) {
        return field_refuse(at, "is required");
    }
    if (!length_fits(at, (int64_t)str_utf8_len(text), at->row->min, at->row->max)) {
        return false;
    }
    *(const char **)member = text;
    return true;
}

static bool text_email(const struct field_at *at, char *text, void *member) {
    if (!str_is_email(text)) {
        return field_refuse(at, "must be an e-mail address");
    }
    char *lower = arena_alloc(at->arena, 2 * strlen(text) + 1);
    str_lower_utf8(lower, text);
    *(const char **)member = lower;
    return true;
}

static bool text_uuid(const struct field_at *at, char *text, void *member) {
    if (!str_is_uuid(text)) {
        return field_refuse(at, "must be a UUID");
    }
    str_lower(text);
    *(const char **)member = text;
    return true;
}

static bool text_enum(const struct field_at *at, char *text, void *member) {
    if (!str_in(text, field_values(at->row))) {
        return refuse_choice(at);
    }
    *(const char **)member = text;
    return true;
}

static bool text_time(const struct field_at *at, char *text, void *member) {
    int64_t us;

    if (!clock_parse(text, &us)) {
        return field_refuse(at, "must be an ISO 8601 date or time");
    }
    *(const char **)member = text;
    return true;
}

static bool refuse_range(const struct field_at *at) {
    if (at->row->max == INT64_MAX) {
        return field_refuse(at, "must be at least %" PRId64, at->row->min);
    }
    return field_refuse(at, "must be between %" PRId64 " and %" PRId64, at->row->min, at->row->max);
}

static bool text_int(const struct field_at *at, char *text, void *member) {
    const char *digits = text + (text[0] == '-');

    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0') {
        return field_refuse(at, "must be an integer");
    }
    return str_to_i64(text, at->row->min, at->row->max, member) || refuse_range(at);
}

static bool text_optint(const struct field_at *at, char *text, void *member) {
    int64_t *number = arena_alloc(at->arena, sizeof(*number));

    if (!text_int(at, text, number)) {
        return false;
    }
    *(const int64_t **)member = number;
    return true;
}

static bool text_bool(const struct field_at *at, char *text, void *member) {
    bool yes = str_eq(text, "true") || str_eq(text, "1"); /* in addresses people write download=1 */

    if (!yes && !str_eq(text, "false") && !str_eq(text, "0")) {
        return field_refuse(at, "must be true or false");
    }
    *(bool *)member = yes;
    return true;
}

static bool tree_text(const struct field_at *at, struct json_object *value, void *member) {
    if (!json_object_is_type(value, json_type_string)) {
        return field_refuse(at, "must be a string");
    }
    return field_from_text(at, json_object_get_string(value), (size_t)json_object_get_string_len(value), member);
}

static bool tree_int(const struct field_at *at, struct json_object *value, void *member) {
    int64_t v;

    if (!json_object_is_type(value, json_type_int)) {
        return field_refuse(at, "must be an integer");
    }
    v = json_object_get_int64(value);
    /* json-c clamps; only the unsigned view tells a clamped value from INT64_MAX itself. */
    if (v < at->row->min || v > at->row->max || json_object_get_uint64(value) > INT64_MAX) {
        return refuse_range(at);
    }
    *(int64_t *)member = v;
    return true;
}

static bool tree_optint(const struct field_at *at, struct json_object *value, void *member) {
    int64_t *number = arena_alloc(at->arena, sizeof(*number));

    if (!tree_int(at, value, number)) {
        return false;
    }
    *(const int64_t **)member = number;
    return true;
}

static bool tree_token(const struct field_at *at, struct json_object *value, void *member) {
    const char *text;

    if (!json_object_is_type(value, json_type_int)) {
        return json_object_is_type(value, json_type_string) ? tree_text(at, value, member)
                                                            : field_refuse(at, "must be a string or an integer");
    }
    text = json_object_get_string(value);
    return field_from_text(at, text, strlen(text), member);
}

static bool tree_bool(const struct field_at *at, struct json_object *value, void *member) {
    if (!json_object_is_type(value, json_type_boolean)) {
        return field_refuse(at, "must be true or false");
    }
    *(bool *)member = json_object_get_boolean(value);
    return true;
}

/* Checked before anything is allocated for the elements. */
static bool count_fits(const struct field_at *at, struct json_object *value) {
    int64_t n = (int64_t)jr_len(value), min = at->row->min, max = at->row->max;

    if (!json_object_is_type(value, json_type_array)) {
        return field_refuse(at, "must be a list of %s", at->row->type == FT_STRS ? "strings" : "objects");
    }
    if (n < min) {
        return field_refuse(at, "must have at least %" PRId64 " entr%s", min, min == 1 ? "y" : "ies");
    }
    if (n > max) {
        return field_refuse(at, "must have at most %" PRId64 " entr%s", max, max == 1 ? "y" : "ies");
    }
    return true;
}

static const char *one_string(const struct field_at *at, struct json_object *value) {
    int64_t max = at->row->item_max > 0 ? at->row->item_max : INT64_MAX;
    char *text;

    if (!json_object_is_type(value, json_type_string)) {
        field_refuse(at, "must be a string");
        return NULL;
    }
    text = clean_copy(at, json_object_get_string(value), (size_t)json_object_get_string_len(value));
    if (text == NULL || !length_fits(at, (int64_t)str_utf8_len(text), 1, max)) {
        return NULL;
    }
    if (at->row->values != NULL && !str_in(text, at->row->values)) {
        refuse_choice(at);
        return NULL;
    }
    return text;
}

static bool tree_strs(const struct field_at *at, struct json_object *value, void *member) {
    struct field_strs list = {0};
    size_t n = jr_len(value);
    bool good = true;

    if (!count_fits(at, value)) {
        return false;
    }
    list.items = arena_calloc(at->arena, n + 1, sizeof(*list.items));
    for (size_t i = 0; i < n; i++) {
        struct field_at item = *at;
        item.path = arena_printf(at->arena, "%s[%zu]", at->path, i);
        list.items[list.count] = one_string(&item, jr_at(value, i));
        if (list.items[list.count++] == NULL) {
            good = false;
        }
    }
    if (good) {
        *(struct field_strs *)member = list;
    }
    return good;
}

static bool tree_objs(const struct field_at *at, struct json_object *value, void *member) {
    struct field_objs list = {.count = jr_len(value)};
    size_t errors_before = at->errors->count;

    if (!count_fits(at, value)) {
        return false;
    }
    list.items = arena_calloc(at->arena, list.count, at->row->size);
    for (size_t i = 0; i < list.count; i++) {
        struct field_at item = *at;
        struct json_object *element = jr_at(value, i);

        item.path = arena_printf(at->arena, "%s[%zu]", at->path, i);
        if (!json_object_is_type(element, json_type_object)) {
            field_refuse(&item, "must be an object");
        } else {
            field_read_object(at->row->sub, element, (char *)list.items + i * at->row->size, at->arena, at->errors,
                              arena_printf(at->arena, "%s.", item.path));
        }
    }
    if (at->errors->count > errors_before) {
        return false;
    }
    *(struct field_objs *)member = list;
    return true;
}

struct type {
    size_t size; /* of the struct member */
    bool (*text)(const struct field_at *at, char *text, void *member);
    bool (*tree)(const struct field_at *at, struct json_object *value, void *member);
};

/* clang-format off */
static const struct type types[] = {
    [FT_STR] = {sizeof(const char *), text_str, tree_text},
    [FT_EMAIL] = {sizeof(const char *), text_email, tree_text},
    [FT_UUID] = {sizeof(const char *), text_uuid, tree_text},
    [FT_ENUM] = {sizeof(const char *), text_enum, tree_text},
    [FT_TIME] = {sizeof(const char *), text_time, tree_text},
    [FT_INT] = {sizeof(int64_t), text_int, tree_int},
    [FT_OPTINT] = {sizeof(const int64_t *), text_optint, tree_optint},
    [FT_TOKEN] = {sizeof(const char *), text_str, tree_token},
    [FT_BOOL] = {sizeof(bool), text_bool, tree_bool},
    [FT_STRS] = {sizeof(struct field_strs), NULL, tree_strs},
    [FT_OBJS] = {sizeof(struct field_objs), NULL, tree_objs},
};
/* clang-format on */

size_t field_member_size(enum field_type type) {
    return (size_t)type < sizeof(types) / sizeof(types[0]) ? types[type].size : 0;
}

bool field_has_text_form(enum field_type type) {
    return field_member_size(type) > 0 && types[type].text != NULL;
}

bool field_from_text(const struct field_at *at, const char *text, size_t len, void *member) {
    char *copy = clean_copy(at, text, len);
    return copy != NULL && types[at->row->type].text(at, copy, member);
}

bool field_from_json(const struct field_at *at, struct json_object *value, void *member) {
    return types[at->row->type].tree(at, value, member);
}

void field_default(const struct field_at *at, void *member) {
    if (at->row->type == FT_STRS) {
        *(struct field_strs *)member = (struct field_strs){.items = arena_alloc(at->arena, sizeof(const char *))};
    } else if (at->row->dflt != NULL) {
        field_from_text(at, at->row->dflt, strlen(at->row->dflt), member); /* cannot fail: field_selfcheck() tried it */
    }
}
