/* export_rows.c: records as PostgreSQL prints them, and the JSON they become. */
#include "apps/auth/export.h"
#include "tests/unit/unit.h"

#include <string.h>

static const char *names[] = {"n", "said", "right", "at", "more", NULL};
static const char *kinds[] = {"number", "text", "boolean", "time", "json", NULL};
static const struct export_list list = {.key = "rows", .names = names, .kinds = kinds, .width = 5};

/* The lists of an entry as JSON; "" when they cannot be read. */
static const char *as_json(struct arena *a, const struct export_list *lists, size_t n, const char *rows) {
    static struct buf out;
    struct jwrite w;
    buf_release(&out);
    buf_init(&out, 4096);
    jw_init(&w, &out);
    jw_object(&w);
    bool sound = export_lists_json(&w, a, lists, n, arena_strdup(a, rows));
    jw_object_end(&w);
    return sound && jw_done(&w) ? out.data : "";
}

static const struct {
    const char *rows, *want;
} readable[] = {
    {"\n", "{\"rows\":[]}"},
    {"(1,plain,t,\"2026-11-22 08:15:30.5+00\",3)\n",
     "{\"rows\":[{\"n\":1,\"said\":\"plain\",\"right\":true,\"at\":\"2026-11-22T08:15:30.500Z\",\"more\":3}]}"},
    {"(,,,,)\n", "{\"rows\":[{\"n\":null,\"said\":null,\"right\":null,\"at\":null,\"more\":null}]}"},
    {"(-5,\"\",f,,\"{\"\"a\"\": \"\"b,c)\"\"}\")(2,\"(x),\ny\",t,,[])\n",
     "{\"rows\":[{\"n\":-5,\"said\":\"\",\"right\":false,\"at\":null,\"more\":{\"a\": \"b,c)\"}},"
     "{\"n\":2,\"said\":\"(x),\\ny\",\"right\":true,\"at\":null,\"more\":[]}]}"},
    {"(1,\"\"\"\",,,)(2,\"\\\\\",,,)(3,\"a\"\"b\\\\\",,,)\n",
     "{\"rows\":[{\"n\":1,\"said\":\"\\\"\",\"right\":null,\"at\":null,\"more\":null},{\"n\":2,\"said\":\"\\\\\",\"right\":null,\"at\":"
     "null,"
     "\"more\":null},{\"n\":3,\"said\":\"a\\\"b\\\\\",\"right\":null,\"at\":null,\"more\":null}]}"},
};

static void records_become_json(void **state) {
    struct arena *a = arena_new(4096);
    (void)state;
    for (size_t i = 0; i < ROWS(readable); i++) {
        assert_string_equal(as_json(a, &list, 1, readable[i].rows), readable[i].want);
    }
    arena_free(a);
}

static void lists_follow_each_other(void **state) {
    static const char *one[] = {"x", NULL}, *number[] = {"number", NULL};
    const struct export_list lists[] = {{"a", one, number, 1}, {"b", one, number, 1}, {"c", one, number, 1}};
    struct arena *a = arena_new(4096);
    (void)state;
    assert_string_equal(as_json(a, lists, 3, "(1)(2)\n\n(3)\n"), "{\"a\":[{\"x\":1},{\"x\":2}],\"b\":[],\"c\":[{\"x\":3}]}");
    assert_string_equal(as_json(a, lists, 0, ""), "{}");
    arena_free(a);
}

static void what_is_no_row(void **state) {
    static const char *const rows[] = {
        "", "x", "(1,a,t,,", "(1,a,t,,3", "(1,a,t,)\n", "(1,\"a,t,,3)\n", "(1,a,t,,3,4)\n", "(1,a,t,,3)x\n", "(1,a,t,,3)", "(1,\"\\"};
    struct arena *a = arena_new(4096);
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(as_json(a, &list, 1, rows[i]), "");
    }
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_become_json),
        cmocka_unit_test(lists_follow_each_other),
        cmocka_unit_test(what_is_no_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
