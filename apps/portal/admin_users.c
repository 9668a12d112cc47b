/* admin_users.c - people of all organisations, for platform administrators: facts about accounts, no secrets (rules A2, A3, A7, B2). */
#include "apps/portal/portal.h"
#include "common/base/email.h"
#include "common/web/list.h"

struct person_change_body {
    const char *status;
};

struct people_query {
    const char *search, *org, *cursor;
    int64_t limit;
};

static const char *const statuses[] = {"ACTIVE", "DEACTIVATED", NULL};

static const struct shape admin_user_shape;

static const struct field people_query_fields[] = {
    FIELD_STR(struct people_query, search, "q", 0, 1, 254, .help = "Only people whose address or name begins like this."),
    FIELD_UUID(struct people_query, org, "org", 0, FILTERS(admin_user_shape, "organization.id")),
    FIELD_STR(struct people_query, cursor, "cursor", 0, 3, 254, .help = "Where the page begins: from the Link header of the page before."),
    FIELD_INT(struct people_query, limit, "limit", 0, 1, 200, "50", .help = "People on a page.", .example = "50"),
    FIELD_END,
};
static const struct field person_change_fields[] = {
    FIELD_ENUM(struct person_change_body, status, "status", FIELD_REQUIRED, statuses, NULL,
               .help = "DEACTIVATED: cannot sign in and takes no seat.", .example = "DEACTIVATED"),
    FIELD_END,
};

static const struct list people_list = {.order = LIST_TEXT, .id = COL_EMAIL, .limit = 50};

static enum err admin_users_get(struct req *q, struct resp *r) {
    const struct people_query *f = q->query;
    /* A whole address is looked for as it is stored. */
    const char *email = f->search ? email_normal(q->arena, f->search) : NULL;
    const struct list_at at = list_at(q, &people_list);
    struct db_call call = {SQL_ADMIN_USERS(at.limit, at.place, email ? email : f->search, f->org)};
    return list_reply(q, r, &people_list, &at, &call, 1);
}

static enum err admin_user_put(struct req *q, struct resp *r) {
    const struct person_change_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_ADMIN_USER_CHANGE(q->params[0], b->status), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? admin_judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

static enum err admin_user_sessions_delete(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_ADMIN_USER_SESSIONS_END(q->params[0])});
}

static const struct field admin_org_name_members[] = {
    OUT(FT_UUID, "id", "Of the organisation.", .column = COL_ORG_ID, .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_STR, "name", "What the organisation calls itself.", .column = COL_ORG_NAME, .example = "Example Logistics"),
    FIELD_END,
};
const struct shape admin_org_name_shape = SHAPE("AdminOrgName", "Which organisation.", admin_org_name_members);

static const struct field admin_user_members[] = {
    OUT(FT_UUID, "id", "Of the person.", .column = COL_ID, .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "email", "The name to sign in with.", .column = COL_EMAIL, .example = "robin@example.com"),
    OUT(FT_STR, "firstName", "Given name.", .column = COL_FIRST_NAME, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name.", .column = COL_LAST_NAME, .example = "Sample"),
    OUT(FT_ENUM, "role", "What the person may do.", .column = COL_ROLE,
        .values = VALUES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"), .example = "MEMBER"),
    OUT(FT_ENUM, "status", "DEACTIVATED: cannot sign in and takes no seat.", .column = COL_STATUS, .values = statuses, .example = "ACTIVE"),
    OUT(FT_TIME, "createdAt", "When the account was made.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastSignInAt", "When the person last signed in; null: never.", .column = COL_LAST_SIGN_IN_AT,
        .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_INT, "sessions", "Whole sessions that are open.", .column = COL_SESSIONS, .min = 0, .example = "1"),
    OUT(FT_BOOL, "secondFactor", "Whether signing in asks for a code.", .column = COL_FACTOR),
    OUT(FT_OBJ, "organization", "Where the person belongs.", .shape = &admin_org_name_shape),
    FIELD_END,
};
static const struct shape admin_user_shape = SHAPE("AdminUser", "A person of any organisation.", admin_user_members);

static const struct field admin_sessions_ended_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_INT, "ended", "How many have ended.", .column = COL_ENDED, .min = 0, .example = "1"),
    FIELD_END,
};
static const struct shape admin_sessions_ended_shape =
    SHAPE("AdminSessionsEnded", "How many sessions of the person have ended.", admin_sessions_ended_members);

const struct route admin_users_routes[] = {
    {METHOD_GET, "/api/admin/users", GUARD_PLATFORM, NULL, admin_users_get, QUERY(people_query_fields, struct people_query),
     .summary = "List people of all organisations, by e-mail address", .flags = ROUTE_PAGED | ROUTE_LIST, .name = "adminListUsers",
     .tag = "platform",
     .help = "Facts about accounts of all organisations, never passwords, codes or tokens. q finds by the beginning of address or name.",
     .reply_help = "One page.", .reply = &admin_user_shape},
    {METHOD_PUT, "/api/admin/users/{id}", GUARD_PLATFORM, NULL, admin_user_put, BODY(person_change_fields, struct person_change_body),
     .flags = ROUTE_STEP_UP, .summary = "Deactivate or activate a person", .name = "adminChangeUser", .tag = "platform",
     .param_help = {"Of the person."},
     .help = "Deactivating ends all sessions and API keys of the person; becoming active again takes a seat (403 `seats_used`). An "
             "organisation keeps an active administrator (409 `last_admin`), and nobody changes themselves or another administrator of the "
             "platform here (409 `conflict`).",
     .reply_help = "Changed.", .reply = &success_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL}, {ERR_LAST_ADMIN, NULL}, {ERR_SUSPENDED, NULL}, {ERR_SEATS, NULL})},
    {METHOD_DELETE, "/api/admin/users/{id}/sessions", GUARD_PLATFORM, NULL, admin_user_sessions_delete, .flags = ROUTE_STEP_UP,
     .summary = "End all sessions of a person", .name = "adminEndSessions", .tag = "platform", .param_help = {"Of the person."},
     .help =
         "For a person whose cookie may be in wrong hands: ends all sessions, also those that wait for the second factor. API keys stay.",
     .reply_help = "How many have ended.", .reply = &admin_sessions_ended_shape},
    {0},
};
