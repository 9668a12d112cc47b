/* team.c - the people of the organisation: list, change of role or status, removal (rules A4, A7, A13). */
#include "apps/auth/auth.h"
#include "common/base/str.h"
#include "common/web/list.h"

struct user_change_body {
    const char *role, *status;
};

struct users_query {
    int64_t limit;
    const char *cursor;
};

static const char *const statuses[] = {"ACTIVE", "DEACTIVATED", NULL};
const char *const team_roles[] = {"MEMBER", "FACILITATOR", "AUDITOR", "CLIENT_ADMIN", NULL};

static const struct field users_query_fields[] = {
    FIELD_INT(struct users_query, limit, "limit", 0, 1, 500, "200", .help = "People on a page.", .example = "200"),
    FIELD_STR(struct users_query, cursor, "cursor", 0, 10, 80, .help = "Where the page begins: from the Link header of the page before."),
    FIELD_END,
};
static const struct field user_change_fields[] = {
    FIELD_ENUM(struct user_change_body, role, "role", 0, team_roles, NULL, .help = "The new role; absent or null: as it is.",
               .example = "FACILITATOR"),
    FIELD_ENUM(struct user_change_body, status, "status", 0, statuses, NULL,
               .help = "DEACTIVATED: cannot sign in and takes no seat; absent or null: as it is."),
    FIELD_END,
};

static const struct list users_list = {.order = LIST_OLDEST, .at = COL_CREATED_AT, .id = COL_ID, .limit = 200};

static enum err users_get(struct req *q, struct resp *r) {
    const struct list_at at = list_at(q, &users_list);
    struct db_call calls[] = {{SQL_USER_LIST(at.limit, at.place, at.id)}, {SQL_SEATS()}};
    return list_reply(q, r, &users_list, &at, calls, 2);
}

/* What the statements' verdicts mean to a client. */
static enum err judge(struct resp *r, const char *verdict) {
    if (str_eq(verdict, "ok")) {
        return reply_success(r);
    }
    if (str_eq(verdict, "last_admin")) {
        return ERR_LAST_ADMIN;
    }
    if (str_eq(verdict, "self")) {
        return resp_fail(r, ERR_FORBIDDEN, W_ERRORS_TEAM_SELF);
    }
    if (str_eq(verdict, "platform")) {
        return resp_fail(r, ERR_FORBIDDEN, W_ERRORS_TEAM_PLATFORM);
    }
    return ERR_NOT_FOUND;
}

static enum err user_change_check(struct req *q, struct resp *r) {
    const struct user_change_body *b = q->body;
    if (!b->role && !b->status && !r->errors.count) {
        resp_field_error(r, "role", W_ERRORS_FIELD_OR_STATUS);
    }
    return OK;
}

static enum err user_put(struct req *q, struct resp *r) {
    const struct user_change_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_USER_CHANGE(q->params[0], b->role, b->status), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

static enum err user_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    const struct db_call calls[] = {
        {SQL_PATIENCE(), .seconds = DB_PATIENCE},
        {SQL_USER_REMOVE(q->params[0]), .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    return e == OK ? judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

static const struct field user_members[] = {
    OUT(FT_UUID, "id", "Of the person.", .column = COL_ID, .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_EMAIL, "email", "The e-mail address, in lower case.", .column = COL_EMAIL, .example = "robin@example.com"),
    OUT(FT_STR, "firstName", "Given name.", .column = COL_FIRST_NAME, .min = 1, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name.", .column = COL_LAST_NAME, .min = 1, .example = "Sample"),
    OUT(FT_ENUM, "role", "What the person may do.", .column = COL_ROLE,
        .values = VALUES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"), .example = "MEMBER"),
    OUT(FT_ENUM, "status", "DEACTIVATED: cannot sign in and takes no seat.", .column = COL_STATUS,
        .values = VALUES("ACTIVE", "DEACTIVATED")),
    OUT(FT_TIME, "createdAt", "When the account was made.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastSignInAt", "When the person last signed in; null: never.", .column = COL_LAST_SIGN_IN_AT,
        .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    OUT(FT_BOOL, "secondFactor", "Whether signing in asks for a code; null: the caller is no administrator.", .column = COL_HAS_FACTOR,
        .flags = FIELD_NULL),
    OUT(FT_TIME, "factorResetEndsAt", "When the lost second factor is removed; null: nobody asked for that, or it was called off.",
        .column = COL_ENDS_AT, .example = "2026-11-21T08:15:30.123Z", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape user_shape = SHAPE("User", "A person of the organisation.", user_members);

static const struct field users_seats_members[] = {
    OUT(FT_INT, "total", "Seats of the plan; null: unlimited.", .column = COL_TOTAL, .min = 0, .flags = FIELD_NULL, .example = "50"),
    OUT(FT_INT, "used", "Active people.", .column = COL_USED, .min = 0, .example = "12"),
    OUT(FT_INT, "invited", "Invitations that can still be accepted; each keeps a seat.", .column = COL_INVITED, .min = 0, .example = "2"),
    FIELD_END,
};
static const struct shape users_seats_shape =
    SHAPE("UsersSeats", "How many people the plan allows, and how many seats are taken.", users_seats_members);

static const struct field users_members[] = {
    OUT(FT_OBJS, "users", "One page of people, who came first first.", .set = 1, .max = 500, .shape = &user_shape),
    OUT(FT_OBJ, "seats", "Seats of the whole organisation, on every page.", .set = 2, .shape = &users_seats_shape),
    FIELD_END,
};
static const struct shape users_shape = SHAPE("Users", "People of the organisation, and its seats.", users_members);

const struct route team_routes[] = {
    {METHOD_GET, "/api/portal/users", GUARD_OVERSIGHT, "team", users_get, QUERY(users_query_fields, struct users_query),
     .summary = "List the organisation's people and its seats", .flags = ROUTE_PAGED, .name = "listUsers", .tag = "team",
     .help = "Everybody with an account in the organisation, deactivated people too, and the seats of the plan.",
     .reply_help = "One page, who came first first.", .reply = &users_shape},
    {METHOD_PUT, "/api/portal/users/{id}", GUARD_ADMIN, NULL, user_put, BODY(user_change_fields, struct user_change_body),
     .check = user_change_check, .flags = ROUTE_STEP_UP, .summary = "Change a person's role or status", .name = "changeUser", .tag = "team",
     .param_help = {"Of the person."},
     .help = "Changes role, status or both; a body with neither is 400. Nobody changes themselves (403 `forbidden`), and an organisation "
             "keeps an active administrator (409 `last_admin`). Deactivating ends all sessions and API keys of the person; becoming active "
             "again takes a seat (403 `seats_used`). Both are in the audit log.",
     .reply_help = "Changed.", .reply = &success_shape, .errors = ERRORS({ERR_LAST_ADMIN, NULL}, {ERR_SEATS, NULL})},
    {METHOD_DELETE, "/api/portal/users/{id}", GUARD_ADMIN, NULL, user_delete, .flags = ROUTE_SLOW | ROUTE_STEP_UP,
     .summary = "Remove a person from the organisation", .name = "removeUser", .tag = "team", .param_help = {"Of the person."},
     .help = "Erases the account as /api/portal/delete-account does: completed exercises stay without the person, everything else goes. "
             "May take minutes for people with many answers. Coming back needs a new invitation. Nobody removes themselves here, and an "
             "organisation keeps an active administrator (409 `last_admin`).",
     .reply_help = "Removed.", .reply = &success_shape, .errors = ERRORS({ERR_LAST_ADMIN, NULL})},
    {0},
};
