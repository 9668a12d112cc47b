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

static const struct field told_members[] = {
    OUT(FT_STR, "letter", "Which.", .example = "A|B"),
    OUT(FT_STR, "why", "Why.", .flags = FIELD_NULL, .example = "null|because"),
    OUT(FT_NUM, "share", "How much.", .example = "0.5|1"),
    OUT(FT_BOOL, "best", "Whether.", .example = "false|true"),
    OUT(FT_STRS, "tags", "Words.", .example = "x|y"),
    OUT(FT_STRS, "none", "No words.", .example = ""),
    OUT(FT_STR, "maybe", "Sometimes.", .flags = FIELD_MAYBE, .example = "here"),
    OUT(FT_STR, "rarely", "Seldom.", .flags = FIELD_MAYBE),
    FIELD_END,
};
static const struct shape told_shape = SHAPE("Told", "T.", told_members), plain_shape = SHAPE("Plain", "P.", name_members);
static const struct shape either_shape = ONE_OF("Either", "E.", &plain_shape, &told_shape);
static const struct field list_members[] = {
    OUT(FT_OBJS, "told", "Three.", .shape = &told_shape, .example = "3"),
    OUT(FT_OBJS, "least", "Two at least.", .shape = &name_shape, .min = 2),
    OUT(FT_OBJS, "either", "One of each.", .shape = &either_shape, .example = "2"),
    OUT(FT_OBJS, "empty", "None.", .shape = &name_shape, .example = "0"),
    FIELD_END,
};
static const struct shape list_shape = SHAPE("List", "L.", list_members);

static void print_list(struct jwrite *w) {
    jw_key(w, "list");
    schema_example(w, &list_shape, NULL);
}

static void examples_differ_in_a_list(void **state) {
    (void)state;
    assert_string_equal(
        printed(print_list),
        "{\"list\":{\"told\":["
        "{\"letter\":\"A\",\"why\":null,\"share\":0.5,\"best\":false,\"tags\":[\"x\",\"y\"],\"none\":[],\"maybe\":\"here\"},"
        "{\"letter\":\"B\",\"why\":\"because\",\"share\":1,\"best\":true,\"tags\":[\"x\",\"y\"],\"none\":[],\"maybe\":\"here\"},"
        "{\"letter\":\"B\",\"why\":\"because\",\"share\":1,\"best\":true,\"tags\":[\"x\",\"y\"],\"none\":[],\"maybe\":\"here\"}],"
        "\"least\":[{\"first\":\"first\",\"last\":\"last\"},{\"first\":\"first\",\"last\":\"last\"}],"
        "\"either\":[{\"first\":\"first\",\"last\":\"last\"},"
        "{\"letter\":\"B\",\"why\":\"because\",\"share\":1,\"best\":true,\"tags\":[\"x\",\"y\"],\"none\":[],\"maybe\":\"here\"}],"
        "\"empty\":[]}}");
}

struct asked {
    const char *must, *may, *told;
};
static const struct field asked_fields[] = {
    FIELD_STR(struct asked, must, "must", FIELD_REQUIRED, 1, 9),
    FIELD_STR(struct asked, may, "may", 0, 1, 9),
    FIELD_STR(struct asked, told, "told", 0, 1, 9, .example = "so"),
    FIELD_END,
};

static void print_request(struct jwrite *w) {
    jw_key(w, "body");
    schema_example(w, NULL, asked_fields);
}

static void requests_show_what_they_must_have(void **state) {
    (void)state;
    assert_string_equal(printed(print_request), "{\"body\":{\"must\":\"must\",\"told\":\"so\"}}");
}

static const struct field both_rows[] = {
    OUT(FT_UUID, "id", "Which.", .flags = FIELD_READ_ONLY, .example = "00000000-0000-4000-8000-000000000000"),
    FIELD_STR(struct asked, must, "name", FIELD_REQUIRED, 1, 9, .help = "What."),
    FIELD_END,
};
static const struct shape both_shape = SHAPE("Both", "B.", both_rows);

static void print_in(struct jwrite *w) {
    schema_object(w, both_rows, false);
    jw_key(w, "example");
    schema_example(w, NULL, both_rows);
}

static void print_out(struct jwrite *w) {
    schema_object(w, both_rows, true);
    jw_key(w, "example");
    schema_example(w, &both_shape, NULL);
}

static void read_only_rows_come_out_alone(void **state) {
    (void)state;
    assert_string_equal(printed(print_in), "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":1,"
                                           "\"maxLength\":9,\"description\":\"What.\"}},\"required\":[\"name\"],"
                                           "\"example\":{\"name\":\"name\"}}");
    const char *out = printed(print_out);
    assert_non_null(strstr(out, "\"description\":\"Which.\",\"readOnly\":true}"));
    assert_non_null(strstr(out, "\"required\":[\"id\",\"name\"]"));
    assert_non_null(strstr(out, "{\"id\":\"00000000-0000-4000-8000-000000000000\",\"name\":\"name\"}"));
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
        cmocka_unit_test(schemas_say_what_shapes_say), cmocka_unit_test(examples_are_of_the_shape),
        cmocka_unit_test(examples_differ_in_a_list),   cmocka_unit_test(requests_show_what_they_must_have),
        cmocka_unit_test(unsound_shapes_are_refused),  cmocka_unit_test(read_only_rows_come_out_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
