/* admin_orgs.c - the organisations of the installation, for platform administrators (rules A2, A3, A4, A14).
 *
 * Facts about organisations and accounts; what an organisation trains, answers or says about itself is not asked for here. The
 * statements behind it check the caller again (muster.platform_only()).
 */
#include "apps/portal/portal.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/mail/mail.h"
#include "common/web/list.h"

#define INVITATION_DAYS 14

struct org_invite_body {
    const char *email;
};

struct org_delete_body {
    const char *confirm_name;
};

struct org_change_body {
    const char *name, *plan, *status;
};

struct org_body {
    const char *name, *plan, *admin_email;
};

/* Of /api/admin: bodies and query strings. */
struct orgs_query {
    const char *search, *plan, *cursor;
    int64_t limit;
};

#define DAYS "14"

static const char *const statuses[] = {"ACTIVE", "SUSPENDED", NULL};

static const struct shape admin_org_shape;

static const struct field orgs_query_fields[] = {
    FIELD_STR(struct orgs_query, search, "q", 0, 1, 120, .help = "Only organisations with this in their name or slug, whatever the case."),
    FIELD_STR(struct orgs_query, plan, "plan", 0, 1, 40, FILTERS(admin_org_shape, "plan")),
    FIELD_STR(struct orgs_query, cursor, "cursor", 0, 10, 80, .help = "Where the page begins: from the Link header of the page before."),
    FIELD_INT(struct orgs_query, limit, "limit", 0, 1, 200, "50", .help = "Organisations on a page.", .example = "50"),
    FIELD_END,
};
static const struct field org_fields[] = {
    FIELD_STR(struct org_body, name, "name", FIELD_REQUIRED, 1, 120, .help = "What the organisation calls itself.",
              .example = "Example Logistics"),
    FIELD_STR(struct org_body, plan, "plan", FIELD_REQUIRED, 1, 40, .help = "One of the plans of GET /api/admin/settings.",
              .example = "ENTERPRISE"),
    FIELD_EMAIL(struct org_body, admin_email, "adminEmail", FIELD_REQUIRED, .help = "Who is invited as its first administrator.",
                .example = "robin@example.com"),
    FIELD_END,
};
static const struct field org_change_fields[] = {
    FIELD_STR(struct org_change_body, name, "name", 0, 1, 120, .help = "The new name; absent or null: as it is."),
    FIELD_STR(struct org_change_body, plan, "plan", 0, 1, 40,
              .help = "The new plan, one of GET /api/admin/settings; absent or null: as it is.", .example = "PROFESSIONAL"),
    FIELD_ENUM(struct org_change_body, status, "status", 0, statuses, NULL,
               .help = "SUSPENDED: nobody signs in or joins; absent or null: as it is."),
    FIELD_END,
};
static const struct field org_delete_fields[] = {
    FIELD_STR(struct org_delete_body, confirm_name, "confirmName", FIELD_REQUIRED, 1, 120,
              .help = "The organisation's name, exactly, so that nobody deletes by mistake.", .example = "Example Logistics"),
    FIELD_END,
};
static const struct field org_invite_fields[] = {
    FIELD_EMAIL(struct org_invite_body, email, "email", FIELD_REQUIRED, .help = "Who is invited as an administrator.",
                .example = "alex@example.com"),
    FIELD_END,
};

enum err admin_judge(struct resp *r, const char *verdict) {
    static const struct {
        const char *verdict;
        enum err err;
        enum words_id message;
    } refusals[] = {
        {"already_member", ERR_CONFLICT, WORDS_ERRORS_PLATFORM_MEMBER},   {"suspended", ERR_CONFLICT, WORDS_ERRORS_PLATFORM_SUSPENDED},
        {"ending", ERR_CONFLICT, WORDS_ERRORS_PLATFORM_ENDING},           {"late", ERR_CONFLICT, WORDS_ERRORS_ERASE_LATE},
        {"platform", ERR_CONFLICT, WORDS_ERRORS_PLATFORM_ROLE},           {"self", ERR_CONFLICT, WORDS_ERRORS_PLATFORM_SELF},
        {"last_admin", ERR_LAST_ADMIN, WORDS_ERRORS_PLATFORM_LAST_ADMIN}, {"not_dead", ERR_CONFLICT, WORDS_ERRORS_PLATFORM_JOB},
    };
    if (str_eq(verdict, "ok")) {
        return reply_success(r);
    }
    if (str_eq(verdict, "no_plan")) {
        resp_field_error(r, "plan", W_ERRORS_FIELD_PLAN);
        return ERR_VALIDATION;
    }
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        if (str_eq(verdict, refusals[i].verdict)) {
            return resp_fail_id(r, refusals[i].err, refusals[i].message);
        }
    }
    return ERR_NOT_FOUND;
}

/* ---- reading ---- */

static const struct list orgs_list = {.order = LIST_NEWEST, .at = COL_CREATED_AT, .id = COL_ID, .limit = 50};

static enum err admin_orgs_get(struct req *q, struct resp *r) {
    const struct orgs_query *f = q->query;
    const struct list_at at = list_at(q, &orgs_list);
    struct db_call call = {SQL_ADMIN_ORGS(at.limit, at.place, at.id, f->search, f->plan)};
    return list_reply(q, r, &orgs_list, &at, &call, 1);
}

static enum err admin_org_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_ADMIN_ORG(q->params[0])});
}

/* ---- creating and inviting ---- */

/* A new link for a new administrator. The token is in the reply or sealed in a mail, and stored as its digest alone (rule A6). */
struct link {
    const char *url, *hash, *sealed; /* sealed NULL: nobody sends it */
};

static struct link make_link(struct req *q, const char *email) {
    char token[CRYPTO_TOKEN_SIZE];
    unsigned char hash[CRYPTO_HASH_SIZE];
    struct link out = {0};
    crypto_token(token);
    crypto_sha256(token, strlen(token), hash);
    out.url = arena_printf(q->arena, "%s/register#invite=%s", web_config.base_url, token);
    out.hash = db_bytes(q->arena, hash, sizeof(hash));
    if (portal_config.mail) {
        char expires[CLOCK_ISO_SIZE];
        clock_iso(clock_now_us() + INVITATION_DAYS * INT64_C(86400000000), expires);
        out.sealed = mail_params(q->arena, email, "url", out.url, "expires", arena_strdup(q->arena, expires), NULL);
    }
    crypto_wipe(token, sizeof(token));
    return out;
}

static void write_sent(const struct shape_at *at, const struct field *f) {
    const struct link *l = at->context;
    (void)f;
    jw_str(at->json, l->sealed ? "sent" : "invitation_created");
}

static void write_url(const struct shape_at *at, const struct field *f) {
    const struct link *l = at->context;
    if (!l->sealed) {
        jw_kstr(at->json, f->name, l->url);
    }
}

/* The reply to an invitation that was made, or why there is none. */
static enum err invited(struct req *q, struct resp *r, const struct db_rows *rows, const struct link *l) {
    if (!str_eq(db_str(rows, 0, COL_VERDICT), "ok")) {
        return admin_judge(r, db_str(rows, 0, COL_VERDICT));
    }
    resp_status(r, 201);
    shape_write(&r->json, q->arena, q->route->reply, rows, 0, l);
    return OK;
}

static enum err admin_orgs_post(struct req *q, struct resp *r) {
    const struct org_body *b = q->body;
    char id[37];
    struct db_rows rows;
    struct link l = make_link(q, b->admin_email);
    crypto_uuid(id);
    struct db_call call = {SQL_ADMIN_ORG_CREATE(id, b->name, b->plan, b->admin_email, l.hash, DAYS, l.sealed), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? invited(q, r, &rows, &l) : e;
}

static enum err admin_org_invite_post(struct req *q, struct resp *r) {
    const struct org_invite_body *b = q->body;
    struct db_rows rows;
    struct link l = make_link(q, b->email);
    struct db_call call = {SQL_ADMIN_ORG_INVITE(q->params[0], b->email, l.hash, DAYS, l.sealed), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? invited(q, r, &rows, &l) : e;
}

/* ---- changing ---- */

static enum err admin_org_check(struct req *q, struct resp *r) {
    const struct org_change_body *b = q->body;
    if (!b->name && !b->plan && !b->status && !r->errors.count) {
        resp_field_error(r, "name", W_ERRORS_FIELD_OR_PLAN);
    }
    return OK;
}

static enum err admin_org_put(struct req *q, struct resp *r) {
    const struct org_change_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_ADMIN_ORG_CHANGE(q->params[0], b->name, b->plan, b->status), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? admin_judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

/* The name that is typed is the last question. */
static enum err admin_org_delete(struct req *q, struct resp *r) {
    const struct org_delete_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_ADMIN_ORG_DELETE(q->params[0], b->confirm_name), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && str_eq(db_str(&rows, 0, COL_VERDICT), "name_mismatch")) {
        resp_field_error(r, "confirmName", W_ERRORS_FIELD_ORGANISATION);
        return ERR_VALIDATION;
    }
    if (e != OK || !str_eq(db_str(&rows, 0, COL_VERDICT), "ok")) {
        return e == OK ? admin_judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
    }
    return reply_sets(q, r, &rows);
}

static enum err admin_org_restore(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_ADMIN_ORG_RESTORE(q->params[0]), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? admin_judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

static const struct field admin_org_members[] = {
    OUT(FT_UUID, "id", "Of the organisation.", .column = COL_ID, .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_STR, "name", "What the organisation calls itself.", .column = COL_NAME, .min = 1, .max = 120, .example = "Example Logistics"),
    OUT(FT_STR, "slug", "Its short name for addresses.", .column = COL_SLUG, .example = "example-logistics"),
    OUT(FT_STR, "plan", "One of the operator's plans; FREE, STARTER, GROWTH, PROFESSIONAL and ENTERPRISE are there from the start.",
        .column = COL_PLAN, .pattern = "^[A-Z][A-Z0-9_-]*$", .example = "ENTERPRISE"),
    OUT(FT_ENUM, "status", "SUSPENDED: nobody signs in or joins.", .column = COL_STATUS, .values = statuses, .example = "ACTIVE"),
    OUT(FT_TIME, "createdAt", "When it was made.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_INT, "people", "Active accounts.", .column = COL_PEOPLE, .min = 0, .example = "12"),
    OUT(FT_INT, "exercisesThisMonth", "Exercises that were generated this month.", .column = COL_EXERCISES, .min = 0, .example = "4"),
    OUT(FT_TIME, "lastActivityAt", "The newest sign-in or exercise; null: none yet.", .column = COL_LAST_ACTIVITY, .flags = FIELD_NULL,
        .example = "2026-11-21T08:52:10.480Z"),
    OUT(FT_TIME, "endsAt", "When it is going to be deleted; null: it is not.", .column = COL_ENDS_AT, .flags = FIELD_NULL,
        .example = "null"),
    FIELD_END,
};
static const struct shape admin_org_shape = SHAPE("AdminOrg", "An organisation as a row of a list.", admin_org_members);

static const struct field admin_invitation_members[] = {
    OUT(FT_UUID, "id", "Of the invitation.", .column = COL_INVITATION, .example = "3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b"),
    OUT(FT_STR, "email", "Who is invited.", .column = COL_EMAIL, .example = "robin@example.com"),
    OUT(FT_ENUM, "status", "invitation_created: no mail server is configured, hand the link over.", .write = write_sent,
        .values = VALUES("sent", "invitation_created"), .example = "sent"),
    OUT(FT_TIME, "expiresAt", "When the link stops working.", .column = COL_EXPIRES, .example = "2026-12-05T08:15:30.123Z"),
    OUT(FT_STR, "inviteUrl", "Shown once; only without a mail server.", .write = write_url, .flags = FIELD_MAYBE),
    FIELD_END,
};
static const struct shape admin_invitation_shape = SHAPE("AdminInvitation", "The invitation that was made.", admin_invitation_members);

static const struct field admin_org_created_members[] = {
    OUT(FT_UUID, "id", "Of the organisation.", .column = COL_ID, .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_OBJ, "invitation", "The invitation of its administrator.", .shape = &admin_invitation_shape),
    FIELD_END,
};
static const struct shape admin_org_created_shape =
    SHAPE("AdminOrgCreated", "The organisation that was made, and its first administrator's invitation.", admin_org_created_members);

static const struct field admin_org_detail_people_members[] = {
    OUT(FT_INT, "active", "People who can sign in.", .column = COL_PEOPLE, .min = 0, .example = "12"),
    OUT(FT_INT, "deactivated", "People who cannot sign in.", .column = COL_DEACTIVATED, .min = 0, .example = "1"),
    OUT(FT_INT, "administrators", "Active administrators.", .column = COL_ADMINS, .min = 0, .example = "2"),
    OUT(FT_INT, "invited", "Invitations that can still be accepted.", .column = COL_INVITED, .min = 0, .example = "2"),
    OUT(FT_INT, "seats", "Seats of the plan; null: no limit.", .column = COL_SEATS, .min = 0, .flags = FIELD_NULL, .example = "null"),
    FIELD_END,
};
static const struct shape admin_org_detail_people_shape =
    SHAPE("AdminOrgDetailPeople", "How many people it has.", admin_org_detail_people_members);

static const struct field admin_org_detail_exercises_this_month_members[] = {
    OUT(FT_INT, "used", "Exercises that were generated this month.", .column = COL_EXERCISES, .min = 0, .example = "4"),
    OUT(FT_INT, "limit", "How many the plan allows in a month; null: no limit.", .column = COL_MONTHLY_EXERCISES, .min = 0,
        .flags = FIELD_NULL, .example = "null"),
    FIELD_END,
};
static const struct shape admin_org_detail_exercises_this_month_shape =
    SHAPE("AdminOrgDetailExercisesThisMonth", "What of the month's exercises is used.", admin_org_detail_exercises_this_month_members);

static const struct field admin_org_detail_members[] = {
    OUT(FT_UUID, "id", "Of the organisation.", .column = COL_ID, .example = "c0d1e2f3-a4b5-4c6d-8e7f-90a1b2c3d4e5"),
    OUT(FT_STR, "name", "What the organisation calls itself.", .column = COL_NAME, .min = 1, .max = 120, .example = "Example Logistics"),
    OUT(FT_STR, "slug", "Its short name for addresses.", .column = COL_SLUG, .example = "example-logistics"),
    OUT(FT_STR, "plan", "One of the operator's plans; FREE, STARTER, GROWTH, PROFESSIONAL and ENTERPRISE are there from the start.",
        .column = COL_PLAN, .pattern = "^[A-Z][A-Z0-9_-]*$", .example = "ENTERPRISE"),
    OUT(FT_ENUM, "status", "SUSPENDED: nobody signs in or joins.", .column = COL_STATUS, .values = statuses, .example = "ACTIVE"),
    OUT(FT_TIME, "createdAt", "When it was made.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "suspendedAt", "When it was suspended; null: it is not.", .column = COL_SUSPENDED_AT, .example = "null",
        .flags = FIELD_NULL),
    OUT(FT_TIME, "endsAt", "When it is going to be deleted; null: it is not.", .column = COL_ENDS_AT, .flags = FIELD_NULL,
        .example = "null"),
    OUT(FT_TIME, "lastActivityAt", "The newest sign-in or exercise; null: none yet.", .column = COL_LAST_ACTIVITY,
        .example = "2026-11-21T08:52:10.480Z", .flags = FIELD_NULL),
    OUT(FT_OBJ, "people", "How many people it has.", .shape = &admin_org_detail_people_shape),
    OUT(FT_OBJ, "exercisesThisMonth", "What of the month's exercises is used.", .shape = &admin_org_detail_exercises_this_month_shape),
    FIELD_END,
};
static const struct shape admin_org_detail_shape =
    SHAPE("AdminOrgDetail", "An organisation with what its plan allows and what is used.", admin_org_detail_members);

static const struct field admin_ending_members[] = {
    OUT(FT_TIME, "endsAt", "When the deletion begins that nobody can take back; until then it can be restored.", .column = COL_ENDS_AT,
        .example = "2026-11-28T08:15:30.123Z"),
    FIELD_END,
};
static const struct shape admin_ending_shape = SHAPE("AdminOrgEnding", "The organisation is going to be deleted.", admin_ending_members);

static const struct field admin_invited_members[] = {
    OUT(FT_OBJ, "invitation", "The invitation of its administrator.", .shape = &admin_invitation_shape),
    FIELD_END,
};
static const struct shape admin_invited_shape = SHAPE("AdminInvited", "The invitation that was made.", admin_invited_members);

const struct route admin_orgs_routes[] = {
    /* The platform's administrators, with a session: no scope of an API key leads here. */
    {METHOD_GET, "/api/admin/orgs", GUARD_PLATFORM, NULL, admin_orgs_get, QUERY(orgs_query_fields, struct orgs_query),
     .summary = "List the organisations, newest first", .flags = ROUTE_PAGED | ROUTE_LIST, .name = "adminListOrgs", .tag = "platform",
     .help = "Facts about organisations; what they train and answer is not shown to the platform. Filters can be combined.",
     .reply_help = "One page.", .reply = &admin_org_shape},
    {METHOD_POST, "/api/admin/orgs", GUARD_PLATFORM, NULL, admin_orgs_post, BODY(org_fields, struct org_body), .flags = ROUTE_STEP_UP,
     .summary = "Create an organisation and invite its first administrator", .name = "adminCreateOrg", .tag = "platform",
     .help = "Makes an organisation with a plan and invites its first administrator. The invitation works once and for 14 days. Without a "
             "mail server its link is in the reply, once; otherwise it is sent. A plan that there is not is 400 and named in fields.",
     .reply_help = "Created.", .status = 201, .reply = &admin_org_created_shape},
    {METHOD_GET, "/api/admin/orgs/{id}", GUARD_PLATFORM, NULL, admin_org_get,
     .summary = "An organisation with its plan and what is used of it", .name = "adminGetOrg", .tag = "platform",
     .param_help = {"Of the organisation."},
     .help = "Facts about one organisation: people, seats, exercises of the month. What it trains and answers is not shown.",
     .reply_help = "The organisation.", .reply = &admin_org_detail_shape},
    {METHOD_PUT, "/api/admin/orgs/{id}", GUARD_PLATFORM, NULL, admin_org_put, BODY(org_change_fields, struct org_change_body),
     .check = admin_org_check, .flags = ROUTE_STEP_UP, .summary = "Change an organisation's name, plan or status", .name = "adminChangeOrg",
     .tag = "platform", .param_help = {"Of the organisation."},
     .help =
         "Name, plan, status or several of them; a body with none is 400. A plan counts at once; a smaller one removes nobody. Suspending "
         "ends all sessions and API keys of the organisation for good, and nobody signs in or joins until it is resumed. Both logs have "
         "it, the organisation's without the person. 409 `conflict`: a platform administrator is in it, whom suspending would shut out.",
     .reply_help = "Changed.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/admin/orgs/{id}", GUARD_PLATFORM, NULL, admin_org_delete, BODY(org_delete_fields, struct org_delete_body),
     .flags = ROUTE_STEP_UP, .summary = "Delete an organisation with everything in it, in seven days", .name = "adminDeleteOrg",
     .tag = "platform", .param_help = {"Of the organisation."},
     .help = "The same as POST /api/admin/orgs/{id}/delete-organization. A wrong confirmName is 400 and named in fields. 409 `conflict`: a "
             "platform administrator is in it.",
     .reply_help = "It is going to be deleted.", .status = 202, .reply = &admin_ending_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_POST, "/api/admin/orgs/{id}/delete-organization", GUARD_PLATFORM, NULL, admin_org_delete,
     BODY(org_delete_fields, struct org_delete_body), .flags = ROUTE_STEP_UP,
     .summary = "Delete an organisation with everything in it, in seven days", .name = "adminEndOrg", .tag = "platform",
     .param_help = {"Of the organisation."},
     .help =
         "From now on the organisation is suspended, and its administrators are told by mail; one of them, or a platform administrator, "
         "can restore it until endsAt. Where only the platform shall decide, suspend it before. At endsAt, at most an hour later, every "
         "account, exercise, certificate and the audit log of the organisation are deleted for good; both logs have the number of the "
         "receipt, and the platform's log has it again when that is done. Asked for again it replies the same end. A wrong confirmName "
         "is 400 and named in fields. 409 `conflict`: a platform administrator is in it.",
     .reply_help = "It is going to be deleted.", .status = 202, .reply = &admin_ending_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_POST, "/api/admin/orgs/{id}/restore-organization", GUARD_PLATFORM, NULL, admin_org_restore, .flags = ROUTE_STEP_UP,
     .summary = "Take the deletion of an organisation back", .name = "adminRestoreOrg", .tag = "platform",
     .param_help = {"Of the organisation."},
     .help = "Everything is as it was before it was to be deleted, whoever had asked for that; what was suspended before stays suspended. "
             "Where nothing is to be deleted it changes nothing. 409 `conflict`: the deletion has begun.",
     .reply_help = "It stays.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_POST, "/api/admin/orgs/{id}/invitations", GUARD_PLATFORM, NULL, admin_org_invite_post,
     BODY(org_invite_fields, struct org_invite_body), .flags = ROUTE_STEP_UP, .summary = "Invite another administrator of an organisation",
     .name = "adminInviteAdministrator", .tag = "platform", .param_help = {"Of the organisation."},
     .help = "For an organisation whose administrators are out of reach. The invitation works once and for 14 days. Without a mail server "
             "its link is in the reply, once; otherwise it is sent. 403 `organization_suspended` or `seats_used`: nobody can join it now.",
     .reply_help = "Invited.", .status = 201, .reply = &admin_invited_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL}, {ERR_SUSPENDED, NULL}, {ERR_SEATS, NULL})},
    {0},
};
