/* owners.c - whose intelligence it is: Communities and Sources of the organisation, and who joins them. */
#include "apps/intel/intel.h"
#include "common/base/str.h"

struct owner_body {
    const char *name, *type;
    bool is_public;
};
struct change_body {
    const char *name;
    const bool *is_public;
};
struct member_body {
    const char *organization, *role;
};

#define NAME(T, f)                                                                                                                         \
    FIELD_STR(T, name, "name", f, 1, 100, .help = "How members call it; no two that one of them sees are called alike.",                   \
              .example = "Logistics ISAC")
static const struct field owner_fields[] = {
    NAME(struct owner_body, FIELD_REQUIRED),
    FIELD_ENUM(struct owner_body, type, "type", FIELD_REQUIRED, intel_made_kinds, NULL,
               .help = "A Community of organisations, or a Source of intelligence.", .example = "Community"),
    FIELD_BOOL(struct owner_body, is_public, "public", 0, NULL,
               .help = "Whether groups of the Source are in the public feed; for administrators of the platform alone.",
               .example = "false"),
    FIELD_END,
};
static const struct field change_fields[] = {
    NAME(struct change_body, 0),
    FIELD_OPTBOOL(struct change_body, is_public, "public", 0,
                  .help =
                      "Whether groups of the Source are in the public feed; `true` is for administrators of the platform alone. Absent: as "
                      "it is.",
                  .example = "false"),
    FIELD_END,
};
static const struct field member_fields[] = {
    FIELD_STR(struct member_body, organization, "organization", FIELD_REQUIRED, 1, 100, .help = "The slug of the organisation.",
              .example = "example-logistics"),
    FIELD_ENUM(struct member_body, role, "role", FIELD_REQUIRED, intel_comm_roles, NULL,
               .help = "What its people and API users may do there at most.", .example = "Contributor"),
    FIELD_END,
};

/* What the database says of an act. */
static enum err verdict_err(struct resp *r, const char *verdict) {
    static const struct {
        const char *verdict;
        enum err err;
        enum words_id text; /* 0: the error's own */
    } all[] = {
        {"ok", OK, 0},
        {"not_found", ERR_NOT_FOUND, 0},
        {"foreign", ERR_FORBIDDEN, WORDS_ERRORS_OWNER_FOREIGN},
        {"public", ERR_FORBIDDEN, WORDS_ERRORS_OWNER_PUBLIC},
        {"kind", ERR_CONFLICT, WORDS_ERRORS_OWNER_KIND},
        {"taken", ERR_CONFLICT, WORDS_ERRORS_OWNER_TAKEN},
        {"many", ERR_CONFLICT, WORDS_ERRORS_OWNER_MANY},
        {"self", ERR_CONFLICT, WORDS_ERRORS_OWNER_SELF},
        {"unknown", ERR_NOT_FOUND, WORDS_ERRORS_OWNER_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (str_eq(verdict, all[i].verdict)) {
            return all[i].text ? resp_fail_id(r, all[i].err, all[i].text) : all[i].err;
        }
    }
    return ERR_INTERNAL;
}

/* Runs an act; rows: its one row, with the verdict. */
static enum err act(struct req *q, struct resp *r, struct db_call call, struct db_rows *rows) {
    call.rows = rows;
    enum err e = req_run(q, &call, 1);
    return e == OK ? verdict_err(r, db_str(rows, 0, COL_VERDICT)) : e;
}

static enum err act_and_done(struct req *q, struct resp *r, struct db_call call) {
    struct db_rows rows;
    enum err e = act(q, r, call, &rows);
    return e == OK ? reply_success(r) : e;
}

/* ---- owners ---- */

static enum err owners_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_OWNER_LIST()});
}

static enum err owners_check(struct req *q, struct resp *r) {
    const struct owner_body *b = q->body;
    if (b->is_public && b->type && !str_eq(b->type, "Source")) {
        resp_field_error(r, "public", W_ERRORS_FIELD_SOURCES);
    }
    return OK;
}

static enum err owners_post(struct req *q, struct resp *r) {
    const struct owner_body *b = q->body;
    struct db_rows rows;
    enum err e = act(q, r, (struct db_call){SQL_OWNER_CREATE(b->name, b->type, b->is_public ? "true" : "false")}, &rows);
    return e == OK ? reply_from(q, r, (struct db_call){SQL_OWNER_ONE(db_str(&rows, 0, COL_ID))}) : e;
}

static enum err owners_put(struct req *q, struct resp *r) {
    const struct change_body *b = q->body;
    const char *yes = !b->is_public ? NULL : *b->is_public ? "true" : "false";
    struct db_rows rows;
    enum err e = act(q, r, (struct db_call){SQL_OWNER_CHANGE(q->params[0], b->name, yes)}, &rows);
    return e == OK ? reply_from(q, r, (struct db_call){SQL_OWNER_ONE(q->params[0])}) : e;
}

static enum err owners_delete(struct req *q, struct resp *r) {
    return act_and_done(q, r, (struct db_call){SQL_OWNER_DELETE(q->params[0])});
}

/* ---- members ---- */

static enum err members_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_MEMBER_LIST(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return ERR_NOT_FOUND;
    }
    return e == OK ? reply_sets(q, r, &rows) : e;
}

static enum err members_post(struct req *q, struct resp *r) {
    const struct member_body *b = q->body;
    struct db_rows rows;
    enum err e = act(q, r, (struct db_call){SQL_MEMBER_INVITE(q->params[0], b->organization, b->role)}, &rows);
    if (e == OK) {
        resp_status(r, 201);
        reply_success(r);
    }
    return e;
}

static enum err accept_post(struct req *q, struct resp *r) {
    return act_and_done(q, r, (struct db_call){SQL_MEMBER_ACCEPT(q->params[0])});
}

static enum err members_delete(struct req *q, struct resp *r) {
    return act_and_done(q, r, (struct db_call){SQL_MEMBER_REMOVE(q->params[0], q->params[1])});
}

static const struct field owner_members[] = {
    OUT(FT_INT, "id", "Of the owner.", .column = COL_ID, .example = "12"),
    OUT(FT_STR, "name", "How it is called.", .column = COL_NAME, .example = "Logistics ISAC"),
    OUT(FT_ENUM, "type", "What it is.", .column = COL_KIND, .values = intel_kinds, .example = "Community"),
    OUT(FT_BOOL, "public", "Whether its groups are in the public feed.", .column = COL_PUBLIC, .example = "false"),
    OUT(FT_STR, "role", "What the caller is there.", .column = COL_ROLE, .example = "Director"),
    OUT(FT_BOOL, "own", "Whether the caller's organisation administers it.", .column = COL_MINE, .example = "true"),
    OUT(FT_BOOL, "accepted", "Whether the organisation has joined; false: it is invited.", .column = COL_ACCEPTED, .example = "true"),
    FIELD_END,
};
static const struct shape owner_shape = SHAPE("Owner", "An owner of intelligence that the caller's organisation sees.", owner_members);
static const struct field member_members[] = {
    OUT(FT_UUID, "orgId", "Of the organisation.", .column = COL_MEMBER, .example = "0d4be1f2-93a7-4c58-8e20-6b1f7a9c3d45"),
    OUT(FT_STR, "organization", "Its slug.", .column = COL_SLUG, .example = "example-logistics"),
    OUT(FT_STR, "name", "How it is called.", .column = COL_NAME, .example = "Example Logistics"),
    OUT(FT_ENUM, "role", "What it may do there at most.", .column = COL_ROLE, .values = intel_comm_roles, .example = "Contributor"),
    OUT(FT_TIME, "invitedAt", "When it was invited.", .column = COL_INVITED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "acceptedAt", "When it joined; null: not yet.", .column = COL_ACCEPTED_AT, .example = "2026-11-21T09:00:00.000Z",
        .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape member_shape = SHAPE("OwnerMember", "An organisation in a Community or Source.", member_members);

#define OWNER_ID .params = {PARAM_INT}, .param_help = {"Of an owner that the organisation sees."}
#define TAG .tag = "intelligence"

const struct route owners_routes[] = {
    {METHOD_GET, "/api/portal/owners", GUARD_ADMIN, "settings", owners_get, .summary = "List owners of intelligence", .flags = ROUTE_LIST,
     .name = "listOwners", TAG,
     .help = "The organisation's own Organization, the Communities and Sources that it is a member of, and those that it is invited to.",
     .reply_help = "The own Organization first.", .reply = &owner_shape},
    {METHOD_POST, "/api/portal/owners", GUARD_ADMIN, NULL, owners_post, BODY(owner_fields, struct owner_body), .check = owners_check,
     .summary = "Make a Community or Source", .name = "createOwner", TAG,
     .help =
         "The organisation directs what it makes, and invites others. 409 when it sees an owner of this name already; 403 when it is to "
         "be public and the caller does not administer the platform.",
     .reply_help = "The new owner.", .status = 201, .reply = &owner_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_PUT, "/api/portal/owners/{id}", GUARD_ADMIN, NULL, owners_put, BODY(change_fields, struct change_body), OWNER_ID,
     .summary = "Change a Community or Source", .name = "changeOwner", TAG,
     .help = "Renames it, or makes a Source public or not; what is absent stays. For the organisation whose it is.",
     .reply_help = "The owner as it is now.", .reply = &owner_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/portal/owners/{id}", GUARD_ADMIN, NULL, owners_delete, OWNER_ID, .flags = ROUTE_STEP_UP,
     .summary = "Delete a Community or Source", .name = "deleteOwner", TAG,
     .help = "Deletes it with everything in it, for all members. For the organisation whose it is.", .reply_help = "It is gone.",
     .reply = &success_shape},
    {METHOD_GET, "/api/portal/owners/{id}/members", GUARD_ADMIN, "settings", members_get, OWNER_ID, .summary = "List members of an owner",
     .flags = ROUTE_LIST, .name = "listOwnerMembers", TAG,
     .help = "All organisations of it for the one whose it is, itself alone for another.",
     .reply_help = "In the order of their invitation.", .reply = &member_shape},
    {METHOD_POST, "/api/portal/owners/{id}/members", GUARD_ADMIN, NULL, members_post, BODY(member_fields, struct member_body), OWNER_ID,
     .summary = "Invite an organisation", .name = "inviteOwnerMember", TAG,
     .help =
         "Invites an organisation, whose administrator accepts with POST /api/portal/owners/{id}/accept; a member gets another role. For "
         "the organisation whose it is.",
     .reply_help = "It is invited, or has another role.", .status = 201, .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_POST, "/api/portal/owners/{id}/accept", GUARD_ADMIN, NULL, accept_post, .params = {PARAM_INT},
     .param_help = {"Of an owner that the organisation is invited to."}, .summary = "Join a Community or Source", .name = "acceptOwner",
     TAG, .help = "Accepts the invitation. 409 when the organisation sees an owner of this name already.", .reply_help = "It is a member.",
     .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/portal/owners/{id}/members/{orgId}", GUARD_ADMIN, NULL, members_delete, .params = {PARAM_INT, PARAM_UUID},
     .param_help = {"Of an owner that the organisation sees.", "Of the organisation that leaves."}, .summary = "Take an organisation out",
     .name = "removeOwnerMember", TAG,
     .help = "Ends a membership or an invitation: the organisation whose it is does this for others, each organisation for itself. What it "
             "wrote there stays.",
     .reply_help = "It is no member any more.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {0},
};
