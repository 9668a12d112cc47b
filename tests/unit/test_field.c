#include "common/json/jread.h"
#include "common/meta/field.h"
#include "common/meta/shape.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

struct person {
    const char *name;
    int64_t age;
};

struct body {
    const char *str, *secret, *email, *uuid, *mode, *at, *free;
    int64_t number, any;
    bool flag, on;
    struct field_strs tags, picks;
    struct field_objs people;
};

static const char *const modes[] = {"easy", "hard", NULL};

static const struct field person_fields[] = {
    FIELD_STR(struct person, name, "name", FIELD_REQUIRED, 2, 10),
    FIELD_INT(struct person, age, "age", 0, 0, 150, "18"),
    FIELD_END,
};

static const struct field fields[] = {
    FIELD_STR(struct body, str, "str", 0, 3, 8),
    FIELD_STR(struct body, secret, "secret", FIELD_SECRET, 8, 20),
    FIELD_EMAIL(struct body, email, "email", 0),
    FIELD_UUID(struct body, uuid, "uuid", 0),
    FIELD_ENUM(struct body, mode, "mode", 0, modes, "easy"),
    FIELD_TIME(struct body, at, "at", 0),
    FIELD_STR(struct body, free, "free", 0, 0, 1000),
    FIELD_INT(struct body, number, "number", 0, 3, 30, "5"),
    FIELD_INT(struct body, any, "any", 0, -INT64_MAX, INT64_MAX, NULL),
    FIELD_BOOL(struct body, flag, "flag", 0, NULL),
    FIELD_BOOL(struct body, on, "on", 0, "true"),
    FIELD_STRS(struct body, tags, "tags", 0, 1, 3, 4),
    {.name = "picks", .type = FT_STRS, .offset = offsetof(struct body, picks), .max = 5, .values = modes},
    FIELD_OBJS(struct body, people, "people", 0, 0, 3, person_fields, struct person),
    FIELD_END,
};

static struct arena *arena;
static struct field_errors errors;
static struct body body;

static int setup(void **state) {
    (void)state;
    arena = arena_new(4096);
    field_errors_init(&errors);
    memset(&body, 0, sizeof(body));
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void again(void) {
    arena_reset(arena);
    field_errors_init(&errors);
    memset(&body, 0, sizeof(body));
}

/* All errors as "path message; path message". */
static const char *all_errors(void) {
    const char *text = "";

    for (const struct field_error *e = errors.first; e != NULL; e = e->next) {
        text = arena_printf(arena, "%s%s%s %s", text, text[0] == '\0' ? "" : "; ", e->field, say(arena, LANG_EN, *e->message));
    }
    return text;
}

static const char *read_json(const struct field *rows, const char *text, void *out) {
    const char *why = NULL;
    struct json_object *o = jr_parse(arena, text, strlen(text), &why);

    if (o == NULL) {
        fail_msg("%s: %s", text, why);
    }
    field_read_json(rows, o, out, arena, &errors);
    return all_errors();
}

static void wrong_values(void **state) {
    static const struct {
        const char *json, *want;
    } rows[] = {
        {"{\"str\":5}", "str must be a string"},
        {"{\"str\":[\"abc\"]}", "str must be a string"},
        {"{\"str\":\"ab\"}", "str must have at least 3 characters"},
        {"{\"str\":\" ab \"}", "str must have at least 3 characters"},
        {"{\"str\":\"123456789\"}", "str must have at most 8 characters"},
        {"{\"str\":\"\xc3\xa4\xc3\xa4\"}", "str must have at least 3 characters"},
        {"{\"str\":\"ab\\u0007c\"}", "str must not contain control characters"},
        {"{\"str\":\"abc\\u007f\"}", "str must not contain control characters"},
        {"{\"secret\":\"hunter2\"}", "secret must have at least 8 characters"},
        {"{\"email\":\"nobody\"}", "email must be an email address"},
        {"{\"email\":\"a@b.de, c@d.de\"}", "email must be an email address"},
        {"{\"email\":\"\"}", "email must be an email address"},
        {"{\"uuid\":\"123\"}", "uuid must be a UUID"},
        {"{\"mode\":\"Easy\"}", "mode must be one of: easy, hard"},
        {"{\"mode\":1}", "mode must be a string"},
        {"{\"at\":\"2026-02-30\"}", "at must be an ISO 8601 date or time"},
        {"{\"number\":2}", "number must be between 3 and 30"},
        {"{\"number\":31}", "number must be between 3 and 30"},
        {"{\"number\":9223372036854775808}", "number must be between 3 and 30"},
        {"{\"number\":99999999999999999999999}", "number must be between 3 and 30"},
        {"{\"number\":-99999999999999999999999}", "number must be between 3 and 30"},
        {"{\"any\":9223372036854775808}", "any must be at least -9223372036854775807"},
        {"{\"any\":18446744073709551616}", "any must be at least -9223372036854775807"},
        {"{\"any\":-9223372036854775809}", "any must be at least -9223372036854775807"},
        {"{\"number\":5.0}", ""},
        {"{\"number\":1e1}", ""},
        {"{\"number\":1.2e1}", ""},
        {"{\"number\":300e-1}", ""},
        {"{\"number\":0.5E+1}", ""},
        {"{\"number\":5.5}", "number must be an integer"},
        {"{\"number\":5.00000000000000000000001}", "number must be an integer"},
        {"{\"number\":55e-1}", "number must be an integer"},
        {"{\"number\":1e-400}", "number must be an integer"},
        {"{\"number\":31.0}", "number must be between 3 and 30"},
        {"{\"number\":-0.0}", "number must be between 3 and 30"},
        {"{\"number\":1e400}", "number must be between 3 and 30"},
        {"{\"any\":9007199254740991.0}", ""},
        {"{\"any\":9007199254740993.0}", "any must be at least -9223372036854775807"},
        {"{\"any\":-9007199254740993.0}", "any must be at least -9223372036854775807"},
        {"{\"str\":\"\u00a0ab\u3000\"}", "str must have at least 3 characters"},
        {"{\"str\":\"\u200b\u200b\u200b\"}", "str must have at least 3 characters"},
        {"{\"str\":\"abc\xc2\x85\"}", "str must not contain control characters"},
        {"{\"email\":\"a\u00adb@example.com\"}", "email must be an email address"},
        {"{\"email\":\"a@x-.example\"}", "email must be an email address"},
        {"{\"number\":\"5\"}", "number must be an integer"},
        {"{\"number\":true}", "number must be an integer"},
        {"{\"flag\":1}", "flag must be true or false"},
        {"{\"flag\":\"true\"}", "flag must be true or false"},
        {"{\"tags\":\"a\"}", "tags must be a list of strings"},
        {"{\"tags\":{}}", "tags must be a list of strings"},
        {"{\"tags\":[]}", "tags must have at least 1 entry"},
        {"{\"tags\":[\"a\",\"b\",\"c\",\"d\"]}", "tags must have at most 3 entries"},
        {"{\"tags\":[\"a\",5,null]}", "tags[1] must be a string; tags[2] must be a string"},
        {"{\"tags\":[\"a\",\"12345\"]}", "tags[1] must have at most 4 characters"},
        {"{\"tags\":[\"  \"]}", "tags[0] must have at least 1 character"},
        {"{\"picks\":[\"hard\",\"soft\"]}", "picks[1] must be one of: easy, hard"},
        {"{\"people\":{}}", "people must be a list of objects"},
        {"{\"people\":[{},{},{},{}]}", "people must have at most 3 entries"},
        {"{\"people\":[{\"name\":\"Ann\"},7]}", "people[1] must be an object"},
        {"{\"people\":[{\"name\":\"Ann\"},{\"age\":-1}]}", "people[1].name is required; people[1].age must be between 0 and 150"},
        {"{\"people\":[{\"name\":null}]}", "people[0].name is required"},
        {"{\"people\":[{\"name\":\"\u3164\u2800\u202e\"}]}", "people[0].name is required"},
        {"{\"str\":\"x\",\"number\":0,\"mode\":\"\"}",
         "str must have at least 3 characters; mode must be one of: easy, hard; number must be between 3 and 30"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        again();
        assert_string_equal(read_json(fields, rows[i].json, &body), rows[i].want);
    }
}

static void right_values(void **state) {
    const struct person *people;

    (void)state;
    assert_string_equal(read_json(fields,
                                  "{\"str\":\"  \xc3\xa4"
                                  "bc \",\"secret\":\"  pass word \",\"email\":\" Ann@Example.COM \","
                                  "\"uuid\":\"0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B\",\"mode\":\"hard\",\"at\":\"2026-11-21T08:15:30Z\","
                                  "\"free\":\"a\\tb\\r\\nc\",\"number\":30,\"any\":9223372036854775807,\"flag\":true,\"on\":false,"
                                  "\"tags\":[\" a\",\"bcde\"],\"picks\":[],"
                                  "\"people\":[{\"name\":\"Ann\"},{\"name\":\"Bob\",\"age\":0,\"more\":1}],\"unknown\":[1]}",
                                  &body),
                        "");
    assert_string_equal(body.str, "\xc3\xa4"
                                  "bc");
    assert_string_equal(body.secret, "  pass word ");
    assert_string_equal(body.email, "ann@example.com");
    assert_string_equal(body.uuid, "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    assert_string_equal(body.mode, "hard");
    assert_string_equal(body.at, "2026-11-21T08:15:30Z");
    assert_string_equal(body.free, "a\tb\r\nc");
    assert_int_equal(body.number, 30);
    assert_true(body.any == INT64_MAX);
    assert_true(body.flag);
    assert_false(body.on);
    assert_int_equal(body.tags.count, 2);
    assert_string_equal(body.tags.items[0], "a");
    assert_string_equal(body.tags.items[1], "bcde");
    assert_null(body.tags.items[2]);
    assert_int_equal(body.people.count, 2);
    people = body.people.items;
    assert_string_equal(people[0].name, "Ann");
    assert_int_equal(people[0].age, 18);
    assert_int_equal(people[1].age, 0);
}

static void missing_values_get_defaults(void **state) {
    (void)state;
    assert_string_equal(read_json(fields, "{\"number\":null,\"str\":null}", &body), "");
    assert_null(body.str);
    assert_string_equal(body.mode, "easy");
    assert_int_equal(body.number, 5);
    assert_false(body.flag);
    assert_true(body.on);
    assert_int_equal(body.tags.count, 0);
    assert_non_null(body.tags.items);
    assert_null(body.tags.items[0]);
    assert_int_equal(body.people.count, 0);
}

static void wrong_lists_stay_terminated(void **state) {
    (void)state;
    read_json(fields, "{\"tags\":[\"toolong\"],\"people\":[1]}", &body);
    assert_int_equal(errors.count, 2);
    assert_int_equal(body.tags.count, 0);
    assert_null(body.tags.items[0]);
    assert_int_equal(body.people.count, 0);
}

static void no_body_reports_required_fields(void **state) {
    struct person p = {0};

    (void)state;
    field_read_json(person_fields, NULL, &p, arena, &errors);
    assert_string_equal(all_errors(), "name is required");
    assert_int_equal(p.age, 18);
    again();
    assert_string_equal(read_json(person_fields, "[1,2]", &p), "name is required");
    again();
    assert_string_equal(read_json(person_fields, "{\"name\":\"  \"}", &p), "name is required");
}

static void nul_in_a_tree_is_refused(void **state) {
    struct json_object *o = json_object_new_object();

    (void)state;
    json_object_object_add(o, "str", json_object_new_string_len("ab\0cd", 5));
    field_read_json(fields, o, &body, arena, &errors);
    json_object_put(o);
    assert_string_equal(all_errors(), "str must not contain control characters");
}

static void strings_outlive_the_tree(void **state) {
    struct json_object *o = json_tokener_parse("{\"str\":\"abcd\",\"tags\":[\"t\"]}");

    (void)state;
    field_read_json(fields, o, &body, arena, &errors);
    json_object_put(o);
    assert_string_equal(body.str, "abcd");
    assert_string_equal(body.tags.items[0], "t");
}

static void secrets_stay_out_of_messages(void **state) {
    (void)state;
    assert_null(strstr(read_json(fields, "{\"secret\":\"hunter2\"}", &body), "hunter2"));
    assert_int_equal(errors.count, 1);
}

static void errors_are_capped(void **state) {
    (void)state;
    for (int i = 0; i < FIELD_MAX_ERRORS + 7; i++) {
        field_errors_add(&errors, arena, "f", W_ERRORS_FIELD_LEAST(i));
    }
    assert_int_equal(errors.count, FIELD_MAX_ERRORS);
    assert_string_equal(say(arena, LANG_EN, *errors.first->message), "must have at least 0 characters");
    assert_non_null(strstr(all_errors(), "at least 49 characters"));
    assert_null(strstr(all_errors(), "at least 50 characters"));
}

struct query {
    const char *mode, *q, *id;
    int64_t page;
    bool all;
};

static const struct field query_fields[] = {
    FIELD_ENUM(struct query, mode, "mode", 0, modes, NULL), FIELD_STR(struct query, q, "q", 0, 1, 5),
    FIELD_UUID(struct query, id, "id", FIELD_REQUIRED),     FIELD_INT(struct query, page, "page", 0, 1, 1000, "1"),
    FIELD_BOOL(struct query, all, "all", 0, NULL),          FIELD_END,
};
#define ID "id=0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"

static void queries(void **state) {
    static const struct {
        const char *query, *want;
    } rows[] = {
        {ID, ""},
        {ID "&mode=hard&q=a+b&page=7&all=true", ""},
        {"&&" ID "&", ""},
        {ID "&other=%zz&%zz=1&=x", ""},
        {ID "&p%61ge=2", ""},
        {ID "&mode=&page=", ""},
        {NULL, "id is required"},
        {"", "id is required"},
        {"id=", "id is required"},
        {"id", "id is required"},
        {ID "&" ID, "id must not be repeated"},
        {ID "&page=1&page=2", "page must not be repeated"},
        {ID "&page=1&p%61ge=2", "page must not be repeated"},
        {ID "&page=0", "page must be between 1 and 1000"},
        {ID "&page=99999999999999999999", "page must be between 1 and 1000"},
        {ID "&page=-99999999999999999999", "page must be between 1 and 1000"},
        {ID "&page=1.5", "page must be an integer"},
        {ID "&page=abc", "page must be an integer"},
        {ID "&page=-", "page must be an integer"},
        {ID "&all=yes", "all must be true or false"},
        {ID "&all=TRUE", "all must be true or false"},
        {ID "&all=2", "all must be true or false"},
        {ID "&mode=soft", "mode must be one of: easy, hard"},
        {ID "&q=123456", "q must have at most 5 characters"},
        {ID "&q=%", "q is not correctly percent-encoded"},
        {ID "&q=%00", "q is not correctly percent-encoded"},
        {ID "&q=%ff", "q must be valid UTF-8"},
        {ID "&q=%c0%af", "q must be valid UTF-8"},
        {ID "&q=a%07", "q must not contain control characters"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct query out = {0};
        again();
        field_read_query(query_fields, rows[i].query, &out, arena, &errors);
        assert_string_equal(all_errors(), rows[i].want);
    }
}

static void query_values(void **state) {
    struct query out = {0};

    (void)state;
    field_read_query(query_fields, "q=%20a%3Db%26+&mode=hard&page=7&all=true&" ID, &out, arena, &errors);
    assert_string_equal(all_errors(), "");
    assert_string_equal(out.q, "a=b&");
    assert_string_equal(out.mode, "hard");
    assert_int_equal(out.page, 7);
    assert_true(out.all);
    again();
    field_read_query(query_fields, ID "&all=0", &out, arena, &errors);
    assert_false(out.all);
    field_read_query(query_fields, ID "&all=1", &out, arena, &errors);
    assert_true(out.all);
    field_read_query(query_fields, ID, &out, arena, &errors);
    assert_int_equal(errors.count, 0);
    assert_int_equal(out.page, 1);
}

static void lists_cannot_come_from_queries(void **state) {
    (void)state;
    field_read_query(fields, "tags=a", &body, arena, &errors);
    assert_non_null(strstr(all_errors(), "tags cannot come from a query string"));
}

struct loose {
    const int64_t *number;
    const char *token;
};

static const struct field loose_fields[] = {
    FIELD_OPTINT(struct loose, number, "number", 0, 0, 9),
    FIELD_TOKEN(struct loose, token, "token", 0, 1, 5),
    FIELD_END,
};

static void optional_integers_and_tokens(void **state) {
    static const struct {
        const char *json, *want;
        int number; /* -1: NULL */
        const char *token;
    } rows[] = {
        {"{}", "", -1, NULL},
        {"{\"number\":0,\"token\":\"a1\"}", "", 0, "a1"},
        {"{\"number\":null,\"token\":17}", "", -1, "17"},
        {"{\"number\":10}", "number must be between 0 and 9", -1, NULL},
        {"{\"number\":\"1\"}", "number must be an integer", -1, NULL},
        {"{\"token\":123456}", "token must have at most 5 characters", -1, NULL},
        {"{\"token\":1.5}", "token must be a string or an integer", -1, NULL},
        {"{\"number\":4.0,\"token\":1.7e1}", "", 4, "17"},
        {"{\"number\":4.5}", "number must be an integer", -1, NULL},
        {"{\"token\":1e400}", "token must be a string or an integer", -1, NULL},
        {"{\"token\":true}", "token must be a string or an integer", -1, NULL},
        {"{\"token\":\"\"}", "token must have at least 1 character", -1, NULL},
    };
    char err[200];

    (void)state;
    assert_true(field_selfcheck(loose_fields, err, sizeof(err)));
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loose out = {0};

        again();
        assert_string_equal(read_json(loose_fields, rows[i].json, &out), rows[i].want);
        assert_int_equal(out.number == NULL ? -1 : *out.number, rows[i].number);
        if (rows[i].token == NULL) {
            assert_null(out.token);
        } else {
            assert_string_equal(out.token, rows[i].token);
        }
    }
}

static void sound_tables_pass(void **state) {
    char err[200] = "";

    (void)state;
    assert_true(field_selfcheck(fields, err, sizeof(err)));
    assert_true(field_selfcheck(query_fields, err, sizeof(err)));
    assert_string_equal(err, "");
}

/* One table for what goes in and what comes out: a body that has what only comes out is neither refused nor read. */
static void read_only_rows_are_not_read(void **state) {
    struct both {
        const char *name;
    } both = {0};
    static const struct field rows[] = {
        OUT(FT_UUID, "id", "Which.", .flags = FIELD_READ_ONLY),
        FIELD_STR(struct both, name, "name", FIELD_REQUIRED, 1, 9),
        FIELD_END,
    };
    char err[200] = "";

    (void)state;
    assert_true(field_selfcheck(rows, err, sizeof(err)));
    assert_string_equal(read_json(rows, "{\"id\":5,\"name\":\"me\"}", &both), "");
    assert_string_equal(both.name, "me");
    again();
    assert_string_equal(read_json(rows, "{\"id\":\"00000000-0000-0000-0000-000000000000\"}", &both), "name is required");
}

static const struct field actor_members[] = {OUT(FT_ENUM, "kind", "Which kind.", .values = VALUES("key", "person")), FIELD_END};
static const struct shape actor_shape = SHAPE("Actor", "Who.", actor_members);
static const struct field entry_members[] = {OUT(FT_OBJ, "actor", "Who did it.", .shape = &actor_shape), FIELD_END};
static const struct shape entry_shape = SHAPE("Entry", "An entry.", entry_members);

/* What may be asked for is what the member of the rows may be. */
static void filters_take_the_values_of_a_member(void **state) {
    struct asked {
        const char *kind;
    } asked = {0};
    static const struct field rows[] = {FIELD_ENUM(struct asked, kind, "kind", 0, NULL, "key", FILTERS(entry_shape, "actor.kind")),
                                        FIELD_END};
    char err[200] = "";

    (void)state;
    assert_true(field_selfcheck(rows, err, sizeof(err)));
    assert_ptr_equal(field_filtered(rows), actor_members);
    field_read_query(rows, "kind=person", &asked, arena, &errors);
    assert_string_equal(all_errors(), "");
    assert_string_equal(asked.kind, "person");
    field_read_query(rows, "kind=entry", &asked, arena, &errors);
    assert_string_equal(all_errors(), "kind must be one of: key, person");
}

static void unsound_tables_fail(void **state) {
    static const struct field no_max[] = {{.name = "x", .type = FT_STR}, FIELD_END};
    static const char *const none[] = {NULL};
    static const struct {
        struct field row;
        const char *want;
    } rows[] = {
        {{.name = NULL, .type = FT_STR, .max = 5}, "row 1 has no name"},
        {{.name = "a", .type = FT_UUID}, "field a is there twice"},
        {{.name = "b", .type = (enum field_type)77}, "field b has an unknown type"},
        {{.name = "b", .type = FT_UUID, .flags = 64}, "field b has an unknown flag"},
        {{.name = "b", .type = FT_UUID, .flags = FIELD_READ_ONLY | FIELD_REQUIRED}, "field b is read-only and required"},
        {{.name = "a", .type = FT_UUID, .flags = FIELD_READ_ONLY}, "field a is there twice"},
        {{.name = "b", .type = FT_UUID, FILTERS(entry_shape, "actor.name")}, "field b filters by a member that there is not"},
        {{.name = "b", .type = FT_UUID, FILTERS(entry_shape, "actor.kind.name")}, "field b filters by a member that there is not"},
        {{.name = "b", .type = FT_STR, .min = 9, .max = 3}, "field b min is larger than max"},
        {{.name = "b", .type = FT_STR}, "field b max must be at least 1 and min not negative"},
        {{.name = "b", .type = FT_INT, .min = INT64_MIN, .max = 3},
         "field b min must be larger than INT64_MIN, which json-c also gives for smaller numbers"},
        {{.name = "b", .type = FT_ENUM}, "field b has no values"},
        {{.name = "b", .type = FT_ENUM, .values = none}, "field b has no values"},
        {{.name = "b", .type = FT_ENUM, .values = modes, .dflt = "soft"}, "field b has a default that it would refuse"},
        {{.name = "b", .type = FT_INT, .min = 1, .max = 3, .dflt = "4"}, "field b has a default that it would refuse"},
        {{.name = "b", .type = FT_INT, .min = 1, .max = 3, .dflt = "2", .flags = FIELD_REQUIRED}, "field b is required and has a default"},
        {{.name = "b", .type = FT_STRS, .max = 3, .item_max = 3, .dflt = "a"}, "field b is a list and has a default"},
        {{.name = "b", .type = FT_STRS, .max = 3}, "field b item_max or values must bound the items"},
        {{.name = "b", .type = FT_OBJS, .max = 3}, "field b has no sub table or element size"},
        {{.name = "b", .type = FT_OBJS, .max = 3, .sub = person_fields, .size = 8}, "field b has a sub table of another struct"},
        {{.name = "b", .type = FT_OBJS, .max = 3, .sub = no_max, .size = 8}, "field x max must be at least 1 and min not negative"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct field table[] = {{.name = "a", .type = FT_UUID}, rows[i].row, FIELD_END};
        char err[200] = "";

        assert_false(field_selfcheck(table, err, sizeof(err)));
        assert_string_equal(err, rows[i].want);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_values, setup, teardown),
        cmocka_unit_test_setup_teardown(right_values, setup, teardown),
        cmocka_unit_test_setup_teardown(filters_take_the_values_of_a_member, setup, teardown),
        cmocka_unit_test_setup_teardown(read_only_rows_are_not_read, setup, teardown),
        cmocka_unit_test_setup_teardown(missing_values_get_defaults, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_lists_stay_terminated, setup, teardown),
        cmocka_unit_test_setup_teardown(no_body_reports_required_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(nul_in_a_tree_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(strings_outlive_the_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(secrets_stay_out_of_messages, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_are_capped, setup, teardown),
        cmocka_unit_test_setup_teardown(queries, setup, teardown),
        cmocka_unit_test_setup_teardown(query_values, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_cannot_come_from_queries, setup, teardown),
        cmocka_unit_test_setup_teardown(optional_integers_and_tokens, setup, teardown),
        cmocka_unit_test(sound_tables_pass),
        cmocka_unit_test(unsound_tables_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
