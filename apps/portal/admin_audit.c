/* admin_audit.c - the platform's own acts across organisations, or the log of one organisation (rule A12), newest first. */
#include "apps/portal/portal.h"
#include "common/base/clock.h"
#include "common/base/str.h"

struct admin_audit_query {
    const char *org, *action, *actor, *since, *until, *cursor;
    int64_t limit;
};

static const struct field admin_audit_query_fields[] = {
    FIELD_UUID(struct admin_audit_query, org, "org", 0),
    FIELD_STR(struct admin_audit_query, action, "action", 0, 3, 60),
    FIELD_UUID(struct admin_audit_query, actor, "actor", 0),
    FIELD_TIME(struct admin_audit_query, since, "since", 0),
    FIELD_TIME(struct admin_audit_query, until, "until", 0),
    FIELD_STR(struct admin_audit_query, cursor, "cursor", 0, 1, 80),
    FIELD_INT(struct admin_audit_query, limit, "limit", 0, 1, 200, "50"),
    FIELD_END,
};

static enum err admin_audit_check(struct req *q, struct resp *r) {
    const struct admin_audit_query *f = q->query;
    if (f->action && strspn(f->action, "abcdefghijklmnopqrstuvwxyz_.") != strlen(f->action)) {
        resp_field_error(r, "action", "must be an action of the log, such as user.signed_in");
    }
    return OK;
}

/* Of one organisation the cursor is an entry's number; across organisations it is "<microseconds>.<uuid>". */
static enum err make_call(struct req *q, struct resp *r, const struct admin_audit_query *f, struct db_call *call) {
    const char *limit = db_number(q->arena, f->limit + 1);
    const char *us, *id;
    int64_t seq = 0;
    if (!f->org) {
        enum err e = page_cursor(q, r, f->cursor, &us, &id);
        *call = (struct db_call){SQL_ADMIN_AUDIT_PLATFORM(limit, us, id, f->action, f->actor, f->since, f->until)};
        return e;
    }
    if (f->cursor && !str_to_i64(f->cursor, 1, INT64_MAX, &seq)) {
        resp_field_error(r, "cursor", "must come from the Link header of a reply");
        return ERR_VALIDATION;
    }
    *call = (struct db_call){SQL_ADMIN_AUDIT_ORG(f->org, limit, f->cursor, f->action, f->actor, f->since, f->until)};
    return OK;
}

static void write_entry(struct req *q, struct jwrite *w, const struct db_rows *rows, int i) {
    jw_object(w);
    jw_kint(w, "seq", db_int(rows, i, COL_SEQ));
    jw_kstr(w, "at", db_iso(q->arena, db_str(rows, i, COL_AT)));
    jw_kobject(w, "organization");
    jw_kstr(w, "id", db_str(rows, i, COL_ORG_ID));
    jw_kstr(w, "name", db_str(rows, i, COL_ORG_NAME));
    jw_object_end(w);
    jw_kobject(w, "actor");
    jw_kstr(w, "kind", db_str(rows, i, COL_KIND));
    jw_kstr(w, "id", db_str(rows, i, COL_ACTOR_ID));
    jw_kstr(w, "name", db_str(rows, i, COL_ACTOR));
    jw_object_end(w);
    jw_kstr(w, "action", db_str(rows, i, COL_ACTION));
    jw_kobject(w, "target");
    jw_kstr(w, "type", db_str(rows, i, COL_TARGET));
    jw_kstr(w, "id", db_str(rows, i, COL_TARGET_ID));
    jw_kstr(w, "name", db_str(rows, i, COL_TARGET_NAME));
    jw_object_end(w);
    jw_key(w, "detail");
    jw_jsonb(w, db_str(rows, i, COL_DETAIL));
    jw_kstr(w, "requestId", db_str(rows, i, COL_REQUEST));
    jw_object_end(w);
}

static enum err admin_audit_get(struct req *q, struct resp *r) {
    const struct admin_audit_query *f = q->query;
    struct db_rows rows;
    struct db_call call;
    enum err e = make_call(q, r, f, &call);
    call.rows = &rows;
    if (e == OK) {
        e = req_run(q, &call, 1);
    }
    if (e != OK) {
        return e;
    }
    /* One row more than asked for tells whether there is a next page. */
    int n = rows.n > f->limit ? (int)f->limit : rows.n;
    jw_array(&r->json);
    for (int i = 0; i < n; i++) {
        write_entry(q, &r->json, &rows, i);
    }
    jw_array_end(&r->json);
    if (rows.n > n) {
        const struct page_filter filters[] = {{"org", f->org},     {"action", f->action}, {"actor", f->actor},
                                              {"since", f->since}, {"until", f->until},   {0}};
        const char *seq = db_str(&rows, n - 1, COL_SEQ);
        const char *place = arena_printf(q->arena, "%s.%s", db_str(&rows, n - 1, COL_AT_US), db_str(&rows, n - 1, COL_ORG_ID));
        page_next(q, r, f->limit, f->org ? seq : place, filters);
    }
    return OK;
}

static const struct field admin_audit_entry_actor_members[] = {
    OUT(FT_ENUM, "kind", "Kind.", .values = VALUES("session", "key", "system", "platform")),
    OUT(FT_UUID, "id", "Id.", .flags = FIELD_NULL),
    OUT(FT_STR, "name", "Name.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape admin_audit_entry_actor_shape =
    SHAPE("AdminAuditEntryActor", "Admin audit entry actor.", admin_audit_entry_actor_members);

static const struct field admin_audit_entry_target_members[] = {
    OUT(FT_STR, "type", "Type.", .pattern = "^[a-z_]+$"),
    OUT(FT_UUID, "id", "Id.", .flags = FIELD_NULL),
    OUT(FT_STR, "name", "Name.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape admin_audit_entry_target_shape =
    SHAPE("AdminAuditEntryTarget", "Admin audit entry target.", admin_audit_entry_target_members);

static const struct field admin_audit_entry_members[] = {
    OUT(FT_INT, "seq", "Seq.", .min = 1),
    OUT(FT_TIME, "at", "At.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_OBJ, "organization", "Organization.", .shape = &admin_org_name_shape),
    OUT(FT_OBJ, "actor", "Actor.", .shape = &admin_audit_entry_actor_shape),
    OUT(FT_STR, "action", "Action.", .pattern = "^[a-z_]+\\.[a-z_]+$"),
    OUT(FT_OBJ, "target", "Target.", .shape = &admin_audit_entry_target_shape),
    OUT(FT_MAP, "detail", "Detail."),
    OUT(FT_STR, "requestId", "Request id.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape admin_audit_entry_shape = SHAPE("AdminAuditEntry", "Admin audit entry.", admin_audit_entry_members);

const struct route admin_audit_routes[] = {
    {METHOD_GET, "/api/admin/audit-log", GUARD_PLATFORM, NULL, admin_audit_get, QUERY(admin_audit_query_fields, struct admin_audit_query),
     .check = admin_audit_check, .summary = "The platform's own acts, or one organisation's log, newest first",
     .flags = ROUTE_PAGED | ROUTE_LIST, .name = "adminListAuditLog", .tag = "platform",
     .help = "Without org: what platform administrators and the commands on the server did. With org: that log, without the detail of "
             "exercises and certificates.",
     .reply_help = "One page.", .reply = &admin_audit_entry_shape},
    {0},
};
