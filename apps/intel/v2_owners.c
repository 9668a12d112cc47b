/* v2_owners.c - owners as version 2 lists them: what clients ask first to find out whether they are connected. */
#include "apps/intel/intel.h"

static const struct field owner_members[] = {
    OUT(FT_INT, "id", "Of the owner.", .column = COL_ID, .example = "12"),
    OUT(FT_STR, "name", "How it is called.", .column = COL_NAME, .example = "Logistics ISAC"),
    OUT(FT_ENUM, "type", "What it is.", .column = COL_KIND, .values = intel_kinds, .example = "Community"),
    FIELD_END,
};
static const struct shape owner_shape = SHAPE("IntelOwner", "An owner that the caller sees.", owner_members);
static const struct field list_members[] = {
    OUT(FT_INT, "resultCount", "How many there are."),
    OUT(FT_OBJS, "owner", "The owners, the own Organization first.", .shape = &owner_shape),
    FIELD_END,
};
static const struct shape list_shape = SHAPE("IntelOwners", "The owners that the caller sees.", list_members);
static const struct field one_members[] = {OUT(FT_OBJ, "owner", "What was asked for.", .shape = &owner_shape), FIELD_END};
static const struct shape one_shape = SHAPE("IntelOneOwner", "The owner that was asked for.", one_members);

static enum err owners_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_SEEN_OWNERS(NULL), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    jw_object(&r->json);
    jw_kint(&r->json, "resultCount", rows.n);
    jw_key(&r->json, "owner");
    shape_write_list(&r->json, q->arena, &owner_shape, &rows, rows.n, q);
    jw_object_end(&r->json);
    return xml_or_json(q, r, "owners", "owner");
}

static enum err one(struct req *q, struct resp *r, struct db_call call) {
    enum err e = reply_from(q, r, call);
    return e == OK ? xml_or_json(q, r, "owner", NULL) : e;
}

static enum err mine_get(struct req *q, struct resp *r) {
    return one(q, r, (struct db_call){SQL_OWN_OWNER()});
}

static enum err owner_get(struct req *q, struct resp *r) {
    return one(q, r, (struct db_call){SQL_SEEN_OWNERS(q->params[0])});
}

#define XML_TOO " In XML where the header Accept names it."

const struct route v2_owners_routes[] = {
    {METHOD_GET, "/api/v2/owners", GUARD_MEMBER, NULL, owners_get, .summary = "List owners", .name = "listIntelOwners",
     .tag = "intelligence", XML_TOO_TEXT("owner"), .help = "The owners whose intelligence the caller sees." XML_TOO,
     .reply_help = "All of them.", .reply = &list_shape, .errors = ERRORS(INTEL_ERRORS)},
    {METHOD_GET, "/api/v2/owners/mine", GUARD_MEMBER, NULL, mine_get, .summary = "The own Organization", .name = "getIntelOwnOwner",
     .tag = "intelligence", XML_TOO_TEXT("owner"), .help = "The Organization that the caller belongs to." XML_TOO, .reply_help = "It.",
     .reply = &one_shape, .errors = ERRORS(INTEL_ERRORS)},
    {METHOD_GET, "/api/v2/owners/{id}", GUARD_MEMBER, NULL, owner_get, .params = {PARAM_INT}, .param_help = {"Of the owner."},
     .summary = "An owner", .name = "getIntelOwner", .tag = "intelligence", XML_TOO_TEXT("owner"),
     .help = "One of the owners that the caller sees." XML_TOO, .reply_help = "It.", .reply = &one_shape, .errors = ERRORS(INTEL_ERRORS)},
    {0},
};
