/* sessions.c - the organisation's exercises, newest first, one page at a time. */
#include "apps/portal/portal.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/content/play.h"

struct sessions_query {
    const char *status, *theme, *difficulty, *updated_since, *cursor;
    int64_t limit;
};

#define MAX_PAGE 200 /* statement sessions_list knows it, too */

static const char *const statuses[] = {"DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED", NULL};

static const struct field sessions_query_fields[] = {
    FIELD_ENUM(struct sessions_query, status, "status", 0, statuses, NULL, .help = "Only exercises in this state."),
    FIELD_STR(struct sessions_query, theme, "theme", 0, 1, 60, .help = "Only exercises of this theme."),
    FIELD_ENUM(struct sessions_query, difficulty, "difficulty", 0, difficulty_names, NULL, .help = "Only exercises of this difficulty."),
    FIELD_TIME(struct sessions_query, updated_since, "updatedSince", 0,
               .help = "Only exercises that changed from then on: generated, answered or completed. For programs that fetch what is new."),
    FIELD_STR(struct sessions_query, cursor, "cursor", 0, 10, 80,
              .help = "Where the page begins: from the Link header of the page before."),
    FIELD_INT(struct sessions_query, limit, "limit", 0, 1, MAX_PAGE, "50", .help = "Exercises on a page.", .example = "50"),
    FIELD_END,
};

/* Columns of statements sessions_list and sessions_filtered, in order: text ones are copied as they are. */
static const struct {
    const char *key;
    enum db_column column;
    enum { TEXT, INT, TIME } kind;
} columns[] = {
    {"id", COL_ID, TEXT},
    {"title", COL_TITLE, TEXT},
    {"theme", COL_THEME, TEXT},
    {"difficulty", COL_DIFFICULTY, TEXT},
    {"language", COL_LANGUAGE, TEXT},
    {"mode", COL_MODE, TEXT},
    {"timing", COL_TIMING, TEXT},
    {"status", COL_STATUS, TEXT},
    {"questionCount", COL_QUESTION_COUNT, INT},
    {"currentStage", COL_CURRENT_STAGE, INT},
    {"maxScore", COL_TOTAL_POINTS, INT},
    {"myScore", COL_MY_SCORE, INT},
    {"answered", COL_MY_ANSWERED, INT},
    {"createdById", COL_CREATED_BY, TEXT},
    {"createdAt", COL_CREATED_AT, TIME},
    {"startedAt", COL_STARTED_AT, TIME},
    {"completedAt", COL_COMPLETED_AT, TIME},
};
#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static void write_value(struct req *q, struct jwrite *w, size_t c, const char *value) {
    int64_t number = 0;
    if (!value) {
        jw_knull(w, columns[c].key);
    } else if (columns[c].kind == INT && str_to_i64(value, INT64_MIN, INT64_MAX, &number)) {
        jw_kint(w, columns[c].key, number);
    } else {
        jw_kstr(w, columns[c].key, columns[c].kind == TIME ? db_iso(q->arena, value) : value);
    }
}

static int64_t number_at(const struct db_rows *rows, int row, int col) {
    int64_t v = 0;
    const char *text = db_at(rows, row, col);
    return text && str_to_i64(text, INT64_MIN, INT64_MAX, &v) ? v : 0;
}

static void write_rows(struct req *q, struct jwrite *w, const struct db_rows *rows, int n) {
    int cols[NCOLUMNS];
    for (size_t c = 0; c < NCOLUMNS; c++) {
        cols[c] = db_col(rows, columns[c].column);
    }
    int first = db_col(rows, COL_FIRST_NAME);
    int last = db_col(rows, COL_LAST_NAME);
    int people = db_col(rows, COL_PARTICIPANT_COUNT);
    int correct = db_col(rows, COL_CORRECT_COUNT);
    int served = db_col(rows, COL_SERVED_COUNT);
    int completed = db_col(rows, COL_COMPLETED_AT);
    jw_array(w);
    for (int i = 0; i < n; i++) {
        int64_t asked = number_at(rows, i, served);
        jw_object(w);
        for (size_t c = 0; c < NCOLUMNS; c++) {
            write_value(q, w, c, db_at(rows, i, cols[c]));
        }
        jw_kobject(w, "createdBy");
        jw_kstr(w, "firstName", db_at(rows, i, first));
        jw_kstr(w, "lastName", db_at(rows, i, last));
        jw_object_end(w);
        jw_kobject(w, "_count");
        jw_kint(w, "participants", number_at(rows, i, people));
        jw_object_end(w);
        if (db_at(rows, i, completed) && asked > 0) {
            jw_knum(w, "accuracy", (double)number_at(rows, i, correct) / (double)asked, 4);
        } else {
            jw_knull(w, "accuracy");
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* Where the next page begins: behind this row. */
static const char *write_cursor(struct req *q, const struct db_rows *rows, int row) {
    char *created = arena_strdup(q->arena, db_str(rows, row, COL_CREATED_AT));
    int64_t us = 0;
    created[strcspn(created, " ")] = 'T'; /* PostgreSQL's form, but for the space */
    if (!clock_parse(created, &us)) {
        log_error("sessions: created_at is no time");
    }
    return arena_printf(q->arena, "%lld.%s", (long long)us, db_str(rows, row, COL_ID));
}

/* One row more than asked for tells whether there is a next page. */
static const char *rows_wanted(struct req *q) {
    return db_number(q->arena, ((const struct sessions_query *)q->query)->limit + 1);
}

static enum err read_all(struct req *q, const char *us, const char *id, struct db_rows *rows) {
    struct db_call call = {SQL_SESSIONS_LIST(rows_wanted(q), us, id), .rows = rows};
    return req_run(q, &call, 1);
}

static enum err read_filtered(struct req *q, const char *us, const char *id, struct db_rows *rows) {
    const struct sessions_query *f = q->query;
    struct db_call call = {SQL_SESSIONS_FILTERED(rows_wanted(q), us, id, f->status, f->theme, f->difficulty, f->updated_since),
                           .rows = rows};
    return req_run(q, &call, 1);
}

static enum err sessions_get(struct req *q, struct resp *r) {
    const struct sessions_query *f = q->query;
    bool filtered = f->status || f->theme || f->difficulty || f->updated_since;
    const char *us, *id;
    struct db_rows rows;
    enum err e = page_cursor(q, r, f->cursor, &us, &id);
    if (e == OK) {
        e = filtered ? read_filtered(q, us, id, &rows) : read_all(q, us, id, &rows);
    }
    if (e != OK) {
        return e;
    }
    int n = rows.n > f->limit ? (int)f->limit : rows.n;
    write_rows(q, &r->json, &rows, n);
    if (rows.n > n) {
        const struct page_filter filters[] = {
            {"status", f->status}, {"theme", f->theme}, {"difficulty", f->difficulty}, {"updatedSince", f->updated_since}, {0}};
        page_next(q, r, f->limit, write_cursor(q, &rows, n - 1), filters);
    }
    return OK;
}

static const struct field session_row_created_by_members[] = {
    OUT(FT_STR, "firstName", "Given name; null: the person is gone.", .flags = FIELD_NULL, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name; null: the person is gone.", .flags = FIELD_NULL, .example = "Sample"),
    FIELD_END,
};
static const struct shape session_row_created_by_shape =
    SHAPE("SessionRowCreatedBy", "Who generated it; nulls when the person is gone.", session_row_created_by_members);

static const struct field session_row_count_members[] = {
    OUT(FT_INT, "participants", "People who take part.", .min = 0, .example = "1"),
    FIELD_END,
};
static const struct shape session_row_count_shape = SHAPE("SessionRow_count", "How many things belong to it.", session_row_count_members);

static const struct field session_row_members[] = {
    OUT(FT_UUID, "id", "Of the exercise.", .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    OUT(FT_STR, "title", "Of the story.", .min = 1, .example = "The backup that would not start"),
    OUT(FT_STR, "theme", "One of the catalogue's themes.", .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", .example = "ransomware"),
    OUT(FT_ENUM, "difficulty", "How hard the exercise is: the mix of questions, their points and the time for each follow from it.",
        .values = VALUES("BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"), .example = "INTERMEDIATE"),
    OUT(FT_STR, "language", "ISO 639 code of the language.", .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "en"),
    OUT(FT_ENUM, "mode", "INDIVIDUAL: everybody plays alone, at once. GROUP: together, led by a facilitator.",
        .values = VALUES("INDIVIDUAL", "GROUP")),
    OUT(FT_ENUM, "timing", "Time limits: off, standard (that of the difficulty), or half or twice as long again.",
        .values = VALUES("off", "standard", "x1.5", "x2"), .example = "off"),
    OUT(FT_ENUM, "status", "Where it stands.",
        .values = VALUES("DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED"), .example = "COMPLETED"),
    OUT(FT_INT, "questionCount", "Questions in the exercise.", .min = 3, .max = 30, .example = "12"),
    OUT(FT_INT, "currentStage", "Number of the stage that play has come to.", .min = 1, .max = 5, .example = "4"),
    OUT(FT_INT, "maxScore", "Points that can be reached.", .min = 0, .example = "2600"),
    OUT(FT_INT, "myScore", "The caller's points; null when the caller takes no part.", .min = 0, .flags = FIELD_NULL, .example = "2080"),
    OUT(FT_INT, "answered", "Questions that the caller has answered; null when the caller takes no part.", .min = 0, .max = 30,
        .flags = FIELD_NULL, .example = "12"),
    OUT(FT_UUID, "createdById", "Who generated it; null: the person is gone.", .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_TIME, "createdAt", "When it was generated.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "startedAt", "When play began; null: it has not.", .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_TIME, "completedAt", "When the last question was answered; null: it is not completed.", .example = "2026-11-21T08:52:10.480Z",
        .flags = FIELD_NULL),
    OUT(FT_OBJ, "createdBy", "Who generated it, by name.", .shape = &session_row_created_by_shape),
    OUT(FT_OBJ, "_count", "How many things belong to it.", .shape = &session_row_count_shape),
    OUT(FT_NUM, "accuracy", "Best answers over questions served, for completed runs; null: it is not completed.", .min = 0, .max = 1,
        .item_max = 4, .flags = FIELD_NULL, .example = "0.75"),
    FIELD_END,
};
static const struct shape session_row_shape =
    SHAPE("SessionRow", "An exercise as a row of a list, without its story.", session_row_members);

const struct route sessions_routes[] = {
    {METHOD_GET, "/api/portal/sessions", GUARD_MEMBER, "results", sessions_get, QUERY(sessions_query_fields, struct sessions_query),
     .summary = "List the organisation's exercises, newest first", .flags = ROUTE_PAGED | ROUTE_LIST, .name = "listSessions",
     .tag = "results",
     .help = "The exercises of the whole organisation, whoever generated them, with the caller's own score. Filters can be combined. To "
             "keep a copy up to date, ask with updatedSince for what changed since the last time.",
     .reply_help = "One page.", .reply = &session_row_shape},
    {0},
};
