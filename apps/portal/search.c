/* search.c - GET /api/portal/search: exercises, people and themes by a word, for the palette; one round trip. */
#include "apps/portal/portal.h"

#define MAX_FOUND 5 /* of each kind; the statements know it, too */

struct search_query {
    const char *search;
};

static const struct field search_query_fields[] = {
    FIELD_STR(struct search_query, search, "q", FIELD_REQUIRED, 1, 80,
              .help = "What stands in a name, a title or an address, whatever the case.", .example = "backup"),
    FIELD_END,
};

static const struct field found_exercise_members[] = {
    OUT(FT_UUID, "id", "Of the exercise.", .column = COL_ID, .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    OUT(FT_STR, "name", "What somebody of the organisation called it; null: nothing.", .column = COL_NAME, .min = 1, .max = 120,
        .flags = FIELD_NULL, .example = "null"),
    OUT(FT_STR, "title", "Of the story.", .column = COL_TITLE, .min = 1, .example = "The backup that would not start"),
    OUT(FT_STR, "theme", "One of the catalogue's themes.", .column = COL_THEME, .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        .example = "ransomware"),
    OUT(FT_ENUM, "status", "Where it stands.", .column = COL_STATUS,
        .values = VALUES("DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED"), .example = "COMPLETED"),
    OUT(FT_BOOL, "own", "Whether the caller generated it or takes part.", .column = COL_OWN),
    FIELD_END,
};
static const struct shape found_exercise_shape = SHAPE("FoundExercise", "An exercise that was found.", found_exercise_members);

static const struct field found_person_members[] = {
    OUT(FT_UUID, "id", "Of the person.", .column = COL_ID, .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "firstName", "Given name.", .column = COL_FIRST_NAME, .min = 1, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name.", .column = COL_LAST_NAME, .min = 1, .example = "Sample"),
    OUT(FT_EMAIL, "email", "The address, in lower case.", .column = COL_EMAIL, .example = "robin@example.com"),
    OUT(FT_ENUM, "role", "What the person may do.", .column = COL_ROLE,
        .values = VALUES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"), .example = "MEMBER"),
    FIELD_END,
};
static const struct shape found_person_shape = SHAPE("FoundPerson", "A person who was found.", found_person_members);

static const struct field found_theme_members[] = {
    OUT(FT_STR, "theme", "What generate takes as theme.", .column = COL_THEME, .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        .example = "ransomware"),
    OUT(FT_STR, "title", "What people call the theme.", .column = COL_TITLE, .min = 1, .example = "Ransomware"),
    FIELD_END,
};
static const struct shape found_theme_shape = SHAPE("FoundTheme", "A theme that was found.", found_theme_members);

static const struct field found_members[] = {
    OUT(FT_OBJS, "exercises", "Of the organisation, the newest first.", .set = 1, .max = MAX_FOUND, .shape = &found_exercise_shape,
        .example = "1"),
    OUT(FT_OBJS, "people", "Of the organisation; for administrators and auditors, otherwise empty.", .set = 2, .max = MAX_FOUND,
        .shape = &found_person_shape, .example = "1"),
    OUT(FT_OBJS, "themes", "Of the catalogue.", .set = 3, .max = MAX_FOUND, .shape = &found_theme_shape, .example = "1"),
    FIELD_END,
};
static const struct shape found_shape = SHAPE("Found", "What was found, at most five of each kind.", found_members);

static enum err search_get(struct req *q, struct resp *r) {
    const struct search_query *f = q->query;
    struct db_rows found[3];
    struct db_call calls[] = {
        {SQL_SEARCH_EXERCISES(f->search), .rows = &found[0]},
        {SQL_SEARCH_PEOPLE(f->search), .rows = &found[1]},
        {SQL_SEARCH_THEMES(f->search), .rows = &found[2]},
    };
    enum err e = req_run(q, calls, sizeof(calls) / sizeof(calls[0]));
    return e == OK ? reply_sets(q, r, found) : e;
}

const struct route search_routes[] = {
    {METHOD_GET, "/api/portal/search", GUARD_MEMBER, "results", search_get, QUERY(search_query_fields, struct search_query),
     .summary = "Find exercises, people and themes by a word", .name = "search", .tag = "results",
     .help = "For a search box: the first five of each kind in whose name, title or address the text stands, whatever the case. Exercises "
             "are those of the caller's organisation; people are shown to those who see the team.",
     .reply_help = "What was found; nothing is an empty list.", .reply = &found_shape},
    {0},
};
