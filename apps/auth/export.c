/*
 * export.c - everything that is stored about the signed-in person (rule E1), as JSON or as a page to read.
 *
 * What there is to read says the registry (muster.personal_data), and the database makes each entry by it. The reply is sent in
 * parts, one page of rows each, so that its length does not matter. Every page is a short transaction of its own: a row that is there
 * from beginning to end is in the document exactly once, one that changes in between appears as it was when its page was read.
 * When the account is deleted in between, the next page fails and the document is cut off.
 */
#include "apps/auth/export.h"

#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"

struct export_query {
    const char *format;
};

#define EXPORT_WINDOW 3600
#define PAGE 500
#define WIDE_PAGE 20 /* rows that bring others along: a run has up to 30 answers */

static const char *const formats[] = {"json", "html", NULL};

static const struct field export_query_fields[] = {
    FIELD_ENUM(struct export_query, format, "format", 0, formats, "json", .help = "json as an attachment for programs, or html to read."),
    FIELD_END,
};

struct export {
    struct db_rows plan, notice, lists;
    int at;          /* row of the plan */
    bool begun;      /* its category is open */
    int64_t entries; /* of the category so far */
    char after[400]; /* where the next page goes on; "" at the beginning of a table */
    const char *third_party;
    bool is_html;
    struct hwrite html;
};

/* ---- one category ---- */

static bool is_object(const struct export *x) {
    return str_eq(db_str(&x->plan, x->at, COL_FORM), "object");
}

static void begin_category(struct export *x, struct resp *r) {
    const char *key = db_str(&x->plan, x->at, COL_KEY);
    x->begun = true;
    x->entries = 0;
    if (x->is_html) {
        export_html_category(&x->html, r->arena, r->lang, &x->notice, key);
    } else if (is_object(x)) {
        jw_key(&r->json, key);
    } else {
        jw_karray(&r->json, key);
    }
}

static void end_category(struct export *x, struct resp *r) {
    x->begun = false;
    if (x->is_html) {
        if (x->entries == 0) {
            export_html_none(&x->html, r->lang);
        }
        export_html_category_end(&x->html);
    } else if (!is_object(x)) {
        jw_array_end(&r->json);
    }
}

static enum err write_rows(struct req *q, struct resp *r, struct export *x, const struct db_rows *rows) {
    struct export_list lists[EXPORT_MAX_LISTS];
    size_t n = export_lists(q->arena, &x->lists, db_str(&x->plan, x->at, COL_TABLE_NAME), lists);
    for (int i = 0; i < rows->n; i++) {
        const char *item = db_str(rows, i, COL_ITEM);
        char *along = n ? arena_strdup(q->arena, db_str(rows, i, COL_LISTS)) : NULL;
        bool sound;
        x->entries++;
        if (x->is_html) {
            sound = export_html_item(&x->html, q->arena, item, lists, n, along);
        } else {
            jw_object_from(&r->json, item);
            sound = export_lists_json(&r->json, q->arena, lists, n, along);
            jw_object_end(&r->json);
        }
        if (!sound) {
            return ERR_INTERNAL;
        }
    }
    return OK;
}

/* One page of the table at hand. *more: it was full, so there may be another. */
static enum err write_page(struct req *q, struct resp *r, struct export *x, bool *more) {
    int limit = db_bool(&x->plan, x->at, COL_WIDE) ? WIDE_PAGE : PAGE;
    struct db_rows rows;
    struct db_call call = {SQL_EXPORT_PAGE(db_str(&x->plan, x->at, COL_TABLE_NAME), db_str(&x->plan, x->at, COL_LINK),
                                           *x->after ? x->after : NULL, db_number(q->arena, limit)),
                           .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    *more = rows.n == limit;
    x->after[0] = '\0';
    if (*more && !str_copy(x->after, sizeof(x->after), db_str(&rows, rows.n - 1, COL_AFTER))) {
        log_error("export: the key of a row is too long");
        return ERR_INTERNAL;
    }
    return write_rows(q, r, x, &rows);
}

/* ---- the document ---- */

static void end_document(struct req *q, struct resp *r, struct export *x) {
    struct jwrite *w = &r->json;
    if (x->is_html) {
        export_html_end(&x->html, q->arena, r->lang, x->third_party);
        return;
    }
    jw_kobject(w, "dataProcessing");
    jw_kstr(w, "purpose", EXPORT_PURPOSE);
    jw_kstr(w, "legalBasis", EXPORT_BASIS);
    jw_kstr(w, "retention", EXPORT_RETENTION);
    jw_key(w, "thirdParties");
    third_parties_write(q->arena, w, LANG_EN);
    jw_key(w, "categories");
    privacy_write(q->arena, w, &x->notice);
    jw_object_end(w);
    jw_object_end(w);
}

static enum err part(struct req *q, struct resp *r, bool *done) {
    struct export *x = r->state;
    bool more = false;
    if (!x->begun) {
        begin_category(x, r);
    }
    if (!db_null(&x->plan, x->at, COL_TABLE_NAME)) {
        enum err e = write_page(q, r, x, &more);
        if (e != OK || more) {
            return e;
        }
    }
    int next = x->at + 1;
    if (next == x->plan.n || !str_eq(db_str(&x->plan, next, COL_KEY), db_str(&x->plan, x->at, COL_KEY))) {
        end_category(x, r);
    }
    x->at = next;
    *done = next == x->plan.n;
    if (*done) {
        end_document(q, r, x);
    }
    return x->is_html && (x->html.failed || (*done && !hw_done(&x->html))) ? ERR_INTERNAL : OK;
}

static void begin_document(struct req *q, struct resp *r, struct export *x) {
    char now[CLOCK_ISO_SIZE];
    int64_t at = clock_now_us();
    if (x->is_html) {
        resp_html(r, export_style_hash(q->arena), NULL);
        resp_speaks(r);
        hw_init(&x->html, r->body);
        export_html_begin(&x->html, q->arena, r->lang, at);
        return;
    }
    clock_iso(at, now);
    resp_attachment(r, arena_printf(q->arena, "gdpr-export-%.10s.json", now));
    jw_object(&r->json);
    jw_kstr(&r->json, "exportDate", now);
    jw_kstr(&r->json, "gdprArticle", EXPORT_ARTICLE);
}

static enum err export_get(struct req *q, struct resp *r) {
    const struct export_query *query = q->query;
    struct export *x = arena_alloc(q->arena, sizeof(*x));
    struct db_rows limit;
    enum err e = req_run(q, NULL, 0);
    if (e != OK) {
        return e;
    }
    struct db_call calls[] = {
        attempt_call(q->arena, "export", q->who.user_id, auth_config.limit_export, EXPORT_WINDOW, &limit),
        {SQL_EXPORT_PLAN(), .rows = &x->plan},
        {SQL_EXPORT_LISTS(), .rows = &x->lists},
        {SQL_PRIVACY_NOTICE(), .rows = &x->notice},
    };
    e = req_run(q, calls, sizeof(calls) / sizeof(calls[0]));
    if (e != OK || attempt_wait(&limit) > 0) {
        return e != OK ? e : resp_wait(r, attempt_wait(&limit));
    }
    x->is_html = str_eq(query->format, "html");
    x->third_party = mail_host(q->arena);
    r->stream = part;
    r->state = x;
    begin_document(q, r, x);
    return OK;
}

static const struct field gdpr_export_personal_data_organization_members[] = {
    OUT(FT_UUID, "id", "Of the organisation.", .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_STR, "name", "What the organisation calls itself.", .example = "Example Logistics"),
    OUT(FT_STR, "slug", "Its short name for addresses.", .example = "example-logistics"),
    OUT(FT_STR, "plan", "What the organisation has.", .example = "ENTERPRISE"),
    FIELD_END,
};
static const struct shape gdpr_export_personal_data_organization_shape = SHAPE(
    "GdprExportPersonalDataOrganization", "The organisation that the person belongs to.", gdpr_export_personal_data_organization_members);

static const struct field gdpr_export_personal_data_members[] = {
    OUT(FT_UUID, "id", "Of the person.", .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "email", "The name to sign in with.", .example = "robin@example.com"),
    OUT(FT_STR, "firstName", "Given name.", .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name.", .example = "Sample"),
    OUT(FT_STR, "role", "What the person may do.", .example = "MEMBER"),
    OUT(FT_STR, "language", "Of new exercises; null: as the organisation.", .flags = FIELD_NULL, .example = "null"),
    OUT(FT_STR, "status", "ACTIVE: whoever asks can sign in.", .example = "ACTIVE"),
    OUT(FT_TIME, "createdAt", "When the account was made.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastSignInAt", "When the person last signed in; null: never.", .flags = FIELD_NULL,
        .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "emailVerifiedAt", "When it was proven that mail arrives; null: it was not.", .flags = FIELD_NULL,
        .example = "2026-11-21T08:21:07.940Z"),
    OUT(FT_TIME, "takenOverAt",
        "Since when the account is that of who owns the address, where somebody else may have made it; null: that was never in question.",
        .flags = FIELD_NULL, .example = "null"),
    OUT(FT_OBJ, "organization", "The organisation that the person belongs to.", .shape = &gdpr_export_personal_data_organization_shape),
    FIELD_END,
};
static const struct shape gdpr_export_personal_data_shape =
    SHAPE("GdprExportPersonalData", "The account.", gdpr_export_personal_data_members);

static const struct field export_answer_members[] = {
    OUT(FT_INT, "questionIndex", "From 0 over the whole exercise.", .min = 0, .example = "0"),
    OUT(FT_INT, "stage", "Number of the stage, from 1.", .min = 1, .example = "1"),
    OUT(FT_STR, "question", "The question's id in the library.", .example = "ransomware-001"),
    OUT(FT_INT, "option", "As the library counts, from 0; null: the time ran out.", .flags = FIELD_NULL, .example = "1"),
    OUT(FT_BOOL, "isCorrect", "Whether it was the best option."),
    OUT(FT_INT, "credit", "Percent of the question's points that the option is worth.", .example = "100"),
    OUT(FT_INT, "points", "Points that the answer got.", .example = "200"),
    OUT(FT_INT, "maxPoints", "Points for the best option.", .example = "200"),
    OUT(FT_BOOL, "expired", "Whether the time ran out before an answer came.", .example = "false"),
    OUT(FT_INT, "confidence", "How sure the person was, from 1 to 5; null: not said.", .flags = FIELD_NULL, .example = "4"),
    OUT(FT_STR, "rationale", "Why, in the person's words; null: not said.", .flags = FIELD_NULL,
        .example = "Evidence in memory would be lost by switching off."),
    OUT(FT_TIME, "shownAt", "When the question was first shown.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "answeredAt", "When the answer was stored.", .example = "2026-11-21T08:21:07.940Z"),
    FIELD_END,
};
static const struct shape export_answer_shape = SHAPE("ExportAnswer", "One answer of the person.", export_answer_members);

static const struct field export_run_shown_members[] = {
    OUT(FT_INT, "questionIndex", "From 0 over the whole exercise.", .min = 0, .example = "0"),
    OUT(FT_TIME, "shownAt", "When the question was first shown.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "deadline", "When its time was over; null: no limit.", .flags = FIELD_NULL, .example = "null"),
    FIELD_END,
};
static const struct shape export_run_shown_shape = SHAPE("ExportRunShown", "When a question was shown.", export_run_shown_members);

static const struct field export_run_members[] = {
    OUT(FT_UUID, "participationId", "Of the person's part in the exercise.", .example = "e4f8a2c6-1d3b-4579-8a9c-0b1c2d3e4f50"),
    OUT(FT_UUID, "exerciseId", "Of what the person took part in.", .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    OUT(FT_STR, "timing", "Time limits: off, standard, x1.5 or x2.", .example = "off"),
    OUT(FT_TIME, "date", "When the person began to take part.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "completedAt", "When the last question was answered; null: it is not completed.", .flags = FIELD_NULL, .example = "null"),
    OUT(FT_INT, "score", "Points so far.", .example = "200"),
    OUT(FT_INT, "answered", "Questions that are answered or expired.", .example = "1"),
    OUT(FT_INT, "correct", "Questions with the best option.", .example = "1"),
    OUT(FT_STR, "exercise", "Title of the story.", .example = "The backup that would not start"),
    OUT(FT_STR, "theme", "Theme of the library.", .example = "ransomware"),
    OUT(FT_STR, "difficulty", "How hard the exercise is.", .example = "INTERMEDIATE"),
    OUT(FT_STR, "status", "Where the exercise stands.", .example = "IN_PROGRESS"),
    OUT(FT_OBJS, "answers", "Every answer of the person.", .shape = &export_answer_shape),
    OUT(FT_OBJS, "shown", "Every question that the person was shown.", .shape = &export_run_shown_shape),
    FIELD_END,
};
static const struct shape export_run_shape = SHAPE(
    "ExportRun", "One exercise that the person took part in. Only questions that were answered have an answer here.", export_run_members);

static const struct field export_entry_members[] = {

    FIELD_END,
};
static const struct shape export_entry_shape =
    SHAPE("ExportEntry", "What the columns of one row say; which ones depends on the category.", export_entry_members, .open = true);

static const struct field gdpr_export_data_processing_members[] = {
    OUT(FT_STR, "purpose", "What data is kept for, in one sentence.",
        .example = "Cyber tabletop exercises for the people of your organisation."),
    OUT(FT_STR, "legalBasis", "What allows it, in one sentence.",
        .example = "Contract and legitimate interest; each category names its own."),
    OUT(FT_STR, "retention", "How long data stays, in one sentence.", .example = "Each category names its own period."),
    OUT(FT_OBJS, "thirdParties", "Who else gets any of it.", .shape = &third_party_shape),
    OUT(FT_OBJS, "categories", "Every kind of data about people.", .shape = &privacy_category_shape),
    FIELD_END,
};
static const struct shape gdpr_export_data_processing_shape =
    SHAPE("GdprExportDataProcessing", "What the person has a right to know about the data.", gdpr_export_data_processing_members);

static const struct field gdpr_export_members[] = {
    OUT(FT_TIME, "exportDate", "When this export was made.", .example = "2026-11-21T08:52:10.480Z"),
    OUT(FT_STR, "gdprArticle", "The articles that give the right to it.",
        .example = "Articles 15 and 20 GDPR: right of access, right to data portability"),
    OUT(FT_OBJ, "personalData", "The account itself.", .shape = &gdpr_export_personal_data_shape),
    OUT(FT_OBJS, "exerciseHistory", "Exercises that the person took part in.", .shape = &export_run_shape),
    OUT(FT_STRS, "playbooks", "Not offered in this version: always empty.", .max = 0, .example = ""),
    OUT(FT_STRS, "duels", "Not offered in this version: always empty.", .max = 0, .example = ""),
    OUT(FT_OBJS, "certificates", "Certificates that were issued to the person.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "createdExercises", "Exercises that the person generated.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "exercisesSeen", "Debriefs and reports that the person opened, with the first time.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "backgroundWork", "Work in the background that the person asked for.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "sessions", "Where the person is signed in; no cookies.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "apiKeys", "API keys by name; no keys.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "apiUsers", "API users that the person made; no secret keys.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "intelligence", "The person's number in threat intelligence.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "signIn", "When password and second factor were set; no secrets.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "invitations", "Invitations to the person and by the person.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "registrations", "Registrations that wait for the person's confirmation.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "domains", "E-mail domains that the person claimed for the organisation.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "mails", "Mails to the person; after sending only kind and time are kept.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "mailPreferences", "Kinds of mail that the person turned off.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "auditLog", "Acts of the person, and acts about the person.", .shape = &export_entry_shape),
    OUT(FT_OBJ, "dataProcessing", "What is kept, why, how long, and who else gets it.", .shape = &gdpr_export_data_processing_shape),
    FIELD_END,
};
static const struct shape gdpr_export_shape = SHAPE("GdprExport", "Everything that is stored about the person.", gdpr_export_members);

const struct route export_routes[] = {
    {METHOD_GET, "/api/portal/gdpr-export", GUARD_MEMBER, "account", export_get, QUERY(export_query_fields, struct export_query),
     .summary = "Everything that is stored about oneself", .flags = ROUTE_FILE | ROUTE_HTML_TOO | ROUTE_WITHOUT_FACTOR | ROUTE_ENDING,
     .name = "exportOwnData", .tag = "account",
     .help = "Everything that is stored about the caller and nobody else, category by category as GET /api/portal/privacy lists them, "
             "without secrets. The reply is sent while it is read: a connection that ends before the document does means that the export "
             "failed. A person and hour has a limit (10 unless configured otherwise): 429.",
     .reply_help = "The whole export. As JSON an attachment named gdpr-export-YYYY-MM-DD.json.",
     .reply_text = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Your data</title>",
     .reply = &gdpr_export_shape},
    {0},
};
