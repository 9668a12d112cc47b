#include "common/base/clock.h"
#include "common/base/email.h"
#include "common/base/str.h"
#include "common/base/unicode.h"
#include "common/json/jread.h"
#include "common/meta/field_internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A tab or line end, which texts of several lines have. */
static bool is_layout(uint32_t c) {
    return c == '\t' || c == '\r' || c == '\n';
}

static bool has_control(const char *text) {
    for (uint32_t c; (c = unicode_next(text, &text)) != 0;) {
        if (unicode_is_control(c) && !is_layout(c)) {
            return true;
        }
    }
    return false;
}

/* A text without control characters, in the arena; NULL when refused. Secrets stay as typed; of others, what shows nothing is nothing. */
static char *clean_copy(const struct field_at *at, const char *text, size_t len) {
    char *copy = str_is_utf8(text, len) ? arena_strndup(at->arena, text, len) : NULL;

    if (copy == NULL) {
        field_refuse(at, memchr(text, '\0', len) == NULL ? W_ERRORS_FIELD_UTF8 : W_ERRORS_FIELD_CONTROL);
        return NULL;
    }
    if (has_control(copy)) {
        field_refuse(at, W_ERRORS_FIELD_CONTROL);
        return NULL;
    }
    if (at->row->flags & FIELD_SECRET) {
        return copy;
    }
    return unicode_shows(copy) ? unicode_trim(at->arena, copy, len) : arena_strdup(at->arena, "");
}

/* Lengths count what a person sees as characters, roughly: code points, not bytes. */
static bool length_fits(const struct field_at *at, int64_t len, int64_t min, int64_t max) {
    if (len < min) {
        return field_refuse(at, W_ERRORS_FIELD_LEAST((double)min));
    }
    if (len > max) {
        return field_refuse(at, W_ERRORS_FIELD_MOST((double)max));
    }
    return true;
}

static bool refuse_choice(const struct field_at *at) {
    const char *list = "";

    for (const char *const *v = field_values(at->row); *v != NULL; v++) {
        list = list[0] == '\0' ? *v : arena_printf(at->arena, "%s, %s", list, *v);
    }
    return field_refuse(at, W_ERRORS_FIELD_CHOICE(list));
}

/* Passwords that count as one have one length, however a keyboard writes them. */
static int64_t text_length(const struct field_at *at, const char *text) {
    size_t size = 0, len;
    char *normal = at->row->flags & FIELD_PASSWORD ? unicode_normal_secret(text, UNICODE_NFKC, &size) : NULL;

    len = str_utf8_len(normal == NULL ? text : normal);
    if (normal != NULL) {
        explicit_bzero(normal, size);
        free(normal);
    }
    return (int64_t)len;
}

static bool text_str(const struct field_at *at, char *text, void *member) {
    if (text[0] == '\0' && at->row->flags & FIELD_REQUIRED && at->row->min > 0) {
        return field_refuse(at, W_ERRORS_FIELD_REQUIRED);
    }
    if (!length_fits(at, text_length(at, text), at->row->min, at->row->max)) {
        return false;
    }
    *(const char **)member = text;
    return true;
}

/* One that is known already only has to be found: accounts are older than today's rules. */
static bool text_email(const struct field_at *at, char *text, void *member) {
    const char *normal = email_normal(at->arena, text);

    if (normal == NULL && at->row->flags & FIELD_REQUIRED && text[0] == '\0') {
        return field_refuse(at, W_ERRORS_FIELD_REQUIRED);
    }
    if (at->row->flags & FIELD_KNOWN && str_is_email(unicode_plain_width(at->arena, text))) {
        normal = text;
    }
    if (normal == NULL) {
        return field_refuse(at, W_ERRORS_FIELD_EMAIL);
    }
    *(const char **)member = normal;
    return true;
}

static bool text_uuid(const struct field_at *at, char *text, void *member) {
    if (!str_is_uuid(text)) {
        return field_refuse(at, W_ERRORS_FIELD_UUID);
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
        return field_refuse(at, W_ERRORS_FIELD_TIME);
    }
    *(const char **)member = text;
    return true;
}

/* As they are, without the groups of a language: bounds may be larger than what a sentence's numbers hold. */
static const char *digits(const struct field_at *at, int64_t number) {
    return arena_printf(at->arena, "%" PRId64, number);
}

static bool refuse_range(const struct field_at *at) {
    if (at->row->max == INT64_MAX) {
        return field_refuse(at, W_ERRORS_FIELD_FROM(digits(at, at->row->min)));
    }
    return field_refuse(at, W_ERRORS_FIELD_BETWEEN(digits(at, at->row->min), digits(at, at->row->max)));
}

static bool text_int(const struct field_at *at, char *text, void *member) {
    const char *digits = text + (text[0] == '-');

    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0') {
        return field_refuse(at, W_ERRORS_FIELD_INTEGER);
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
        return field_refuse(at, W_ERRORS_FIELD_BOOLEAN);
    }
    *(bool *)member = yes;
    return true;
}

static bool text_optbool(const struct field_at *at, char *text, void *member) {
    bool *yes = arena_alloc(at->arena, sizeof(*yes));

    if (!text_bool(at, text, yes)) {
        return false;
    }
    *(const bool **)member = yes;
    return true;
}

static bool tree_text(const struct field_at *at, struct json_object *value, void *member) {
    if (!json_object_is_type(value, json_type_string)) {
        return field_refuse(at, W_ERRORS_FIELD_STRING);
    }
    return field_from_text(at, json_object_get_string(value), (size_t)json_object_get_string_len(value), member);
}

/* Whether a number with a fraction or an exponent, as it was written, is an integer: to JSON Schema 12.0 and 1.2e1 are, and some clients
 * write them. A double does not tell: it makes 12.00000000000000000001 a 12. */
static bool is_whole(const char *text) {
    long behind = 0, zeros = 0; /* digits behind the point; zeros at the end of all digits */
    bool fraction = false, zero = true;

    for (; *text != '\0' && (*text | 0x20) != 'e'; text++) {
        fraction = fraction || *text == '.';
        if (*text >= '0' && *text <= '9') {
            behind += fraction;
            zeros = *text == '0' ? zeros + 1 : 0;
            zero = zero && *text == '0';
        }
    }
    return zero || (*text == '\0' ? 0 : strtol(text + 1, NULL, 10)) >= behind - zeros;
}

/* Of the integers that are written like that only those which every reader of JSON holds exactly (RFC 8259, section 6). */
static bool read_whole(struct json_object *value, int64_t *out) {
    static const double exact = 9007199254740991.0; /* 2^53 - 1 */
    double d = json_object_get_double(value);
    bool good = is_whole(json_object_get_string(value)) && isfinite(d) && fabs(d) <= exact;

    *out = good ? (int64_t)d : 0;
    return good;
}

static bool tree_whole(const struct field_at *at, struct json_object *value, int64_t *out) {
    int64_t v;

    if (!is_whole(json_object_get_string(value))) {
        return field_refuse(at, W_ERRORS_FIELD_INTEGER);
    }
    if (!read_whole(value, &v) || v < at->row->min || v > at->row->max) {
        return refuse_range(at);
    }
    *out = v;
    return true;
}

static bool tree_int(const struct field_at *at, struct json_object *value, void *member) {
    int64_t v;

    if (json_object_is_type(value, json_type_double)) {
        return tree_whole(at, value, member);
    }
    if (!json_object_is_type(value, json_type_int)) {
        return field_refuse(at, W_ERRORS_FIELD_INTEGER);
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
    const char *text = json_object_get_string(value);
    bool broken = json_object_is_type(value, json_type_double);
    int64_t v = 0;

    if (json_object_is_type(value, json_type_string)) {
        return tree_text(at, value, member);
    }
    if (broken ? !read_whole(value, &v) : !json_object_is_type(value, json_type_int)) {
        return field_refuse(at, W_ERRORS_FIELD_TOKEN);
    }
    text = broken ? arena_printf(at->arena, "%" PRId64, v) : text;
    return field_from_text(at, text, strlen(text), member);
}

static bool tree_bool(const struct field_at *at, struct json_object *value, void *member) {
    if (!json_object_is_type(value, json_type_boolean)) {
        return field_refuse(at, W_ERRORS_FIELD_BOOLEAN);
    }
    *(bool *)member = json_object_get_boolean(value);
    return true;
}

static bool tree_optbool(const struct field_at *at, struct json_object *value, void *member) {
    bool *yes = arena_alloc(at->arena, sizeof(*yes));

    if (!tree_bool(at, value, yes)) {
        return false;
    }
    *(const bool **)member = yes;
    return true;
}

/* Checked before anything is allocated for the elements. */
static bool count_fits(const struct field_at *at, struct json_object *value) {
    int64_t n = (int64_t)jr_len(value), min = at->row->min, max = at->row->max;

    if (!json_object_is_type(value, json_type_array)) {
        return field_refuse(at, at->row->type == FT_STRS ? W_ERRORS_FIELD_STRINGS : W_ERRORS_FIELD_OBJECTS);
    }
    if (n < min) {
        return field_refuse(at, W_ERRORS_FIELD_ENTRIES_LEAST((double)min));
    }
    if (n > max) {
        return field_refuse(at, W_ERRORS_FIELD_ENTRIES_MOST((double)max));
    }
    return true;
}

static const char *one_string(const struct field_at *at, struct json_object *value) {
    int64_t max = at->row->item_max > 0 ? at->row->item_max : INT64_MAX;
    char *text;

    if (!json_object_is_type(value, json_type_string)) {
        field_refuse(at, W_ERRORS_FIELD_STRING);
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
            field_refuse(&item, W_ERRORS_FIELD_OBJECT);
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
    [FT_OPTBOOL] = {sizeof(const bool *), text_optbool, tree_optbool},
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
