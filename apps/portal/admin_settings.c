/* admin_settings.c - sign-ups, default plan, plans, retention; mail as it is configured. A stored value comes before the environment's. */
#include "apps/portal/portal.h"
#include "common/base/str.h"

struct settings_body {
    const char *signups, *default_plan; /* NULL: as the environment has it */
    struct field_objs plans, retention;
};

struct retention_item {
    const char *name;
    const int64_t *days; /* NULL: for ever */
};

struct plan_item {
    const char *name;
    const int64_t *seats, *monthly_exercises; /* NULL: no limit */
    bool api_access, byok;
};

#define MAX_LIMIT 1000000

static const char *const signups[] = {"open", "closed", NULL};
static const struct field plan_fields[] = {
    FIELD_STR(struct plan_item, name, "name", FIELD_REQUIRED, 1, 40,
              .help = "Names the plan: capital letters, digits, - and _, beginning with a letter.", .example = "GROWTH"),
    FIELD_OPTINT(struct plan_item, seats, "seats", 0, 1, MAX_LIMIT, .help = "People it allows; absent or null: no limit.", .example = "25"),
    FIELD_OPTINT(struct plan_item, monthly_exercises, "monthlyExercises", 0, 0, MAX_LIMIT,
                 .help = "Exercises a month and organisation; absent or null: no limit.", .example = "25"),
    FIELD_BOOL(struct plan_item, api_access, "apiAccess", 0, "false", .help = "Whether people can create API keys.", .example = "false"),
    FIELD_BOOL(struct plan_item, byok, "byok", 0, "false", .help = "Whether an own AI provider can be used.", .example = "false"),
    FIELD_END,
};
static const struct field retention_fields[] = {
    FIELD_STR(struct retention_item, name, "name", FIELD_REQUIRED, 1, 40, .help = "Names the period, as GET /api/admin/settings lists it.",
              .example = "sessions"),
    FIELD_OPTINT(struct retention_item, days, "days", 0, 0, 36500, .help = "How many days rows stay; absent or null: for ever.",
                 .example = "7"),
    FIELD_END,
};
static const struct field settings_fields[] = {
    FIELD_ENUM(struct settings_body, signups, "signups", 0, signups, NULL,
               .help = "open: strangers may register organisations. closed: only who is invited. Absent or null: as the environment says.",
               .example = "closed"),
    FIELD_STR(struct settings_body, default_plan, "defaultPlan", 0, 1, 40,
              .help = "Plan of new organisations. Absent or null: as the environment says.", .example = "GROWTH"),
    FIELD_OBJS(struct settings_body, plans, "plans", 0, 0, 50, plan_fields, struct plan_item,
               .help = "Plans to add or to replace by name, whole; those that are not named stay as they are.", .example = "1"),
    FIELD_OBJS(struct settings_body, retention, "retention", 0, 0, 50, retention_fields, struct retention_item,
               .help = "Periods to change by name; those that are not named stay as they are.", .example = "1"),
    FIELD_END,
};

/* "smtps://user:secret@mail.example.com:465" -> "mail.example.com:465": whoever reads it learns no secret (rule B2). */
static const char *host_of(struct arena *a, const char *url) {
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    const char *end = host + strcspn(host, "/?#");
    for (const char *c = host; c < end; c++) {
        host = *c == '@' ? c + 1 : host;
    }
    return end > host ? arena_strndup(a, host, (size_t)(end - host)) : NULL;
}

/* What the environment says of the setting that is stored in the member's column. */
static const char *environment_of(const struct field *f) {
    return f->column == COL_SIGNUPS ? portal_config.signups : portal_config.default_plan;
}

static void write_environment(const struct shape_at *at, const struct field *f) {
    jw_str(at->json, environment_of(f));
}

static void write_holding(const struct shape_at *at, const struct field *f) {
    const char *stored = db_str(at->rows, at->row, f->column);
    jw_str(at->json, stored ? stored : environment_of(f));
}

static void write_mail(const struct shape_at *at, const struct field *f) {
    struct jwrite *w = at->json;
    (void)f;
    jw_object(w);
    jw_kbool(w, "configured", portal_config.mail);
    jw_kstr(w, "host", host_of(at->arena, portal_config.smtp_url));
    jw_kstr(w, "from", *portal_config.mail_from ? portal_config.mail_from : NULL);
    jw_object_end(w);
}

static enum err admin_settings_get(struct req *q, struct resp *r) {
    struct db_rows sets[2];
    struct db_call calls[] = {
        {SQL_ADMIN_SETTINGS(), .rows = &sets[0]},
        {SQL_ADMIN_RETENTION(), .rows = &sets[1]},
    };
    enum err e = req_run(q, calls, 2);
    return e == OK ? reply_sets(q, r, sets) : e;
}

static bool is_plan_name(const char *name) {
    return name[0] >= 'A' && name[0] <= 'Z' && name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0';
}

static enum err admin_settings_check(struct req *q, struct resp *r) {
    const struct settings_body *b = q->body;
    const struct plan_item *plans = b->plans.items;
    for (size_t i = 0; i < b->plans.count; i++) {
        const char *field = arena_printf(q->arena, "plans[%zu].name", i);
        if (plans[i].name && !is_plan_name(plans[i].name)) {
            resp_field_error(r, field, W_ERRORS_FIELD_CAPITALS);
        }
        for (size_t j = 0; j < i; j++) {
            if (plans[i].name && str_eq(plans[i].name, plans[j].name)) {
                resp_field_error(r, field, W_ERRORS_FIELD_TWICE);
            }
        }
    }
    return OK;
}

/* What was written, in the arena; NULL when it is not whole. */
static const char *take_text(struct arena *a, const struct jwrite *w) {
    const char *text = jw_done(w) ? arena_strndup(a, w->out->data, w->out->len) : NULL;
    buf_release(w->out);
    return text;
}

/* As the columns of muster.plan. */
static const char *plans_json(struct arena *a, const struct field_objs *given) {
    const struct plan_item *plans = given->items;
    struct buf out;
    struct jwrite w;
    buf_init(&out, 64 * 1024);
    jw_init(&w, &out);
    jw_array(&w);
    for (size_t i = 0; i < given->count; i++) {
        jw_object(&w);
        jw_kstr(&w, "name", plans[i].name);
        jw_kstr(&w, "seats", plans[i].seats ? db_number(a, *plans[i].seats) : NULL);
        jw_kstr(&w, "monthly_exercises", plans[i].monthly_exercises ? db_number(a, *plans[i].monthly_exercises) : NULL);
        jw_kbool(&w, "api_access", plans[i].api_access);
        jw_kbool(&w, "byok", plans[i].byok);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    return take_text(a, &w);
}

static const char *retention_json(struct arena *a, const struct field_objs *given) {
    const struct retention_item *rules = given->items;
    struct buf out;
    struct jwrite w;
    buf_init(&out, 64 * 1024);
    jw_init(&w, &out);
    jw_array(&w);
    for (size_t i = 0; i < given->count; i++) {
        jw_object(&w);
        jw_kstr(&w, "name", rules[i].name);
        jw_kstr(&w, "days", rules[i].days ? db_number(a, *rules[i].days) : NULL);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    return take_text(a, &w);
}

static enum err admin_settings_put(struct req *q, struct resp *r) {
    const struct settings_body *b = q->body;
    const char *plans = plans_json(q->arena, &b->plans), *retention = retention_json(q->arena, &b->retention);
    struct db_rows rows;
    struct db_call call = {SQL_ADMIN_SETTINGS_CHANGE(b->signups, b->default_plan, plans, retention), .rows = &rows};
    if (!plans || !retention) {
        return ERR_TOO_LARGE;
    }
    enum err e = req_run(q, &call, 1);
    if (e == OK && str_eq(db_str(&rows, 0, COL_VERDICT), "no_plan")) {
        resp_field_error(r, "defaultPlan", W_ERRORS_FIELD_PLAN);
        return ERR_VALIDATION;
    }
    if (e == OK && str_eq(db_str(&rows, 0, COL_VERDICT), "no_retention")) {
        resp_field_error(r, "retention", W_ERRORS_FIELD_PERIODS);
        return ERR_VALIDATION;
    }
    return e == OK ? admin_judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

static const struct field admin_settings_signups_members[] = {
    OUT(FT_ENUM, "value", "What holds now.", .column = COL_SIGNUPS, .write = write_holding, .values = VALUES("open", "closed"),
        .example = "closed"),
    OUT(FT_ENUM, "stored", "What was stored here, which comes before the environment; null: nothing.", .column = COL_SIGNUPS,
        .values = VALUES("open", "closed"), .flags = FIELD_NULL, .example = "closed"),
    OUT(FT_ENUM, "environment", "What SIGNUPS says.", .column = COL_SIGNUPS, .write = write_environment, .values = VALUES("open", "closed"),
        .example = "open"),
    FIELD_END,
};
static const struct shape admin_settings_signups_shape =
    SHAPE("AdminSettingsSignups", "Whether strangers may register organisations.", admin_settings_signups_members);

static const struct field admin_settings_default_plan_members[] = {
    OUT(FT_STR, "value", "What holds now.", .column = COL_DEFAULT_PLAN, .write = write_holding, .pattern = "^[A-Z][A-Z0-9_-]*$",
        .example = "ENTERPRISE"),
    OUT(FT_STR, "stored", "What was stored here, which comes before the environment; null: nothing.", .column = COL_DEFAULT_PLAN,
        .flags = FIELD_NULL, .example = "null"),
    OUT(FT_STR, "environment", "What DEFAULT_PLAN says.", .column = COL_DEFAULT_PLAN, .write = write_environment,
        .pattern = "^[A-Z][A-Z0-9_-]*$", .example = "ENTERPRISE"),
    FIELD_END,
};
static const struct shape admin_settings_default_plan_shape =
    SHAPE("AdminSettingsDefaultPlan", "Plan of new organisations.", admin_settings_default_plan_members);

static const struct field admin_plan_members[] = {
    OUT(FT_STR, "name", "Names the plan.", .column = COL_NAME, .pattern = "^[A-Z][A-Z0-9_-]*$", .example = "GROWTH"),
    OUT(FT_INT, "seats", "People it allows; null: no limit.", .column = COL_SEATS, .min = 0, .flags = FIELD_NULL, .example = "25"),
    OUT(FT_INT, "monthlyExercises", "Exercises a month and organisation; null: no limit.", .column = COL_MONTHLY_EXERCISES, .min = 0,
        .flags = FIELD_NULL, .example = "25"),
    OUT(FT_BOOL, "apiAccess", "Whether people can create API keys.", .column = COL_API_ACCESS, .example = "false"),
    OUT(FT_BOOL, "byok", "Whether an own AI provider can be used.", .column = COL_BYOK, .example = "false"),
    OUT(FT_INT, "organizations", "How many organisations have it.", .column = COL_ORGS, .min = 0, .example = "3"),
    FIELD_END,
};
static const struct shape admin_plan_shape = SHAPE("AdminPlan", "What a plan allows.", admin_plan_members);

static const struct field admin_retention_members[] = {
    OUT(FT_STR, "name", "Names the period.", .column = COL_NAME, .example = "sessions"),
    OUT(FT_INT, "days", "How many days rows stay; null: for ever.", .column = COL_DAYS, .min = 0, .flags = FIELD_NULL, .example = "7"),
    OUT(FT_STR, "sentence", "What it says to people; %s stands for the days.", .column = COL_SENTENCE,
        .example = "Expired sessions are removed after %s days."),
    OUT(FT_INT, "removed", "Rows that were removed, as far as that is still on record.", .column = COL_REMOVED, .min = 0, .example = "128"),
    OUT(FT_TIME, "lastRemovedAt", "When rows were last removed; null: never.", .column = COL_REMOVED_AT,
        .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape admin_retention_shape = SHAPE("AdminRetention", "How long one kind of rows stays.", admin_retention_members);

static const struct field admin_settings_mail_members[] = {
    OUT(FT_BOOL, "configured", "Whether mails leave the server; false: they are written to files."),
    OUT(FT_STR, "host", "The server that takes mails, without credentials; null: mails are written to files.", .flags = FIELD_NULL,
        .example = "mail.example.com"),
    OUT(FT_STR, "from", "Sender of mails; null: none is configured.", .flags = FIELD_NULL, .example = "Muster <muster@example.com>"),
    FIELD_END,
};
static const struct shape admin_settings_mail_shape =
    SHAPE("AdminSettingsMail", "How mails leave the server; set in the environment.", admin_settings_mail_members);

static const struct field admin_settings_members[] = {
    OUT(FT_OBJ, "signups", "Whether strangers may register organisations.", .shape = &admin_settings_signups_shape),
    OUT(FT_OBJ, "defaultPlan", "Plan of new organisations.", .shape = &admin_settings_default_plan_shape),
    OUT(FT_OBJS, "plans", "Every plan.", .set = 1, .shape = &admin_plan_shape),
    OUT(FT_OBJS, "retention", "How long data stays.", .set = 2, .shape = &admin_retention_shape),
    OUT(FT_OBJ, "mail", "How mails leave the server; set in the environment.", .write = write_mail, .shape = &admin_settings_mail_shape),
    FIELD_END,
};
static const struct shape admin_settings_shape =
    SHAPE("AdminSettings", "What holds, what is stored, and what the environment says.", admin_settings_members);

const struct route admin_settings_routes[] = {
    {METHOD_GET, "/api/admin/settings", GUARD_PLATFORM, NULL, admin_settings_get, .summary = "Settings of the platform and its plans",
     .name = "adminGetSettings", .tag = "platform",
     .help = "For each setting what holds, what was stored here and what the environment says; every plan with the number of its "
             "organisations; how long data stays and what was removed; and how mails leave the server.",
     .reply_help = "What holds, what is stored, and what the environment says.", .reply = &admin_settings_shape},
    {METHOD_PUT, "/api/admin/settings", GUARD_PLATFORM, NULL, admin_settings_put, BODY(settings_fields, struct settings_body),
     .check = admin_settings_check, .flags = ROUTE_STEP_UP, .summary = "Store settings of the platform; add or change plans",
     .name = "adminPutSettings", .tag = "platform",
     .help = "Stores the whole of signups and defaultPlan: absent or null goes back to the environment, so send both back as they are. "
             "Plans and periods are stored by name; those that are not named stay as they are. Everything counts at once. A name that "
             "there is not is 400 and named in fields.",
     .reply_help = "It is stored and holds.", .reply = &success_shape},
    {0},
};
