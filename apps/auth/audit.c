/* audit.c - the organisation's audit log (rule A12), newest first, one page at a time, as JSON or CSV. */
#include "apps/auth/auth.h"
#include "common/auth/actions.h"
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
    FIELD_STR(struct audit_query, action, "action", 0, 3, 60, .help = "Only this action, such as user.role_changed."),
    FIELD_UUID(struct audit_query, actor, "actor", 0, .help = "Only what this person did."),
    FIELD_TIME(struct audit_query, since, "since", 0, .help = "Only entries from then on."),
    FIELD_TIME(struct audit_query, until, "until", 0, .help = "Only entries before that."),
    FIELD_ENUM(struct audit_query, format, "format", 0, formats, "json", .help = "json, or csv as an attachment for spreadsheets."),
    FIELD_OPTINT(struct audit_query, limit, "limit", 0, 1, CSV_PAGE, .help = "Entries on a page; absent: 50, and 10,000 as csv.",
                 .example = "50"),
    FIELD_OPTINT(struct audit_query, cursor, "cursor", 0, 1, INT64_C(1) << 53,
                 .help = "Where the page begins: from the Link header of the page before."),
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
    OUT(FT_ENUM, "kind",
        "session: a person in a browser. key: a person's API key. system: the server itself. platform: an administrator of the platform.",
        .values = VALUES("session", "key", "system", "platform"), .example = "session"),
    OUT(FT_UUID, "id", "Of the person; null: not a person of the organisation, or gone.", .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "name", "Null for the system, for who is gone, and for administrators of the platform.", .flags = FIELD_NULL,
        .example = "Robin Sample"),
    FIELD_END,
};
static const struct shape audit_entry_actor_shape = SHAPE("AuditEntryActor", "Who did it.", audit_entry_actor_members);

static const struct field audit_entry_target_members[] = {
    OUT(FT_STR, "type", "What kind of thing it is.", .pattern = "^[a-z_]+$", .example = "user"),
    OUT(FT_UUID, "id", "Of the thing; null: it has none.", .flags = FIELD_NULL, .example = "91b3d5f7-2468-4ace-9bdf-13579ace0246"),
    OUT(FT_STR, "name", "Of a person who is still there.", .flags = FIELD_NULL, .example = "Alex Example"),
    FIELD_END,
};
static const struct shape audit_entry_target_shape = SHAPE("AuditEntryTarget", "What it was done to.", audit_entry_target_members);

static const struct field audit_entry_members[] = {
    OUT(FT_INT, "seq", "Number of the entry: unique in its log, larger than those of entries before.", .min = 1, .example = "1042"),
    OUT(FT_TIME, "at", "When it was done.", .example = "2026-11-21T08:21:07.940Z"),
    OUT(FT_OBJ, "actor", "Who did it.", .shape = &audit_entry_actor_shape),
    OUT(FT_ENUM, "action", "What was done: the kind of thing, a point, and the act.", .values = audit_actions,
        .example = "user.role_changed"),
    OUT(FT_OBJ, "target", "What it was done to.", .shape = &audit_entry_target_shape),
    OUT(FT_MAP, "detail", "Facts of the action: ids, roles, scopes; no names and no secrets.",
        .example = "{\"from\": \"MEMBER\", \"to\": \"FACILITATOR\"}"),
    OUT(FT_STR, "requestId", "As in X-Request-Id of the reply; null: it was no request.", .flags = FIELD_NULL,
        .example = "0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24"),
    OUT(FT_STR, "hash", "SHA-256 over the entry and the hash of the one before, in hexadecimal.", .pattern = "^[0-9a-f]{64}$",
        .example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    FIELD_END,
};
static const struct shape audit_entry_shape = SHAPE("AuditEntry", "One act, as it was written down with it.", audit_entry_members);

const struct route audit_routes[] = {
    {METHOD_GET, "/api/portal/audit-log", GUARD_OVERSIGHT, "settings", audit_get, QUERY(audit_query_fields, struct audit_query),
     .check = audit_check, .summary = "The organisation's audit log, newest first",
     .flags = ROUTE_PAGED | ROUTE_FILE | ROUTE_CSV | ROUTE_LIST, .name = "getAuditLog", .tag = "team",
     .help = "Who did what in the organisation. Filters can be combined. Entries are never changed: each holds a hash over itself and the "
             "entry before, so that a log that was tampered with does not verify (`instance.sh audit-verify` on the server). As CSV a page "
             "has up to 10,000 entries; the Link header leads on in both formats.",
     .reply_help = "One page; as CSV an attachment with a line of titles, behind a byte order mark.",
     .reply_text =
         "seq,at,actorKind,actorId,actorName,action,targetType,targetId,targetName,detail,requestId,hash\r\n1042,2026-11-21T08:21:07.940Z,"
         "session,2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32,Robin Sample,user.role_changed,user,91b3d5f7-2468-4ace-9bdf-13579ace0246,Alex "
         "Example,\"{\"\"to\"\": \"\"FACILITATOR\"\", \"\"from\"\": "
         "\"\"MEMBER\"\"}\",0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24,9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\r\n",
     .reply = &audit_entry_shape},
    {0},
};
