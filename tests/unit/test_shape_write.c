/* Rows of results as JSON and CSV: where each member of a shape comes from. */
#include "common/meta/schema.h"
#include "tests/unit/unit.h"

#include <libpq-fe.h>

static struct arena *arena;

/* A result as the database would give it: n rows of the columns, NULL for null. */
struct made {
    struct db_rows rows;
    struct db_stmt stmt;
    unsigned char columns[COL_COUNT];
    PGresult *res;
};

static void make(struct made *m, const enum db_column *columns, int ncolumns, const char *const *values, int n) {
    *m = (struct made){.res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK)};
    PGresAttDesc attributes[8] = {0};
    for (int i = 0; i < ncolumns; i++) {
        m->columns[columns[i]] = (unsigned char)(i + 1);
        attributes[i].name = (char *)(uintptr_t)db_column_name(columns[i]);
    }
    assert_true(PQsetResultAttrs(m->res, ncolumns, attributes));
    for (int at = 0; at < n * ncolumns; at++) {
        const char *value = values[at];
        assert_true(
            PQsetvalue(m->res, at / ncolumns, at % ncolumns, (char *)(uintptr_t)value, value ? (int)strlen(value) : -1)); /* copied */
    }
    m->stmt = (struct db_stmt){.name = "made", .columns = m->columns};
    m->rows = (struct db_rows){.res = m->res, .n = n, .stmt = &m->stmt};
}

static int setup(void **state) {
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static struct buf *fresh(struct jwrite *w) {
    static struct buf out;
    buf_release(&out);
    buf_init(&out, 100000);
    jw_init(w, &out);
    return &out;
}

static void write_context(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_str(at->json, at->context);
}

/* With the key, or not at all. */
static void write_second(const struct shape_at *at, const struct field *f) {
    if (at->row == 1) {
        jw_kint(at->json, f->name, at->row);
    }
}

static const struct field org_members[] = {OUT(FT_UUID, "id", "Which.", .column = COL_ORG_ID), FIELD_END};
static const struct shape org_shape = SHAPE("Org", "An organisation.", org_members);

static const struct field thing_members[] = {
    OUT(FT_STR, "name", "What it is called.", .column = COL_NAME),
    OUT(FT_INT, "seats", "How many.", .column = COL_SEATS, .flags = FIELD_NULL),
    OUT(FT_BOOL, "done", "Always true.", .values = VALUES("true")),
    OUT(FT_TIME, "at", "When; absent: never.", .column = COL_AT, .flags = FIELD_MAYBE),
    OUT(FT_OBJ, "org", "Whose; null: nobody's.", .shape = &org_shape, .flags = FIELD_NULL),
    OUT(FT_STR, "said", "What the caller says.", .write = write_context),
    OUT(FT_INT, "second", "Of the second alone.", .write = write_second, .flags = FIELD_MAYBE),
    FIELD_END,
};
static const struct shape thing_shape = SHAPE("Thing", "A thing.", thing_members);
static const enum db_column thing_columns[] = {COL_NAME, COL_SEATS, COL_AT, COL_ORG_ID};

static void members_come_from_where_they_say(void **state) {
    static const char *const values[] = {"a \"b\"", "-5", "2026-11-22 08:15:30.5+00", "x", "c", NULL, NULL, NULL};
    struct made m;
    struct jwrite w;
    (void)state;
    make(&m, thing_columns, 4, values, 2);
    struct buf *out = fresh(&w);
    shape_write_list(&w, arena, &thing_shape, &m.rows, 2, "hello");
    assert_true(jw_done(&w));
    assert_string_equal(out->data, "[{\"name\":\"a \\\"b\\\"\",\"seats\":-5,\"done\":true,\"at\":\"2026-11-22T08:15:30.500Z\","
                                   "\"org\":{\"id\":\"x\"},\"said\":\"hello\"},"
                                   "{\"name\":\"c\",\"seats\":null,\"done\":true,\"org\":null,\"said\":\"hello\",\"second\":1}]");
    out = fresh(&w);
    shape_write_list(&w, arena, &thing_shape, &m.rows, 0, NULL);
    assert_string_equal(out->data, "[]");
    PQclear(m.res);
}

static const struct field plain_members[] = {
    OUT(FT_STR, "name", "What it is called.", .column = COL_NAME, .flags = FIELD_NULL),
    OUT(FT_NUM, "share", "How much of it.", .column = COL_SEATS, .item_max = 2),
    FIELD_END,
};
static const struct shape plain_shape = SHAPE("Plain", "A thing.", plain_members);
static const struct field whole_members[] = {
    OUT(FT_OBJS, "things", "All of them.", .shape = &plain_shape, .set = 1),
    OUT(FT_STRS, "names", "Of those that have one.", .column = COL_NAME, .set = 1),
    OUT(FT_OBJ, "org", "Whose.", .shape = &org_shape, .set = 2, .flags = FIELD_NULL),
    OUT(FT_STR, "orgId", "Whose.", .column = COL_ORG_ID, .set = 2, .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape whole_shape = SHAPE("Whole", "Things and whose they are.", whole_members);

static void members_come_from_other_results(void **state) {
    static const enum db_column columns[] = {COL_NAME, COL_SEATS}, org_columns[] = {COL_ORG_ID};
    static const char *const values[] = {"a", "1.239", NULL, "2"}, *const org[] = {"x"};
    struct made things, one, none;
    struct jwrite w;
    (void)state;
    make(&things, columns, 2, values, 2);
    make(&one, org_columns, 1, org, 1);
    make(&none, org_columns, 1, NULL, 0);
    struct buf *out = fresh(&w);
    shape_write(&w, arena, &whole_shape, (const struct db_rows[]){things.rows, one.rows}, 0, NULL);
    assert_true(jw_done(&w));
    assert_string_equal(out->data, "{\"things\":[{\"name\":\"a\",\"share\":1.24},{\"name\":null,\"share\":2}],\"names\":[\"a\"],"
                                   "\"org\":{\"id\":\"x\"},\"orgId\":\"x\"}");
    things.rows.n = 0;
    out = fresh(&w);
    shape_write(&w, arena, &whole_shape, (const struct db_rows[]){things.rows, none.rows}, 0, NULL);
    assert_true(jw_done(&w));
    assert_string_equal(out->data, "{\"things\":[],\"names\":[],\"org\":null,\"orgId\":null}");
    PQclear(things.res);
    PQclear(one.res);
    PQclear(none.res);
}

static const struct field number_members[] = {
    OUT(FT_NUM, "seats", "How many.", .column = COL_SEATS, .item_max = 2),
    FIELD_END,
};
static const struct shape number_shape = SHAPE("Number", "A number.", number_members);

/* As it is printed where JSON has it so, otherwise rounded. */
static void numbers_have_no_more_digits_than_they_may(void **state) {
    static const char *const values[] = {"12", "0.5", "0.25", "0.125", "-0.5", "-0", "1.50", "1e-07", "1.5e3", "NaN", "0.999", ".5", "7."};
    static const int n = sizeof(values) / sizeof(values[0]);
    struct made m;
    struct jwrite w;
    (void)state;
    make(&m, (const enum db_column[]){COL_SEATS}, 1, values, n);
    const char *all = "";
    for (int i = 0; i < n; i++) {
        struct buf *out = fresh(&w);
        shape_write(&w, arena, &number_shape, &m.rows, i, NULL);
        assert_true(jw_done(&w));
        all = arena_printf(arena, "%s%s", all, out->data + strlen("{\"seats\":"));
    }
    assert_string_equal(all, "12}0.5}0.25}0.12}-0.5}0}1.5}0}1500}null}1}0.5}7}");
    PQclear(m.res);
}

static const struct field row_members[] = {
    OUT(FT_STR, "name", "What it is called.", .column = COL_NAME),
    OUT(FT_TIME, "at", "When.", .column = COL_AT),
    OUT(FT_OBJ, "org", "Whose.", .shape = &org_shape, .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape row_shape = SHAPE("Row", "A row.", row_members);

static void rows_become_csv(void **state) {
    static const char *const values[] = {"=1+1", "5", "2026-11-22 08:15:30+00", "x", "a,\"b\"", NULL, NULL, NULL};
    struct made m;
    struct jwrite w;
    (void)state;
    make(&m, thing_columns, 4, values, 2);
    struct buf *out = fresh(&w);
    shape_csv(out, arena, &row_shape, &m.rows, 2);
    assert_string_equal(out->data, "\xef\xbb\xbfname,at,orgId\r\n'=1+1,2026-11-22T08:15:30.000Z,x\r\n\"a,\"\"b\"\"\",,\r\n");
    PQclear(m.res);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(members_come_from_where_they_say, setup, teardown),
        cmocka_unit_test_setup_teardown(members_come_from_other_results, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_have_no_more_digits_than_they_may, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_become_csv, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
