/* audit.c - the organisation's audit log (rule A12), newest first, one page at a time, as JSON or CSV. */
#include "apps/auth/auth.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/html/hwrite.h"

struct audit_query {
    const char *action, *actor, *since, *until, *format;
    const int64_t *limit, *cursor;
};

#define JSON_PAGE 50
#define CSV_PAGE 10000

static const char *const formats[] = {"json", "csv", NULL};

static const struct field audit_query_fields[] = {
    FIELD_STR(struct audit_query, action, "action", 0, 3, 60),
    FIELD_UUID(struct audit_query, actor, "actor", 0),
    FIELD_TIME(struct audit_query, since, "since", 0),
    FIELD_TIME(struct audit_query, until, "until", 0),
    FIELD_ENUM(struct audit_query, format, "format", 0, formats, "json"),
    FIELD_OPTINT(struct audit_query, limit, "limit", 0, 1, CSV_PAGE),
    FIELD_OPTINT(struct audit_query, cursor, "cursor", 0, 1, INT64_C(1) << 53),
    FIELD_END,
};

/* Columns of statement audit_list as the export names them. */
static const struct {
    const char *title;
    enum db_column column;
} columns[] = {
    {"seq", COL_SEQ},         {"at", COL_AT},         {"actorKind", COL_KIND},    {"actorId", COL_ACTOR_ID},
    {"actorName", COL_ACTOR}, {"action", COL_ACTION}, {"targetType", COL_TARGET}, {"targetId", COL_TARGET_ID},
    {"targetName", COL_NAME}, {"detail", COL_DETAIL}, {"requestId", COL_REQUEST}, {"hash", COL_HASH},
};
#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static enum err audit_check(struct req *q, struct resp *r) {
    const struct audit_query *f = q->query;
    if (f->action && strspn(f->action, "abcdefghijklmnopqrstuvwxyz_.") != strlen(f->action)) {
        resp_field_error(r, "action", "must be an action of the log, such as user.signed_in");
    }
    return OK;
}

static void write_json(struct req *q, struct jwrite *w, const struct db_rows *rows, int n) {
    jw_array(w);
    for (int i = 0; i < n; i++) {
        jw_object(w);
        jw_kint(w, "seq", db_int(rows, i, COL_SEQ));
        jw_kstr(w, "at", db_iso(q->arena, db_str(rows, i, COL_AT)));
        jw_kobject(w, "actor");
        jw_kstr(w, "kind", db_str(rows, i, COL_KIND));
        jw_kstr(w, "id", db_str(rows, i, COL_ACTOR_ID));
        jw_kstr(w, "name", db_str(rows, i, COL_ACTOR));
        jw_object_end(w);
        jw_kstr(w, "action", db_str(rows, i, COL_ACTION));
        jw_kobject(w, "target");
        jw_kstr(w, "type", db_str(rows, i, COL_TARGET));
        jw_kstr(w, "id", db_str(rows, i, COL_TARGET_ID));
        jw_kstr(w, "name", db_str(rows, i, COL_NAME));
        jw_object_end(w);
        jw_key(w, "detail");
        jw_jsonb(w, db_str(rows, i, COL_DETAIL));
        jw_kstr(w, "requestId", db_str(rows, i, COL_REQUEST));
        jw_kstr(w, "hash", db_str(rows, i, COL_HASH));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_csv(struct req *q, struct buf *out, const struct db_rows *rows, int n) {
    csv_begin(out);
    for (size_t c = 0; c < NCOLUMNS; c++) {
        buf_printf(out, "%s%s", c ? "," : "", columns[c].title);
    }
    for (int i = 0; i < n; i++) {
        buf_puts(out, "\r\n");
        for (size_t c = 0; c < NCOLUMNS; c++) {
            const char *value = db_str(rows, i, columns[c].column);
            if (c) {
                buf_putc(out, ',');
            }
            csv_cell(out, columns[c].column == COL_AT ? db_iso(q->arena, value) : value);
        }
    }
    buf_puts(out, "\r\n");
}

/* A time as it stands in an address without encoding; NULL stays NULL. */
static const char *plain_time(struct arena *a, const char *given) {
    int64_t us = 0;
    char iso[CLOCK_ISO_SIZE];
    if (!given || !clock_parse(given, &us)) {
        return NULL;
    }
    clock_iso(us, iso);
    return arena_strdup(a, iso);
}

/* The same address from the entry on that was the last one here (RFC 8288). */
static void link_next(struct req *q, struct resp *r, const struct audit_query *f, int64_t limit, const char *last) {
    const char *link = arena_printf(q->arena, "<%s?limit=%lld&cursor=%s&format=%s", q->path, (long long)limit, last, f->format);
    const struct {
        const char *name, *value;
    } filters[] = {
        {"action", f->action}, {"actor", f->actor}, {"since", plain_time(q->arena, f->since)}, {"until", plain_time(q->arena, f->until)}};
    for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
        if (filters[i].value) {
            link = arena_printf(q->arena, "%s&%s=%s", link, filters[i].name, filters[i].value);
        }
    }
    resp_header(r, "Link", arena_printf(q->arena, "%s>; rel=\"next\"", link));
}

static enum err audit_get(struct req *q, struct resp *r) {
    const struct audit_query *f = q->query;
    bool csv = str_eq(f->format, "csv");
    int64_t limit = f->limit ? *f->limit : csv ? CSV_PAGE : JSON_PAGE;
    struct db_rows rows;
    /* One row more than asked for tells whether there is a next page. */
    struct db_call call = {SQL_AUDIT_LIST(arena_printf(q->arena, "%lld", (long long)limit + 1),
                                          f->cursor ? arena_printf(q->arena, "%lld", (long long)*f->cursor) : NULL, f->action, f->actor,
                                          f->since, f->until),
                           .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    int n = rows.n > limit ? (int)limit : rows.n;
    if (rows.n > n) {
        link_next(q, r, f, limit, db_str(&rows, n - 1, COL_SEQ));
    }
    if (csv) {
        char today[CLOCK_ISO_SIZE];
        clock_iso(clock_now_us(), today);
        r->content_type = "text/csv; charset=utf-8";
        resp_attachment(r, arena_printf(q->arena, "muster-audit-log-%.10s.csv", today));
        write_csv(q, r->body, &rows, n);
    } else {
        write_json(q, &r->json, &rows, n);
    }
    return OK;
}

static const struct field audit_entry_actor_members[] = {
    OUT(FT_ENUM, "kind", "Kind.", .values = VALUES("session", "key", "system", "platform")),
    OUT(FT_UUID, "id", "Id.", .flags = FIELD_NULL),
    OUT(FT_STR, "name", "Null for the system, for who is gone, and for administrators of the platform.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape audit_entry_actor_shape = SHAPE("AuditEntryActor", "Audit entry actor.", audit_entry_actor_members);

static const struct field audit_entry_target_members[] = {
    OUT(FT_STR, "type", "Type.", .pattern = "^[a-z_]+$"),
    OUT(FT_UUID, "id", "Id.", .flags = FIELD_NULL),
    OUT(FT_STR, "name", "Of a person who is still there.", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape audit_entry_target_shape = SHAPE("AuditEntryTarget", "Audit entry target.", audit_entry_target_members);

static const struct field audit_entry_members[] = {
    OUT(FT_INT, "seq", "Of the entry: unique in the organisation, larger than that of entries before.", .min = 1),
    OUT(FT_TIME, "at", "At.", .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_OBJ, "actor", "Actor.", .shape = &audit_entry_actor_shape),
    OUT(FT_STR, "action", "Action.", .pattern = "^[a-z_]+\\.[a-z_]+$", .example = "user.role_changed"),
    OUT(FT_OBJ, "target", "Target.", .shape = &audit_entry_target_shape),
    OUT(FT_MAP, "detail", "Facts of the action: ids, roles, scopes; no names and no secrets."),
    OUT(FT_STR, "requestId", "As in X-Request-Id of the reply.", .flags = FIELD_NULL),
    OUT(FT_STR, "hash", "Hash.", .pattern = "^[0-9a-f]{64}$"),
    FIELD_END,
};
static const struct shape audit_entry_shape = SHAPE("AuditEntry", "Audit entry.", audit_entry_members);

const struct route audit_routes[] = {
    {METHOD_GET, "/api/portal/audit-log", GUARD_OVERSIGHT, "settings", audit_get, QUERY(audit_query_fields, struct audit_query),
     .check = audit_check, .summary = "The organisation's audit log, newest first",
     .flags = ROUTE_PAGED | ROUTE_FILE | ROUTE_CSV | ROUTE_LIST, .name = "getAuditLog", .tag = "team",
     .help = "Entries are never changed. Each holds a hash over itself and the entry before, so that a log that was tampered with does not "
             "verify.",
     .reply_help = "One page; as CSV an attachment with a line of titles, behind a byte order mark.", .reply = &audit_entry_shape},
    {0},
};
