/* team.c - the people of the organisation: list, change of role or status, removal (rules A4, A7, A13). */
#include "apps/auth/auth.h"
#include "common/base/str.h"

struct user_change_body {
    const char *role, *status;
};

struct users_query {
    int64_t limit;
    const char *cursor;
};

#define FIRST_US "0"
#define FIRST_ID "00000000-0000-0000-0000-000000000000"

static const char *const statuses[] = {"ACTIVE", "DEACTIVATED", NULL};
const char *const team_roles[] = {"CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR", NULL};

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

/* "<microseconds>.<uuid>" of the last person of a page, opaque to clients. */
static bool read_cursor(struct req *q, const char *cursor, const char **us, const char **id) {
    int64_t number = 0;
    *us = FIRST_US;
    *id = FIRST_ID;
    if (!cursor) {
        return true;
    }
    const char *dot = strchr(cursor, '.');
    *us = dot ? arena_strndup(q->arena, cursor, (size_t)(dot - cursor)) : "";
    *id = dot ? dot + 1 : "";
    return str_to_i64(*us, 0, INT64_C(253402300799000000), &number) && str_is_uuid(*id);
}

static void write_user(struct req *q, struct jwrite *w, const struct db_rows *rows, int i) {
    jw_object(w);
    jw_kstr(w, "id", db_str(rows, i, COL_ID));
    jw_kstr(w, "email", db_str(rows, i, COL_EMAIL));
    jw_kstr(w, "firstName", db_str(rows, i, COL_FIRST_NAME));
    jw_kstr(w, "lastName", db_str(rows, i, COL_LAST_NAME));
    jw_kstr(w, "role", db_str(rows, i, COL_ROLE));
    jw_kstr(w, "status", db_str(rows, i, COL_STATUS));
    jw_kstr(w, "createdAt", db_iso(q->arena, db_str(rows, i, COL_CREATED_AT)));
    jw_kstr(w, "lastSignInAt", db_iso(q->arena, db_str(rows, i, COL_LAST_SIGN_IN_AT)));
    jw_object_end(w);
}

static void write_seats(struct jwrite *w, const struct db_rows *seats) {
    jw_kobject(w, "seats");
    if (db_null(seats, 0, COL_TOTAL)) {
        jw_knull(w, "total");
    } else {
        jw_kint(w, "total", db_int(seats, 0, COL_TOTAL));
    }
    jw_kint(w, "used", db_int(seats, 0, COL_USED));
    jw_kint(w, "invited", db_int(seats, 0, COL_INVITED));
    jw_object_end(w);
}

static enum err users_get(struct req *q, struct resp *r) {
    const struct users_query *f = q->query;
    const char *us, *id;
    struct db_rows rows, seats;
    if (!read_cursor(q, f->cursor, &us, &id)) {
        resp_field_error(r, "cursor", "must come from the Link header of a reply");
        return ERR_VALIDATION;
    }
    /* One row more than asked for tells whether there is a next page. */
    struct db_call calls[] = {
        {SQL_USER_LIST(arena_printf(q->arena, "%lld", (long long)f->limit + 1), us, id), .rows = &rows},
        {SQL_SEATS(), .rows = &seats},
    };
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    int n = rows.n > f->limit ? (int)f->limit : rows.n;
    jw_object(&r->json);
    jw_karray(&r->json, "users");
    for (int i = 0; i < n; i++) {
        write_user(q, &r->json, &rows, i);
    }
    jw_array_end(&r->json);
    write_seats(&r->json, &seats);
    jw_object_end(&r->json);
    if (rows.n > n) {
        resp_header(r, "Link",
                    arena_printf(q->arena, "<%s?limit=%lld&cursor=%s.%s>; rel=\"next\"", q->path, (long long)f->limit,
                                 db_str(&rows, n - 1, COL_CREATED_US), db_str(&rows, n - 1, COL_ID)));
    }
    return OK;
}

/* What the statements' verdicts mean to a client. */
static enum err judge(struct resp *r, const char *verdict) {
    if (str_eq(verdict, "ok")) {
        jw_object(&r->json);
        jw_kbool(&r->json, "success", true);
        jw_object_end(&r->json);
        return OK;
    }
    if (str_eq(verdict, "last_admin")) {
        return ERR_LAST_ADMIN;
    }
    if (str_eq(verdict, "self")) {
        return resp_fail(r, ERR_FORBIDDEN, "Nobody changes their own role or membership. Ask another administrator.");
    }
    if (str_eq(verdict, "platform")) {
        return resp_fail(r, ERR_FORBIDDEN, "Platform administrators are changed on the server.");
    }
    return ERR_NOT_FOUND;
}

static enum err user_change_check(struct req *q, struct resp *r) {
    const struct user_change_body *b = q->body;
    if (!b->role && !b->status && !r->errors.count) {
        resp_field_error(r, "role", "or status must be given");
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
    OUT(FT_UUID, "id", "Of the person.", .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_EMAIL, "email", "The e-mail address, in lower case.", .example = "robin@example.com"),
    OUT(FT_STR, "firstName", "Given name.", .min = 1, .example = "Robin"),
    OUT(FT_STR, "lastName", "Family name.", .min = 1, .example = "Sample"),
    OUT(FT_ENUM, "role", "What the person may do.", .values = VALUES("SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"),
        .example = "MEMBER"),
    OUT(FT_ENUM, "status", "DEACTIVATED: cannot sign in and takes no seat.", .values = VALUES("ACTIVE", "DEACTIVATED")),
    OUT(FT_TIME, "createdAt", "When the account was made.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "lastSignInAt", "When the person last signed in; null: never.", .example = "2026-11-21T08:15:30.123Z",
        .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape user_shape = SHAPE("User", "A person of the organisation.", user_members);

static const struct field users_seats_members[] = {
    OUT(FT_INT, "total", "Seats of the plan; null: unlimited.", .min = 0, .flags = FIELD_NULL, .example = "50"),
    OUT(FT_INT, "used", "Active people.", .min = 0, .example = "12"),
    OUT(FT_INT, "invited", "Invitations that can still be accepted; each keeps a seat.", .min = 0, .example = "2"),
    FIELD_END,
};
static const struct shape users_seats_shape =
    SHAPE("UsersSeats", "How many people the plan allows, and how many seats are taken.", users_seats_members);

static const struct field users_members[] = {
    OUT(FT_OBJS, "users", "One page of people, who came first first.", .max = 500, .shape = &user_shape),
    OUT(FT_OBJ, "seats", "Seats of the whole organisation, on every page.", .shape = &users_seats_shape),
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
     .id_help = "Of the person.",
     .help = "Changes role, status or both; a body with neither is 400. Nobody changes themselves (403 `forbidden`), and an organisation "
             "keeps an active administrator (409 `last_admin`). Deactivating ends all sessions and API keys of the person; becoming active "
             "again takes a seat (403 `seats_used`). Both are in the audit log.",
     .reply_help = "Changed.", .reply = &success_shape, .errors = ERRORS({ERR_LAST_ADMIN, NULL}, {ERR_SEATS, NULL})},
    {METHOD_DELETE, "/api/portal/users/{id}", GUARD_ADMIN, NULL, user_delete, .flags = ROUTE_SLOW | ROUTE_STEP_UP,
     .summary = "Remove a person from the organisation", .name = "removeUser", .tag = "team", .id_help = "Of the person.",
     .help = "Erases the account as /api/portal/delete-account does: completed exercises stay without the person, everything else goes. "
             "May take minutes for people with many answers. Coming back needs a new invitation. Nobody removes themselves here, and an "
             "organisation keeps an active administrator (409 `last_admin`).",
     .reply_help = "Removed.", .reply = &success_shape, .errors = ERRORS({ERR_LAST_ADMIN, NULL})},
    {0},
};
