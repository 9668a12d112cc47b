/* admin_audit.c - the platform's own acts across organisations, or the log of one organisation (rule A12), newest first. */
#include "apps/portal/portal.h"
#include "common/auth/actions.h"
#include "common/base/clock.h"
#include "common/base/str.h"

struct admin_audit_query {
    const char *org, *action, *actor, *since, *until, *cursor;
    int64_t limit;
};

static const struct field admin_audit_query_fields[] = {
    FIELD_UUID(struct admin_audit_query, org, "org", 0, .help = "The log of this organisation; absent: the platform's own."),
    FIELD_STR(struct admin_audit_query, action, "action", 0, 3, 60, .help = "Only this action, such as platform.organization_suspended."),
    FIELD_UUID(struct admin_audit_query, actor, "actor", 0, .help = "Only what this person did."),
    FIELD_TIME(struct admin_audit_query, since, "since", 0, .help = "Only entries from then on."),
    FIELD_TIME(struct admin_audit_query, until, "until", 0, .help = "Only entries before that."),
    FIELD_STR(struct admin_audit_query, cursor, "cursor", 0, 1, 80,
              .help = "Where the page begins: from the Link header of the page before."),
    FIELD_INT(struct admin_audit_query, limit, "limit", 0, 1, 200, "50", .help = "Entries on a page.", .example = "50"),
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
    OUT(FT_ENUM, "kind",
        "session: a person in a browser. key: a person's API key. system: the server itself. platform: an administrator of the platform.",
        .values = VALUES("session", "key", "system", "platform"), .example = "session"),
    OUT(FT_UUID, "id", "Of the person; null: not a person of the organisation, or gone.", .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "name", "Null for the system, for who is gone, and for administrators of the platform.", .flags = FIELD_NULL,
        .example = "Robin Sample"),
    FIELD_END,
};
static const struct shape admin_audit_entry_actor_shape =
    SHAPE("AdminAuditEntryActor", "Who did it, as the platform may know it.", admin_audit_entry_actor_members);

static const struct field admin_audit_entry_target_members[] = {
    OUT(FT_STR, "type", "What kind of thing it is.", .pattern = "^[a-z_]+$", .example = "user"),
    OUT(FT_UUID, "id", "Of the thing; null: it has none.", .flags = FIELD_NULL, .example = "91b3d5f7-2468-4ace-9bdf-13579ace0246"),
    OUT(FT_STR, "name", "Of a person who is still there.", .flags = FIELD_NULL, .example = "Alex Example"),
    FIELD_END,
};
static const struct shape admin_audit_entry_target_shape =
    SHAPE("AdminAuditEntryTarget", "What it was done to, as the platform may know it.", admin_audit_entry_target_members);

static const struct field admin_audit_entry_members[] = {
    OUT(FT_INT, "seq", "Number of the entry: unique in its log, larger than those of entries before.", .min = 1, .example = "1042"),
    OUT(FT_TIME, "at", "When it was done.", .example = "2026-11-21T08:21:07.940Z"),
    OUT(FT_OBJ, "organization", "Whose log it is in.", .shape = &admin_org_name_shape),
    OUT(FT_OBJ, "actor", "Who did it.", .shape = &admin_audit_entry_actor_shape),
    OUT(FT_ENUM, "action", "What was done: the kind of thing, a point, and the act.", .values = audit_actions,
        .example = "user.role_changed"),
    OUT(FT_OBJ, "target", "What it was done to.", .shape = &admin_audit_entry_target_shape),
    OUT(FT_MAP, "detail", "Facts of the action: ids, roles, plans; without those of exercises and certificates.",
        .example = "{\"from\": \"MEMBER\", \"to\": \"FACILITATOR\"}"),
    OUT(FT_STR, "requestId", "As in X-Request-Id of the reply; null: it was no request.", .flags = FIELD_NULL,
        .example = "0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24"),
    FIELD_END,
};
static const struct shape admin_audit_entry_shape =
    SHAPE("AdminAuditEntry", "One act, as the platform's administrators may read it.", admin_audit_entry_members);

const struct route admin_audit_routes[] = {
    {METHOD_GET, "/api/admin/audit-log", GUARD_PLATFORM, NULL, admin_audit_get, QUERY(admin_audit_query_fields, struct admin_audit_query),
     .check = admin_audit_check, .summary = "The platform's own acts, or one organisation's log, newest first",
     .flags = ROUTE_PAGED | ROUTE_LIST, .name = "adminListAuditLog", .tag = "platform",
     .help = "Without org: what platform administrators and the commands on the server did. With org: that log, without the detail of "
             "exercises and certificates.",
     .reply_help = "One page.", .reply = &admin_audit_entry_shape},
    {0},
};
