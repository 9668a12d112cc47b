/* report.c - GET /api/portal/report: reads one completed run in one round trip, builds the model, writes the page. */
#include "apps/portal/portal.h"
#include "apps/portal/report_html.h"
#include "apps/portal/style.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"

struct report_query {
    const char *session_id, *variant;
    bool download;
};

static const char *const variants[] = {"executive", NULL};
static const struct field report_query_fields[] = {
    FIELD_STR(struct report_query, session_id, "sessionId", FIELD_ASKED, 0, 1000, .help = "Of a completed exercise.",
              .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    FIELD_ENUM(struct report_query, variant, "variant", 0, variants, "executive",
               .help = "executive: for leaders, two pages of A4 when printed."),
    FIELD_BOOL(struct report_query, download, "download", 0, "false", .help = "true: as an attachment with a file name."),
    FIELD_END,
};

enum err portal_session_id(struct arena *a, const char *given, const char **out) {
    if (!given || !*given) {
        return ERR_MISSING_SESSION_ID;
    }
    if (!str_is_uuid(given)) {
        return ERR_NOT_FOUND;
    }
    char *id = arena_strdup(a, given);
    str_lower(id);
    *out = id;
    return OK;
}

static int number_or(const struct db_rows *rows, int row, enum db_column column, int dflt) {
    return db_null(rows, row, column) ? dflt : (int)db_int(rows, row, column);
}

/* Answers that do not fit the recipe are damage: the report is refused rather than wrong. */
static bool read_answers(struct arena *a, const struct db_rows *rows, struct report_run *run) {
    struct report_answer *answers = arena_calloc(a, (size_t)rows->n + 1, sizeof(*answers));
    for (int i = 0; i < rows->n; i++) {
        int question = (int)db_int(rows, i, COL_QUESTION_INDEX);
        bool known = question >= 0 && question < run->play->nquestions;
        const struct lib_question *item = known ? run->play->questions[question].item : NULL;
        int selected = number_or(rows, i, COL_SELECTED, -1);
        if (!item || !str_eq(item->id, db_str(rows, i, COL_ITEM_ID)) || selected >= item->noptions) {
            log_error("report: a stored answer does not fit the exercise");
            return false;
        }
        answers[i] = (struct report_answer){
            .question = question,
            .selected = selected,
            .credit = (int)db_int(rows, i, COL_CREDIT),
            .points = (int)db_int(rows, i, COL_POINTS),
            .max_points = (int)db_int(rows, i, COL_MAX_POINTS),
            .confidence = number_or(rows, i, COL_CONFIDENCE, 0),
            .correct = db_bool(rows, i, COL_IS_CORRECT),
            .expired = db_bool(rows, i, COL_EXPIRED),
            .seconds = db_num(rows, i, COL_SECONDS),
        };
    }
    run->answers = answers;
    run->nanswers = rows->n;
    return true;
}

/* One line an answer, in the statement's order; the same rows give the same digest (after-action-report.md section 2, rule 4). NULL when
 * there are more of them than fit: a digest of a part would pass for one of the whole. */
static const char *data_hash(struct arena *a, const struct db_rows *rows) {
    static const enum db_column columns[] = {COL_QUESTION_INDEX, COL_ITEM_ID,    COL_SELECTED, COL_IS_CORRECT, COL_CREDIT,
                                             COL_POINTS,         COL_MAX_POINTS, COL_EXPIRED,  COL_CONFIDENCE, COL_SECONDS};
    unsigned char digest[CRYPTO_HASH_SIZE];
    char hex[2 * CRYPTO_HASH_SIZE + 1];
    struct buf text;
    buf_init(&text, 4 * 1024 * 1024);
    for (int i = 0; i < rows->n; i++) {
        for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++) {
            const char *value = db_str(rows, i, columns[c]);
            buf_puts(&text, value ? value : "");
            buf_putc(&text, c + 1 < sizeof(columns) / sizeof(columns[0]) ? '|' : '\n');
        }
    }
    bool whole = !text.failed;
    crypto_sha256(text.data, text.len, digest);
    buf_release(&text);
    if (!whole) {
        log_error("report: too many answers for one digest");
        return NULL;
    }
    crypto_hex(digest, sizeof(digest), hex);
    return arena_strndup(a, hex, 12);
}

static void read_past(struct arena *a, const struct db_rows *rows, struct report_run *run) {
    for (int i = 0; i < rows->n && i < REPORT_PAST; i++) {
        run->past[run->npast++] = (struct report_past){.completed_at = db_iso(a, db_str(rows, i, COL_COMPLETED_AT)),
                                                       .correct = (int)db_int(rows, i, COL_CORRECT_COUNT),
                                                       .served = (int)db_int(rows, i, COL_SERVED_COUNT)};
    }
}

static void read_run(struct arena *a, const struct db_rows *rows, struct report_run *run) {
    int participants = (int)db_int(rows, 0, COL_PARTICIPANT_COUNT);
    run->org = db_str(rows, 0, COL_ORG_NAME);
    run->accent_rules = style_accent(a, db_str(rows, 0, COL_ACCENT_COLOR));
    run->footer = db_str(rows, 0, COL_FOOTER_TEXT);
    run->title = db_str(rows, 0, COL_TITLE);
    run->theme = db_str(rows, 0, COL_THEME);
    run->difficulty = db_str(rows, 0, COL_DIFFICULTY);
    run->mode = db_str(rows, 0, COL_MODE);
    run->timing = db_str(rows, 0, COL_TIMING);
    run->started_at = db_iso(a, db_str(rows, 0, COL_STARTED_AT));
    run->completed_at = db_iso(a, db_str(rows, 0, COL_COMPLETED_AT));
    run->now = db_iso(a, db_str(rows, 0, COL_NOW));
    run->participants = participants > 0 ? participants : 1;
    run->completed_participants = (int)db_int(rows, 0, COL_COMPLETED_PARTICIPANTS);
}

static const char *file_name(struct arena *a, const struct report_run *run) {
    char name[96];
    safe_filename(name, sizeof(name), arena_printf(a, "muster-report-%s-%.10s.html", run->theme, run->completed_at));
    return arena_strdup(a, name);
}

static enum err write_page(struct req *q, struct resp *r, const struct report_run *run) {
    const struct report_query *query = q->query;
    struct report *model = arena_alloc(q->arena, sizeof(*model));
    struct hwrite w;
    report_build(model, run);
    resp_html(r, style_hash(q->arena, &report_style, run->accent_rules), query->download ? file_name(q->arena, run) : NULL);
    hw_init(&w, r->body);
    report_write(&w, model);
    if (!hw_done(&w)) {
        log_error("report: the page could not be written");
        return ERR_INTERNAL;
    }
    return OK;
}

static enum err report_get(struct req *q, struct resp *r) {
    const struct report_query *query = q->query;
    const struct library *lib = NULL;
    const char *id = NULL;
    enum err e = portal_session_id(q->arena, query->session_id, &id);
    if (e != OK) {
        return e;
    }
    struct db_rows exercise, answers, trend;
    struct db_call calls[] = {
        {SQL_REPORT_EXERCISE(id), .rows = &exercise},
        {SQL_REPORT_ANSWERS(id), .rows = &answers},
        {SQL_REPORT_TREND(id), .rows = &trend},
        {SQL_REPORT_SEEN(id)},
    };
    e = req_run(q, calls, 4);
    if (e != OK) {
        return e;
    }
    if (exercise.n == 0) {
        return ERR_NOT_FOUND;
    }
    if (!str_eq(db_str(&exercise, 0, COL_STATUS), "COMPLETED")) {
        return ERR_NOT_COMPLETED;
    }
    if (!db_bool(&exercise, 0, COL_MAY_READ)) {
        return resp_fail(r, ERR_FORBIDDEN, W_ERRORS_REPORT_MEMBERS);
    }
    e = library_get(q->db, q->arena, STMT_LIBRARY_DOC, db_int(&exercise, 0, COL_LIBRARY_ID), &lib);
    if (e != OK) {
        return e;
    }
    struct report_run run = {.data_hash = data_hash(q->arena, &answers)};
    read_run(q->arena, &exercise, &run);
    read_past(q->arena, &trend, &run);
    run.lang = lang_written(lib->language);
    run.play = play_load(q->arena, lib, db_str(&exercise, 0, COL_RECIPE), run.difficulty);
    if (!run.play || !run.data_hash || !read_answers(q->arena, &answers, &run)) {
        return ERR_INTERNAL;
    }
    return write_page(q, r, &run);
}

const struct route report_routes[] = {
    {METHOD_GET, "/api/portal/report", GUARD_MEMBER, "results", report_get, QUERY(report_query_fields, struct report_query),
     .flags = ROUTE_HTML | ROUTE_FILE, .summary = "The report of a completed exercise, as one HTML page", .name = "getReport",
     .tag = "results",
     .help = "An HTML page for leaders: what happened, how well the decisions were, what to do about it. Every figure is computed from "
             "stored answers when the report is opened; the same answers give the same report. Open to who took part, and to facilitators, "
             "administrators and auditors; for others it is 403. It is in the language of the exercise, whatever the caller's is. 409 "
             "`not_completed`: questions are open.",
     .reply_help = "Self-contained, for screen and paper.",
     .reply_text = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Executive report</title>",
     .errors = ERRORS({ERR_MISSING_SESSION_ID, NULL}, {ERR_NOT_COMPLETED, NULL}, {ERR_NOT_FOUND, NULL}, {ERR_FORBIDDEN, NULL})},
    {0},
};
