/* admin_audit.c - the platform's own acts across organisations, or the log of one organisation (rule A12), newest first. */
#include "apps/portal/portal.h"
#include "common/auth/actions.h"
#include "common/web/list.h"

struct admin_audit_query {
    const char *org, *action, *actor, *since, *until, *cursor;
    int64_t limit;
};

static const struct shape admin_audit_entry_shape;

static const struct field admin_audit_query_fields[] = {
    FIELD_UUID(struct admin_audit_query, org, "org", 0, .help = "The log of this organisation; absent: the platform's own."),
    FIELD_STR(struct admin_audit_query, action, "action", 0, 3, 60, FILTERS(admin_audit_entry_shape, "action")),
    FIELD_UUID(struct admin_audit_query, actor, "actor", 0, FILTERS(admin_audit_entry_shape, "actor.id")),
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
        resp_field_error(r, "action", W_ERRORS_FIELD_ACTION);
    }
    return OK;
}

/* Of one organisation the cursor is an entry's number; across organisations entries of one moment are told apart by the organisation. */
static const struct list org_log = {.order = LIST_NUMBER, .id = COL_SEQ, .limit = 50};
static const struct list platform_log = {.order = LIST_NEWEST, .at = COL_AT, .id = COL_ORG_ID, .limit = 50};

static enum err admin_audit_get(struct req *q, struct resp *r) {
    const struct admin_audit_query *f = q->query;
    const struct list *list = f->org ? &org_log : &platform_log;
    const struct list_at at = list_at(q, list);
    struct db_call one = {SQL_ADMIN_AUDIT_ORG(f->org, at.limit, at.place, f->action, f->actor, f->since, f->until)};
    struct db_call all = {SQL_ADMIN_AUDIT_PLATFORM(at.limit, at.place, at.id, f->action, f->actor, f->since, f->until)};
    return list_reply(q, r, list, &at, f->org ? &one : &all, 1);
}

static const struct field admin_audit_entry_actor_members[] = {
    OUT(FT_ENUM, "kind",
        "session: a person in a browser. key: a person's API key. system: the server itself. platform: an administrator of the platform.",
        .column = COL_KIND, .values = VALUES("session", "key", "system", "platform"), .example = "session"),
    OUT(FT_UUID, "id", "Of the person; null: not a person of the organisation, or gone.", .column = COL_ACTOR_ID, .flags = FIELD_NULL,
        .example = "2a9c4e71-0b6d-4f83-8e15-6c7d9f0a1b32"),
    OUT(FT_STR, "name", "Null for the system, for who is gone, and for administrators of the platform.", .column = COL_ACTOR,
        .flags = FIELD_NULL, .example = "Robin Sample"),
    FIELD_END,
};
static const struct shape admin_audit_entry_actor_shape =
    SHAPE("AdminAuditEntryActor", "Who did it, as the platform may know it.", admin_audit_entry_actor_members);

static const struct field admin_audit_entry_target_members[] = {
    OUT(FT_STR, "type", "What kind of thing it is.", .column = COL_TARGET, .pattern = "^[a-z_]+$", .example = "user"),
    OUT(FT_UUID, "id", "Of the thing; null: it has none.", .column = COL_TARGET_ID, .flags = FIELD_NULL,
        .example = "91b3d5f7-2468-4ace-9bdf-13579ace0246"),
    OUT(FT_STR, "name", "Of a person who is still there.", .column = COL_TARGET_NAME, .flags = FIELD_NULL, .example = "Alex Example"),
    FIELD_END,
};
static const struct shape admin_audit_entry_target_shape =
    SHAPE("AdminAuditEntryTarget", "What it was done to, as the platform may know it.", admin_audit_entry_target_members);

static const struct field admin_audit_entry_members[] = {
    OUT(FT_INT, "seq", "Number of the entry: unique in its log, larger than those of entries before.", .column = COL_SEQ, .min = 1,
        .example = "1042"),
    OUT(FT_TIME, "at", "When it was done.", .column = COL_AT, .example = "2026-11-21T08:21:07.940Z"),
    OUT(FT_OBJ, "organization", "Whose log it is in.", .shape = &admin_org_name_shape),
    OUT(FT_OBJ, "actor", "Who did it.", .shape = &admin_audit_entry_actor_shape),
    OUT(FT_ENUM, "action", "What was done: the kind of thing, a point, and the act.", .column = COL_ACTION, .values = audit_actions,
        .example = "user.role_changed"),
    OUT(FT_OBJ, "target", "What it was done to.", .shape = &admin_audit_entry_target_shape),
    OUT(FT_MAP, "detail", "Facts of the action: ids, roles, plans; without those of exercises and certificates.", .column = COL_DETAIL,
        .example = "{\"from\": \"MEMBER\", \"to\": \"FACILITATOR\"}"),
    OUT(FT_STR, "requestId", "As in X-Request-Id of the reply; null: it was no request.", .column = COL_REQUEST, .flags = FIELD_NULL,
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
