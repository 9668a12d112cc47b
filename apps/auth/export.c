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
    FIELD_ENUM(struct export_query, format, "format", 0, formats, "json"),
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
        export_html_category(&x->html, &x->notice, key);
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
            export_html_none(&x->html);
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
        export_html_end(&x->html, x->third_party);
        return;
    }
    jw_kobject(w, "dataProcessing");
    jw_kstr(w, "purpose", EXPORT_PURPOSE);
    jw_kstr(w, "legalBasis", EXPORT_BASIS);
    jw_kstr(w, "retention", EXPORT_RETENTION);
    third_parties_write(q->arena, w);
    privacy_write(w, &x->notice);
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
    clock_iso(clock_now_us(), now);
    if (x->is_html) {
        resp_html(r, export_style_hash(q->arena), NULL);
        hw_init(&x->html, r->body);
        export_html_begin(&x->html, now);
        return;
    }
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
    OUT(FT_UUID, "id", "Id."), OUT(FT_STR, "name", "Name."), OUT(FT_STR, "slug", "Slug."), OUT(FT_STR, "plan", "Plan."), FIELD_END,
};
static const struct shape gdpr_export_personal_data_organization_shape =
    SHAPE("GdprExportPersonalDataOrganization", "Gdpr export personal data organization.", gdpr_export_personal_data_organization_members);

static const struct field gdpr_export_personal_data_members[] = {
    OUT(FT_UUID, "id", "Id."),
    OUT(FT_STR, "email", "Email."),
    OUT(FT_STR, "firstName", "First name."),
    OUT(FT_STR, "lastName", "Last name."),
    OUT(FT_STR, "role", "Role."),
    OUT(FT_STR, "language", "Language.", .flags = FIELD_NULL),
    OUT(FT_STR, "status", "Status."),
    OUT(FT_TIME, "createdAt", "Created at."),
    OUT(FT_TIME, "lastSignInAt", "Last sign in at.", .flags = FIELD_NULL),
    OUT(FT_TIME, "emailVerifiedAt", "Email verified at.", .flags = FIELD_NULL),
    OUT(FT_OBJ, "organization", "Organization.", .shape = &gdpr_export_personal_data_organization_shape),
    FIELD_END,
};
static const struct shape gdpr_export_personal_data_shape =
    SHAPE("GdprExportPersonalData", "Gdpr export personal data.", gdpr_export_personal_data_members);

static const struct field export_answer_members[] = {
    OUT(FT_INT, "questionIndex", "Question index.", .min = 0),
    OUT(FT_INT, "stage", "Stage.", .min = 1),
    OUT(FT_STR, "question", "The question's id in the library."),
    OUT(FT_INT, "option", "As the library counts, from 0; null: the time ran out.", .flags = FIELD_NULL),
    OUT(FT_BOOL, "isCorrect", "Is correct."),
    OUT(FT_INT, "credit", "Credit."),
    OUT(FT_INT, "points", "Points."),
    OUT(FT_INT, "maxPoints", "Max points."),
    OUT(FT_BOOL, "expired", "Expired."),
    OUT(FT_INT, "confidence", "Confidence.", .flags = FIELD_NULL),
    OUT(FT_STR, "rationale", "Rationale.", .flags = FIELD_NULL),
    OUT(FT_TIME, "shownAt", "Shown at."),
    OUT(FT_TIME, "answeredAt", "Answered at."),
    FIELD_END,
};
static const struct shape export_answer_shape = SHAPE("ExportAnswer", "Export answer.", export_answer_members);

static const struct field export_run_shown_members[] = {
    OUT(FT_INT, "questionIndex", "Question index.", .min = 0),
    OUT(FT_TIME, "shownAt", "Shown at."),
    OUT(FT_TIME, "deadline", "Deadline.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape export_run_shown_shape = SHAPE("ExportRunShown", "Export run shown.", export_run_shown_members);

static const struct field export_run_members[] = {
    OUT(FT_UUID, "participationId", "Participation id."),
    OUT(FT_UUID, "exerciseId", "Exercise id."),
    OUT(FT_STR, "timing", "Timing."),
    OUT(FT_TIME, "date", "Date."),
    OUT(FT_TIME, "completedAt", "Completed at.", .flags = FIELD_NULL),
    OUT(FT_INT, "score", "Score."),
    OUT(FT_INT, "answered", "Answered."),
    OUT(FT_INT, "correct", "Correct."),
    OUT(FT_STR, "exercise", "Exercise."),
    OUT(FT_STR, "theme", "Theme."),
    OUT(FT_STR, "difficulty", "Difficulty."),
    OUT(FT_STR, "status", "Status."),
    OUT(FT_OBJS, "answers", "Answers.", .shape = &export_answer_shape),
    OUT(FT_OBJS, "shown", "Shown.", .shape = &export_run_shown_shape),
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
    OUT(FT_STR, "purpose", "Purpose."),
    OUT(FT_STR, "legalBasis", "Legal basis."),
    OUT(FT_STR, "retention", "Retention."),
    OUT(FT_OBJS, "thirdParties", "Third parties.", .shape = &third_party_shape),
    OUT(FT_OBJS, "categories", "Categories.", .shape = &privacy_category_shape),
    FIELD_END,
};
static const struct shape gdpr_export_data_processing_shape =
    SHAPE("GdprExportDataProcessing", "Gdpr export data processing.", gdpr_export_data_processing_members);

static const struct field gdpr_export_members[] = {
    OUT(FT_TIME, "exportDate", "Export date."),
    OUT(FT_STR, "gdprArticle", "Gdpr article."),
    OUT(FT_OBJ, "personalData", "Personal data.", .shape = &gdpr_export_personal_data_shape),
    OUT(FT_OBJS, "exerciseHistory", "Exercise history.", .shape = &export_run_shape),
    OUT(FT_STRS, "playbooks", "Not offered in this version.", .max = 0),
    OUT(FT_STRS, "duels", "Not offered in this version.", .max = 0),
    OUT(FT_OBJS, "certificates", "Certificates.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "createdExercises", "Created exercises.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "backgroundWork", "Work in the background that you asked for.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "sessions", "Sessions.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "apiKeys", "Api keys.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "signIn", "Sign in.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "invitations", "Invitations.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "registrations", "Registrations.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "domains", "Domains.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "mails", "Mails.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "mailPreferences", "Mail preferences.", .shape = &export_entry_shape),
    OUT(FT_OBJS, "auditLog", "Audit log.", .shape = &export_entry_shape),
    OUT(FT_OBJ, "dataProcessing", "Data processing.", .shape = &gdpr_export_data_processing_shape),
    FIELD_END,
};
static const struct shape gdpr_export_shape = SHAPE("GdprExport", "Gdpr export.", gdpr_export_members);

const struct route export_routes[] = {
    {METHOD_GET, "/api/portal/gdpr-export", GUARD_MEMBER, "account", export_get, QUERY(export_query_fields, struct export_query),
     .summary = "Everything that is stored about oneself", .flags = ROUTE_FILE | ROUTE_HTML_TOO, .name = "exportOwnData", .tag = "account",
     .help = "One's own data only, without secrets. The reply is sent while it is read: a connection that ends before the document does "
             "means that the export failed. Limited by person.",
     .reply_help = "The whole export. As JSON an attachment named gdpr-export-YYYY-MM-DD.json.", .reply = &gdpr_export_shape},
    {0},
};
