/* audit.c - the organisation's audit log (rule A12), newest first, one page at a time, as JSON or CSV. */
#include "apps/auth/auth.h"
#include "common/auth/actions.h"
#include "common/web/list.h"

#include <string.h>

struct audit_query {
    const char *action, *actor, *since, *until, *format;
    const int64_t *limit, *cursor;
};

#define JSON_PAGE 50
#define CSV_PAGE 10000

static const char *const formats[] = {"json", "csv", NULL};

static const struct shape audit_entry_shape;

static const struct field audit_query_fields[] = {
    FIELD_STR(struct audit_query, action, "action", 0, 3, 60, FILTERS(audit_entry_shape, "action")),
    FIELD_UUID(struct audit_query, actor, "actor", 0, FILTERS(audit_entry_shape, "actor.id")),
    FIELD_TIME(struct audit_query, since, "since", 0, .help = "Only entries from then on."),
    FIELD_TIME(struct audit_query, until, "until", 0, .help = "Only entries before that."),
    FIELD_ENUM(struct audit_query, format, "format", 0, formats, "json", .help = "json, or csv as an attachment for spreadsheets."),
    FIELD_OPTINT(struct audit_query, limit, "limit", 0, 1, CSV_PAGE, .help = "Entries on a page; absent: 50, and 10,000 as csv.",
                 .example = "50"),
    FIELD_OPTINT(struct audit_query, cursor, "cursor", 0, 1, INT64_C(1) << 53,
                 .help = "Where the page begins: from the Link header of the page before."),
    FIELD_END,
};

static enum err audit_check(struct req *q, struct resp *r) {
    const struct audit_query *f = q->query;
    if (f->action && strspn(f->action, "abcdefghijklmnopqrstuvwxyz_.") != strlen(f->action)) {
        resp_field_error(r, "action", W_ERRORS_FIELD_ACTION);
    }
    return OK;
}

static const struct list audit_list = {
    .order = LIST_NUMBER, .id = COL_SEQ, .limit = JSON_PAGE, .csv_limit = CSV_PAGE, .saved = "muster-audit-log"};

static enum err audit_get(struct req *q, struct resp *r) {
    const struct audit_query *f = q->query;
    const struct list_at at = list_at(q, &audit_list);
    struct db_call call = {SQL_AUDIT_LIST(at.limit, at.place, f->action, f->actor, f->since, f->until)};
    return list_reply(q, r, &audit_list, &at, &call, 1);
}

static const struct field audit_entry_actor_members[] = {
    OUT(FT_ENUM, "kind",
        "session: a person in a browser. key: a person's API key. system: the server itself. platform: an administrator of the platform.",
        .column = COL_KIND, .values = VALUES("session", "key", "system", "platform"), .example = "session"),
    OUT(FT_UUID, "id", "Of the person; null: not a person of the organisation, or gone.", .column = COL_ACTOR_ID, .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "name", "Null for the system, for who is gone, and for administrators of the platform.", .column = COL_ACTOR,
        .flags = FIELD_NULL, .example = "Robin Sample"),
    FIELD_END,
};
static const struct shape audit_entry_actor_shape = SHAPE("AuditEntryActor", "Who did it.", audit_entry_actor_members);

static const struct field audit_entry_target_members[] = {
    OUT(FT_STR, "type", "What kind of thing it is.", .column = COL_TARGET, .pattern = "^[a-z_]+$", .example = "user"),
    OUT(FT_UUID, "id", "Of the thing; null: it has none.", .column = COL_TARGET_ID, .flags = FIELD_NULL,
        .example = "91b3d5f7-2468-4ace-9bdf-13579ace0246"),
    OUT(FT_STR, "name", "Of a person who is still there.", .column = COL_NAME, .flags = FIELD_NULL, .example = "Alex Example"),
    FIELD_END,
};
static const struct shape audit_entry_target_shape = SHAPE("AuditEntryTarget", "What it was done to.", audit_entry_target_members);

static const struct field audit_entry_members[] = {
    OUT(FT_INT, "seq", "Number of the entry: unique in its log, larger than those of entries before.", .column = COL_SEQ, .min = 1,
        .example = "1042"),
    OUT(FT_TIME, "at", "When it was done.", .column = COL_AT, .example = "2026-11-21T08:21:07.940Z"),
    OUT(FT_OBJ, "actor", "Who did it.", .shape = &audit_entry_actor_shape),
    OUT(FT_ENUM, "action", "What was done: the kind of thing, a point, and the act.", .column = COL_ACTION, .values = audit_actions,
        .example = "user.role_changed"),
    OUT(FT_OBJ, "target", "What it was done to.", .shape = &audit_entry_target_shape),
    OUT(FT_MAP, "detail", "Facts of the action: ids, roles, scopes; no names and no secrets.", .column = COL_DETAIL,
        .example = "{\"from\": \"MEMBER\", \"to\": \"FACILITATOR\"}"),
    OUT(FT_STR, "requestId", "As in X-Request-Id of the reply; null: it was no request.", .column = COL_REQUEST, .flags = FIELD_NULL,
        .example = "0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24"),
    OUT(FT_STR, "hash", "SHA-256 over the entry and the hash of the one before, in hexadecimal.", .column = COL_HASH,
        .pattern = "^[0-9a-f]{64}$", .example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
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
