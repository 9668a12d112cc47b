/* language.c - the language of new exercises: everybody's own choice, otherwise the organisation's. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

struct language_body {
    const char *language, *organisation_default; /* language NULL: as the organisation */
};

static const struct field language_fields[] = {
    FIELD_STR(struct language_body, language, "language", 0, 2, 20, .help = "The caller's own choice; absent or null: as the organisation.",
              .example = "en"),
    FIELD_STR(struct language_body, organisation_default, "organisationDefault", 0, 2, 20,
              .help = "For everybody who made no choice; absent or null: stays as it is. Changing it needs an administrator.",
              .example = "en"),
    FIELD_END,
};

/* What the library offers, and English. */
static const char *const *offered(struct arena *a, const struct db_rows *current) {
    const char **list = arena_calloc(a, (size_t)current->n + 2, sizeof(*list));
    int n = 0;
    list[n++] = "en";
    for (int i = 0; i < current->n; i++) {
        if (!str_in(db_str(current, i, COL_LANGUAGE), list)) {
            list[n++] = db_str(current, i, COL_LANGUAGE);
        }
    }
    return list;
}

static void write_languages(const struct shape_at *at, const struct field *f) {
    const char *const *list = offered(at->arena, &at->sets[1]);
    (void)f;
    jw_array(at->json);
    for (; *list; list++) {
        jw_str(at->json, *list);
    }
    jw_array_end(at->json);
}

static enum err language_get(struct req *q, struct resp *r) {
    struct db_rows sets[2];
    struct db_call calls[] = {{SQL_LANGUAGE_GET(), .rows = &sets[0]}, {SQL_LIBRARY_CURRENT_IDS(), .rows = &sets[1]}};
    enum err e = req_run(q, calls, 2);
    return e == OK ? reply_sets(q, r, sets) : e;
}

static void check_language(struct req *q, struct resp *r, const char *field, const char *value, const char *const *list) {
    const char *names = "en";
    if (!value || str_in(value, list)) {
        return;
    }
    for (int i = 1; list[i]; i++) {
        names = arena_printf(q->arena, "%s, %s", names, list[i]);
    }
    resp_field_error(r, field, W_ERRORS_FIELD_CHOICE(names));
}

static enum err language_check(struct req *q, struct resp *r) {
    const struct language_body *b = q->body;
    struct db_rows stored, current;
    struct db_call calls[] = {{SQL_LANGUAGE_GET(), .rows = &stored}, {SQL_LIBRARY_CURRENT_IDS(), .rows = &current}};
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    const char *const *list = offered(q->arena, &current);
    check_language(q, r, "language", b->language, list);
    check_language(q, r, "organisationDefault", b->organisation_default, list);
    /* A body that only repeats what is stored changes nothing, so everybody may send it. */
    bool changes = b->organisation_default && !str_eq(b->organisation_default, db_str(&stored, 0, COL_ORGANISATION_DEFAULT));
    static const char *const admins[] = {"SUPER_ADMIN", "CLIENT_ADMIN", NULL};
    if (changes && !str_in(q->who.role, admins)) {
        return resp_fail(r, ERR_FORBIDDEN, W_ERRORS_LANGUAGE_ADMIN);
    }
    return OK;
}

static enum err language_put(struct req *q, struct resp *r) {
    const struct language_body *b = q->body;
    struct db_rows sets[2];
    struct db_call calls[] = {
        {SQL_LANGUAGE_PUT(b->language)},
        {SQL_LANGUAGE_DEFAULT_PUT(b->organisation_default)}, /* NULL: no row is another language than NULL */
        {SQL_LANGUAGE_GET(), .rows = &sets[0]},
        {SQL_LIBRARY_CURRENT_IDS(), .rows = &sets[1]},
    };
    enum err e = req_run(q, calls, 4);
    return e == OK ? reply_sets(q, r, sets) : e;
}

static const struct field language_settings_members[] = {
    OUT(FT_STR, "language", "The caller's own choice; null: as the organisation.", .column = COL_LANGUAGE,
        .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "null", .flags = FIELD_NULL),
    OUT(FT_STR, "organisationDefault", "For everybody who made no choice.", .column = COL_ORGANISATION_DEFAULT,
        .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "en"),
    OUT(FT_STRS, "languages", "What can be chosen: every language of the library, and en.", .write = write_languages, .min = 1,
        .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "en"),
    FIELD_END,
};
static const struct shape language_settings_shape =
    SHAPE("LanguageSettings", "In which language exercises are generated when the request does not say.", language_settings_members);

const struct route language_routes[] = {
    {METHOD_GET, "/api/portal/language", GUARD_MEMBER, "settings", language_get, .summary = "The language of new exercises",
     .name = "getLanguage", .tag = "settings",
     .help = "Used when generate is called without language. The language of the pages is English whatever is chosen here.",
     .reply_help = "The caller's choice and the organisation's.", .reply = &language_settings_shape},
    {METHOD_PUT, "/api/portal/language", GUARD_MEMBER, "settings", language_put, BODY(language_fields, struct language_body),
     .check = language_check, .summary = "Choose one's own language, and as an administrator the organisation's", .name = "putLanguage",
     .tag = "settings",
     .help = "Sets the caller's own language and, with organisationDefault, that of everybody who made no choice. Leaving language out "
             "takes the own choice back. Changing organisationDefault without being an administrator is 403 `forbidden`, and nothing "
             "changes; repeating the stored value is allowed to everybody. Exercises that exist keep their language.",
     .reply_help = "Both as they are stored now.", .reply = &language_settings_shape, .errors = ERRORS({ERR_FORBIDDEN, NULL})},
    {0},
};
