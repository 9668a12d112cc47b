/* sessions.c - the organisation's exercises, newest first or as asked, one page at a time. */
#include "apps/portal/portal.h"
#include "common/base/str.h"
#include "common/content/play.h"
#include "common/web/list.h"

struct sessions_query {
    const char *status, *theme, *difficulty, *updated_since, *search, *scope, *sort, *cursor;
    int64_t limit;
};

#define MAX_PAGE 200 /* statement sessions_list knows it, too */

static const char *const scopes[] = {"all", "mine", NULL};
static const char *const sorts[] = {"created",    "-created",    "title",    "-title",    "theme", "-theme", "status", "-status",
                                    "difficulty", "-difficulty", "accuracy", "-accuracy", "score", "-score", NULL};

static const struct shape session_row_shape;

static const struct field sessions_query_fields[] = {
    FIELD_ENUM(struct sessions_query, status, "status", 0, NULL, NULL, FILTERS(session_row_shape, "status")),
    FIELD_STR(struct sessions_query, theme, "theme", 0, 1, 60, FILTERS(session_row_shape, "theme")),
    FIELD_ENUM(struct sessions_query, difficulty, "difficulty", 0, NULL, NULL, FILTERS(session_row_shape, "difficulty")),
    FIELD_TIME(struct sessions_query, updated_since, "updatedSince", 0,
               .help = "Only exercises that changed from then on: generated, answered or completed. For programs that fetch what is new."),
    FIELD_STR(struct sessions_query, search, "q", 0, 1, 120, .help = "Only exercises with this in their name or title, whatever the case."),
    FIELD_ENUM(struct sessions_query, scope, "scope", 0, scopes, "all",
               .help = "mine: only those that the caller generated or takes part in. all: the whole organisation's."),
    FIELD_ENUM(
        struct sessions_query, sort, "sort", 0, sorts, "-created",
        .help = "What the list is sorted by; with - in front from high to low. title is the exercise's own name, else its title. accuracy "
                "and score are those that the rows show; rows without come last."),
    FIELD_STR(struct sessions_query, cursor, "cursor", 0, 10, 1000,
              .help = "Where the page begins: from the Link header of the page before."),
    FIELD_INT(struct sessions_query, limit, "limit", 0, 1, MAX_PAGE, "50", .help = "Exercises on a page.", .example = "50"),
    FIELD_END,
};

static const struct list sessions_list = {.order = LIST_NEWEST, .at = COL_CREATED_AT, .id = COL_ID, .limit = 50};
static const struct list sorted_list = {.order = LIST_SORTED, .at = COL_CREATED_AT, .id = COL_ID, .key = COL_SORT_KEY, .limit = 50};

static enum err sorted_get(struct req *q, struct resp *r) {
    const struct sessions_query *f = q->query;
    const struct list_at at = list_at(q, &sorted_list);
    const struct list_sort sort = list_sort(f->sort);
    struct db_call call = {SQL_SESSIONS_SORTED(at.limit, sort.by, sort.down, at.place, at.id, at.key, f->status, f->theme, f->difficulty,
                                               f->updated_since, f->search, str_eq(f->scope, "mine") ? "true" : "false")};
    return list_reply(q, r, &sorted_list, &at, &call, 1);
}

static enum err sessions_get(struct req *q, struct resp *r) {
    const struct sessions_query *f = q->query;
    if (f->search || str_eq(f->scope, "mine") || !str_eq(f->sort, "-created")) {
        return sorted_get(q, r);
    }
    const struct list_at at = list_at(q, &sessions_list);
    struct db_call all = {SQL_SESSIONS_LIST(at.limit, at.place, at.id)};
    struct db_call some = {SQL_SESSIONS_FILTERED(at.limit, at.place, at.id, f->status, f->theme, f->difficulty, f->updated_since)};
    bool filtered = f->status || f->theme || f->difficulty || f->updated_since;
    return list_reply(q, r, &sessions_list, &at, filtered ? &some : &all, 1);
}

static const struct field session_row_created_by_members[] = {
    OUT(FT_STR, "firstName", "Given name; null: the person is gone.", .column = COL_FIRST_NAME, .flags = FIELD_NULL, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name; null: the person is gone.", .column = COL_LAST_NAME, .flags = FIELD_NULL, .example = "Sample"),
    FIELD_END,
};
static const struct shape session_row_created_by_shape =
    SHAPE("SessionRowCreatedBy", "Who generated it; nulls when the person is gone.", session_row_created_by_members);

static const struct field session_row_count_members[] = {
    OUT(FT_INT, "participants", "People who take part.", .column = COL_PARTICIPANT_COUNT, .min = 0, .example = "1"),
    FIELD_END,
};
static const struct shape session_row_count_shape = SHAPE("SessionRow_count", "How many things belong to it.", session_row_count_members);

static const struct field session_row_members[] = {
    OUT(FT_UUID, "id", "Of the exercise.", .column = COL_ID, .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    OUT(FT_STR, "name", "What somebody of the organisation called this exercise; null: nothing.", .column = COL_NAME, .min = 1, .max = 120,
        .flags = FIELD_NULL, .example = "Spring drill of the night shift"),
    OUT(FT_STR, "title", "Of the story.", .column = COL_TITLE, .min = 1, .example = "The backup that would not start"),
    OUT(FT_STR, "theme", "One of the catalogue's themes.", .column = COL_THEME, .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        .example = "ransomware"),
    OUT(FT_ENUM, "difficulty", "How hard the exercise is: the mix of questions, their points and the time for each follow from it.",
        .column = COL_DIFFICULTY, .values = difficulty_names, .example = "INTERMEDIATE"),
    OUT(FT_STR, "language", "ISO 639 code of the language.", .column = COL_LANGUAGE, .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
        .example = "en"),
    OUT(FT_ENUM, "mode", "INDIVIDUAL: everybody plays alone, at once. GROUP: together, led by a facilitator.", .column = COL_MODE,
        .values = VALUES("INDIVIDUAL", "GROUP")),
    OUT(FT_ENUM, "timing", "Time limits: off, standard (that of the difficulty), or half or twice as long again.", .column = COL_TIMING,
        .values = VALUES("off", "standard", "x1.5", "x2"), .example = "off"),
    OUT(FT_ENUM, "status", "Where it stands.", .column = COL_STATUS,
        .values = VALUES("DRAFT", "GENERATING", "LOBBY", "IN_PROGRESS", "COMPLETED", "CANCELLED", "FAILED"), .example = "COMPLETED"),
    OUT(FT_INT, "questionCount", "Questions in the exercise.", .column = COL_QUESTION_COUNT, .min = 3, .max = 30, .example = "12"),
    OUT(FT_INT, "minutes",
        "About how long it takes: reading at 238 words a minute, and time to decide; null: generated before there was an "
        "estimate.",
        .column = COL_MINUTES, .min = 1, .flags = FIELD_NULL, .example = "22"),
    OUT(FT_INT, "currentStage", "Number of the stage that play has come to.", .column = COL_CURRENT_STAGE, .min = 1, .max = 5,
        .example = "4"),
    OUT(FT_INT, "maxScore", "Points that can be reached.", .column = COL_TOTAL_POINTS, .min = 0, .example = "2600"),
    OUT(FT_INT, "myScore", "The caller's points; null when the caller takes no part.", .column = COL_MY_SCORE, .min = 0,
        .flags = FIELD_NULL, .example = "2080"),
    OUT(FT_INT, "answered", "Questions that the caller has answered; null when the caller takes no part.", .column = COL_MY_ANSWERED,
        .min = 0, .max = 30, .flags = FIELD_NULL, .example = "12"),
    OUT(FT_UUID, "createdById", "Who generated it; null: the person is gone.", .column = COL_CREATED_BY, .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_TIME, "createdAt", "When it was generated.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "startedAt", "When play began; null: it has not.", .column = COL_STARTED_AT, .example = "2026-11-21T08:15:30.123Z",
        .flags = FIELD_NULL),
    OUT(FT_TIME, "completedAt", "When the last question was answered; null: it is not completed.", .column = COL_COMPLETED_AT,
        .example = "2026-11-21T08:52:10.480Z", .flags = FIELD_NULL),
    OUT(FT_OBJ, "createdBy", "Who generated it, by name.", .shape = &session_row_created_by_shape),
    OUT(FT_OBJ, "_count", "How many things belong to it.", .shape = &session_row_count_shape),
    OUT(FT_NUM, "accuracy",
        "Best answers over questions served, for completed runs; null: it is not completed, or a colleague's and the caller is a member.",
        .column = COL_ACCURACY, .min = 0, .max = 1, .item_max = 4, .flags = FIELD_NULL, .example = "0.75"),
    FIELD_END,
};
static const struct shape session_row_shape =
    SHAPE("SessionRow", "An exercise as a row of a list, without its story.", session_row_members);

const struct route sessions_routes[] = {
    {METHOD_GET, "/api/portal/sessions", GUARD_MEMBER, "results", sessions_get, QUERY(sessions_query_fields, struct sessions_query),
     .summary = "List the organisation's exercises, newest first or as asked", .flags = ROUTE_PAGED | ROUTE_LIST, .name = "listSessions",
     .tag = "results",
     .help =
         "The exercises of the whole organisation, whoever generated them, with the caller's own score; how well others did is shown to "
         "facilitators, administrators and auditors. Filters, search and sort can be combined. To keep a copy up to date, ask with "
         "updatedSince for what changed since the last time.",
     .reply_help = "One page.", .reply = &session_row_shape},
    {0},
};
