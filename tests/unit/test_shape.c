/* Replies as data: what a row of a result becomes, and which shapes are refused at start. */
#include "common/meta/schema.h"
#include "tests/unit/unit.h"

static const struct field name_members[] = {
    OUT(FT_STR, "first", "First name.", .column = COL_FIRST_NAME),
    OUT(FT_STR, "last", "Last name.", .column = COL_LAST_NAME, .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape name_shape = SHAPE("Name", "A name.", name_members);

static const struct field thing_members[] = {
    OUT(FT_INT, "size", "How large.", .min = 1, .max = 9),
    OUT(FT_ENUM, "kind", "Which kind.", .values = VALUES("a", "b"), .flags = FIELD_MAYBE),
    OUT(FT_OBJ, "name", "Whose.", .shape = &name_shape, .flags = FIELD_NULL),
    OUT(FT_OBJS, "names", "Others.", .shape = &name_shape, .max = 2),
    FIELD_END,
};
static const struct shape thing_shape = SHAPE("Thing", "A thing.", thing_members);

static char *printed(void (*print)(struct jwrite *w)) {
    static struct buf out;
    struct jwrite w;
    buf_release(&out);
    buf_init(&out, 100000);
    jw_init(&w, &out);
    jw_object(&w);
    print(&w);
    jw_object_end(&w);
    assert_true(jw_done(&w));
    return out.data;
}

static void print_shapes(struct jwrite *w) {
    struct schema_seen seen = {.n = 0};
    schema_shape(w, &thing_shape, &seen);
    schema_shape(w, &name_shape, &seen);
}

static void schemas_say_what_shapes_say(void **state) {
    (void)state;
    assert_string_equal(printed(print_shapes),
                        "{\"Thing\":{\"description\":\"A thing.\",\"type\":\"object\",\"properties\":{"
                        "\"size\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9,\"description\":\"How large.\"},"
                        "\"kind\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"],\"description\":\"Which kind.\"},"
                        "\"name\":{\"oneOf\":[{\"$ref\":\"#/components/schemas/Name\"},{\"type\":\"null\"}],\"description\":\"Whose.\"},"
                        "\"names\":{\"type\":\"array\",\"maxItems\":2,\"items\":{\"$ref\":\"#/components/schemas/Name\"},"
                        "\"description\":\"Others.\"}},\"required\":[\"size\",\"name\",\"names\"],\"additionalProperties\":false},"
                        "\"Name\":{\"description\":\"A name.\",\"type\":\"object\",\"properties\":{"
                        "\"first\":{\"type\":\"string\",\"description\":\"First name.\"},"
                        "\"last\":{\"type\":[\"string\",\"null\"],\"description\":\"Last name.\"}},"
                        "\"required\":[\"first\",\"last\"],\"additionalProperties\":false}}");
}

static void print_example(struct jwrite *w) {
    jw_key(w, "thing");
    schema_example(w, &thing_shape, NULL);
}

static void examples_are_of_the_shape(void **state) {
    (void)state;
    assert_string_equal(printed(print_example), "{\"thing\":{\"size\":1,\"name\":{\"first\":\"first\",\"last\":\"last\"},"
                                                "\"names\":[{\"first\":\"first\",\"last\":\"last\"}]}}");
}

static void unsound_shapes_are_refused(void **state) {
    static const struct field twice[] = {OUT(FT_STR, "a", "A."), OUT(FT_STR, "a", "A."), FIELD_END};
    static const struct field silent[] = {OUT(FT_STR, "a", NULL), FIELD_END};
    static const struct field shapeless[] = {OUT(FT_OBJ, "a", "A."), FIELD_END};
    static const struct field free_choice[] = {OUT(FT_ENUM, "a", "A."), FIELD_END};
    static const struct {
        struct shape shape;
        const char *why;
    } cases[] = {
        {SHAPE("Twice", "T.", twice), "a is there twice"},
        {SHAPE("Silent", "S.", silent), "a has no sentence"},
        {SHAPE("Bare", "B.", shapeless), "a has no shape"},
        {SHAPE("Free", "F.", free_choice), "a has no values"},
        {SHAPE("Empty", "E.", NULL), "either fields or alternatives"},
        {SHAPE(NULL, "N.", twice), "needs a name"},
    };
    char err[200];
    (void)state;
    assert_true(shape_selfcheck(&thing_shape, err, sizeof(err)));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        err[0] = '\0';
        assert_false(shape_selfcheck(&cases[i].shape, err, sizeof(err)));
        if (!strstr(err, cases[i].why)) {
            fail_msg("case %zu: %s", i, err);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemas_say_what_shapes_say),
        cmocka_unit_test(examples_are_of_the_shape),
        cmocka_unit_test(unsound_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
