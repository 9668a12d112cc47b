/* security.c - owners with what the caller may do there, and the roles, as version 3 has them. */
#include "apps/intel/intel.h"
#include "common/base/str.h"

#include <strings.h>

struct page_query {
    const char *start, *limit, *count;
};

#define PAGE_TEXT "The resultStart and resultLimit query parameters must be integers and the maximum value for resultLimit is 10000"
#define PAGE_MOST 10000

static const struct field page_fields[] = {
    FIELD_STR(struct page_query, start, "resultStart", 0, 0, 20, .help = "The index of the first one; by itself 0.", .example = "0"),
    FIELD_STR(struct page_query, limit, "resultLimit", 0, 0, 20, .help = "How many at most, up to 10000; by itself 100.", .example = "100"),
    FIELD_STR(struct page_query, count, "count", 0, 0, 10, .help = "How many there are is told in any case.", .example = "true"),
    FIELD_END,
};

/* The rows of a page: from *at to *end. */
static enum err page_of(struct resp *r, const struct page_query *query, int n, int *at, int *end) {
    int64_t start = 0, limit = 100;
    if ((query->start && !str_to_i64(query->start, 0, INT64_MAX, &start)) ||
        (query->limit && !str_to_i64(query->limit, 1, PAGE_MOST, &limit))) {
        return resp_fail_text(r, ERR_BAD_REQUEST, PAGE_TEXT);
    }
    *at = start < n ? (int)start : n;
    *end = n - *at > limit ? *at + (int)limit : n;
    return OK;
}

/* The rights in the order that the protocol's samples have. */
static const char *const areas[] = {"permIndicator", "permGroup",
                                    "permPost",      "permVictim",
                                    "permAttribute", "permApps",
                                    "permUsers",     "permSecurityLabel",
                                    "permTag",       "permAttributeType",
                                    "permSettings",  "permMembers",
                                    "permCopyData",  "permInvite",
                                    "permTask",      "permCaseTag",
                                    "permArtifact",  "permComment",
                                    "permTimeline",  "permWorkflowTemplate",
                                    "permPublish",   "permPlaybooksExecute",
                                    "permPlaybooks", NULL};

static void write_owner(struct req *q, struct jwrite *w, const struct db_rows *rows, int i) {
    const char *rights = db_str(rows, i, COL_RIGHTS);
    jw_object(w);
    jw_kint(w, "id", db_int(rows, i, COL_ID));
    jw_kstr(w, "name", db_str(rows, i, COL_NAME));
    jw_kstr(w, "type", db_str(rows, i, COL_KIND));
    jw_kstr(w, "ownerRole", db_str(rows, i, COL_ROLE));
    for (const char *const *area = areas; *area; area++) {
        const char *at = strstr(rights, arena_printf(q->arena, "\"%s\": \"", *area));
        size_t skip = strlen(*area) + 5; /* two quotes, a colon, a space, and the quote of the value */
        jw_kstr(w, *area, at ? arena_strndup(q->arena, at + skip, strcspn(at + skip, "\"")) : "NONE");
    }
    jw_object_end(w);
}

static void write_role(struct req *q, struct jwrite *w, const struct db_rows *rows, int i) {
    bool org = db_bool(rows, i, COL_ORG_ROLE);
    (void)q;
    jw_object(w);
    jw_kint(w, "id", db_int(rows, i, COL_ID));
    jw_kstr(w, "name", db_str(rows, i, COL_NAME));
    jw_kbool(w, "available", true);
    jw_kbool(w, "commRole", db_bool(rows, i, COL_COMM_ROLE));
    jw_kstr(w, org ? "descriptionOrg" : "descriptionComm", db_str(rows, i, COL_HELP));
    jw_kbool(w, "orgRole", org);
    jw_object_end(w);
}

static enum err list(struct req *q, struct resp *r, struct db_call call,
                     void (*write)(struct req *, struct jwrite *, const struct db_rows *, int)) {
    struct db_rows rows;
    int at = 0, end = 0;
    call.rows = &rows;
    enum err e = req_run(q, &call, 1);
    e = e == OK ? page_of(r, q->query, rows.n, &at, &end) : e;
    if (e != OK) {
        return e;
    }
    if (at == 0) {
        resp_fact_int(r, "count", rows.n);
    }
    jw_array(&r->json);
    for (int i = at; i < end; i++) {
        write(q, &r->json, &rows, i);
    }
    jw_array_end(&r->json);
    return OK;
}

static enum err owners_get(struct req *q, struct resp *r) {
    return list(q, r, (struct db_call){SQL_OWNER_RIGHTS()}, write_owner);
}

static enum err roles_get(struct req *q, struct resp *r) {
    return list(q, r, (struct db_call){SQL_ROLE_LIST()}, write_role);
}

static const struct field owner_members[] = {
    OUT(FT_INT, "id", "Of the owner.", .example = "12"),
    OUT(FT_STR, "name", "How it is called.", .example = "Logistics ISAC"),
    OUT(FT_ENUM, "type", "What it is.", .values = intel_kinds, .example = "Community"),
    OUT(FT_STR, "ownerRole", "What the caller is there.", .example = "Contributor"),
    OUT(FT_STR, "permIndicator", "What the caller may do with indicators there; each further area has a member like this.",
        .example = "CREATE"),
    FIELD_END,
};
static const struct shape owner_shape =
    SHAPE("IntelOwnerRights", "An owner, and what the caller may do there.", owner_members, .open = true);
static const struct field role_members[] = {
    OUT(FT_INT, "id", "Of the role.", .example = "3"),
    OUT(FT_STR, "name", "How it is called.", .example = "Standard User"),
    OUT(FT_BOOL, "available", "Whether it can be given.", .values = VALUES("true")),
    OUT(FT_BOOL, "commRole", "Whether it is one of Communities and Sources.", .example = "false"),
    OUT(FT_STR, "descriptionOrg", "What it may do in an Organization.", .flags = FIELD_MAYBE, .example = "Writes intelligence."),
    OUT(FT_STR, "descriptionComm", "What it may do in a Community or Source.", .flags = FIELD_MAYBE, .example = "Reads."),
    OUT(FT_BOOL, "orgRole", "Whether it is one of Organizations.", .example = "true"),
    FIELD_END,
};
static const struct shape role_shape = SHAPE("IntelOwnerRole", "A role that the protocol knows.", role_members);

#define PAGE QUERY(page_fields, struct page_query), .flags = ROUTE_LIST, .tag = "intelligence", .errors = ERRORS(INTEL_ERRORS)

const struct route security_routes[] = {
    {METHOD_GET, "/api/v3/security/owners", GUARD_MEMBER, NULL, owners_get, PAGE, .summary = "Owners and what one may do there",
     .name = "listIntelOwnerRights",
     .help = "The owners whose intelligence the caller sees, the caller's role there, and the level of each area: `NONE`, `READ`, `CREATE` "
             "(also new objects), `FULL` (also changing and deleting) or `BUILD`.",
     .reply_help = "In the order of their numbers.", .reply = &owner_shape},
    {METHOD_GET, "/api/v3/security/ownerRoles", GUARD_MEMBER, NULL, roles_get, PAGE, .summary = "Roles", .name = "listIntelOwnerRoles",
     .help = "The roles of Organizations, and those of Communities and Sources.", .reply_help = "In the order of their numbers.",
     .reply = &role_shape},
    {0},
};
