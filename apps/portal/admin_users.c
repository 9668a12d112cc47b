/* admin_users.c - people of all organisations, for platform administrators: facts about accounts, no secrets (rules A2, A3, A7, B2). */
#include "apps/portal/portal.h"
#include "common/base/str.h"

struct person_change_body {
    const char *status;
};

struct people_query {
    const char *search, *org, *cursor;
    int64_t limit;
};

static const char *const statuses[] = {"ACTIVE", "DEACTIVATED", NULL};

static const struct field people_query_fields[] = {
    FIELD_STR(struct people_query, search, "q", 0, 1, 254, .help = "Only people whose address or name begins like this."),
    FIELD_UUID(struct people_query, org, "org", 0, .help = "Only people of this organisation."),
    FIELD_STR(struct people_query, cursor, "cursor", 0, 3, 254, .help = "Where the page begins: from the Link header of the page before."),
    FIELD_INT(struct people_query, limit, "limit", 0, 1, 200, "50", .help = "People on a page.", .example = "50"),
    FIELD_END,
};
static const struct field person_change_fields[] = {
    FIELD_ENUM(struct person_change_body, status, "status", FIELD_REQUIRED, statuses, NULL,
               .help = "DEACTIVATED: cannot sign in and takes no seat.", .example = "DEACTIVATED"),
    FIELD_END,
};

static void write_person(struct req *q, struct jwrite *w, const struct db_rows *rows, int i) {
    jw_object(w);
    jw_kstr(w, "id", db_str(rows, i, COL_ID));
    jw_kstr(w, "email", db_str(rows, i, COL_EMAIL));
    jw_kstr(w, "firstName", db_str(rows, i, COL_FIRST_NAME));
    jw_kstr(w, "lastName", db_str(rows, i, COL_LAST_NAME));
    jw_kstr(w, "role", db_str(rows, i, COL_ROLE));
    jw_kstr(w, "status", db_str(rows, i, COL_STATUS));
    jw_kstr(w, "createdAt", db_iso(q->arena, db_str(rows, i, COL_CREATED_AT)));
    jw_kstr(w, "lastSignInAt", db_iso(q->arena, db_str(rows, i, COL_LAST_SIGN_IN_AT)));
    jw_kint(w, "sessions", db_int(rows, i, COL_SESSIONS));
    jw_kbool(w, "secondFactor", db_bool(rows, i, COL_FACTOR));
    jw_kobject(w, "organization");
    jw_kstr(w, "id", db_str(rows, i, COL_ORG_ID));
    jw_kstr(w, "name", db_str(rows, i, COL_ORG_NAME));
    jw_object_end(w);
    jw_object_end(w);
}

static enum err admin_users_get(struct req *q, struct resp *r) {
    const struct people_query *f = q->query;
    struct db_rows rows;
    /* One row more than asked for tells whether there is a next page. */
    struct db_call call = {SQL_ADMIN_USERS(db_number(q->arena, f->limit + 1), f->cursor, f->search, f->org), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    int n = rows.n > f->limit ? (int)f->limit : rows.n;
    jw_array(&r->json);
    for (int i = 0; i < n; i++) {
        write_person(q, &r->json, &rows, i);
    }
    jw_array_end(&r->json);
    if (rows.n > n) {
        const struct page_filter filters[] = {{"q", f->search}, {"org", f->org}, {0}};
        page_next(q, r, f->limit, db_str(&rows, n - 1, COL_EMAIL), filters);
    }
    return OK;
}

static enum err admin_user_put(struct req *q, struct resp *r) {
    const struct person_change_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_ADMIN_USER_CHANGE(q->params[0], b->status), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? admin_judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

static enum err admin_user_sessions_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_ADMIN_USER_SESSIONS_END(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK || rows.n == 0) {
        return e == OK ? ERR_NOT_FOUND : e;
    }
    jw_object(&r->json);
    jw_kbool(&r->json, "success", true);
    jw_kint(&r->json, "ended", db_int(&rows, 0, COL_ENDED));
    jw_object_end(&r->json);
    return OK;
}

static const struct field admin_org_name_members[] = {
    OUT(FT_UUID, "id", "Of the organisation.", .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_STR, "name", "What the organisation calls itself.", .example = "Example Logistics"),
    FIELD_END,
};
const struct shape admin_org_name_shape = SHAPE("AdminOrgName", "Which organisation.", admin_org_name_members);

static const struct field admin_user_members[] = {
    OUT(FT_UUID, "id", "Of the person.", .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "email", "The name to sign in with.", .example = "robin@example.com"),
    OUT(FT_STR, "firstName", "Given name.", .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name.", .example = "Sample"),
    OUT(FT_ENUM, "role", "What the person may do.", .values = VALUES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"),
        .example = "MEMBER"),
    OUT(FT_ENUM, "status", "DEACTIVATED: cannot sign in and takes no seat.", .values = VALUES("ACTIVE", "DEACTIVATED"),
        .example = "ACTIVE"),
    OUT(FT_TIME, "createdAt", "When the account was made.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastSignInAt", "When the person last signed in; null: never.", .example = "2026-11-21T08:15:30.123Z",
        .flags = FIELD_NULL),
    OUT(FT_INT, "sessions", "Whole sessions that are open.", .min = 0, .example = "1"),
    OUT(FT_BOOL, "secondFactor", "Whether signing in asks for a code."),
    OUT(FT_OBJ, "organization", "Where the person belongs.", .shape = &admin_org_name_shape),
    FIELD_END,
};
static const struct shape admin_user_shape = SHAPE("AdminUser", "A person of any organisation.", admin_user_members);

static const struct field admin_sessions_ended_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_INT, "ended", "How many have ended.", .min = 0, .example = "1"),
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
     .id_help = "Of the person.",
     .help = "Deactivating ends all sessions and API keys of the person; becoming active again takes a seat (403 `seats_used`). An "
             "organisation keeps an active administrator (409 `last_admin`), and nobody changes themselves or another administrator of the "
             "platform here (409 `conflict`).",
     .reply_help = "Changed.", .reply = &success_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL}, {ERR_LAST_ADMIN, NULL}, {ERR_SUSPENDED, NULL}, {ERR_SEATS, NULL})},
    {METHOD_DELETE, "/api/admin/users/{id}/sessions", GUARD_PLATFORM, NULL, admin_user_sessions_delete, .flags = ROUTE_STEP_UP,
     .summary = "End all sessions of a person", .name = "adminEndSessions", .tag = "platform", .id_help = "Of the person.",
     .help =
         "For a person whose cookie may be in wrong hands: ends all sessions, also those that wait for the second factor. API keys stay.",
     .reply_help = "How many have ended.", .reply = &admin_sessions_ended_shape},
    {0},
};
