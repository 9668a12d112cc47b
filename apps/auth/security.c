/* security.c - what an organisation asks of everybody who signs in (rule A5). */
#include "apps/auth/auth.h"
#include "common/base/str.h"

struct security_body {
    bool second_factor_required;
};

static const struct field security_fields[] = {
    FIELD_BOOL(struct security_body, second_factor_required, "secondFactorRequired", FIELD_REQUIRED, NULL,
               .help = "true: who has no second factor can do nothing but set one up."),
    FIELD_END,
};

static enum err security_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_SECURITY_GET()});
}

static enum err security_put(struct req *q, struct resp *r) {
    const struct security_body *b = q->body;
    struct db_rows rows;
    const struct db_call calls[] = {
        {SQL_SECURITY_PUT(b->second_factor_required ? "true" : "false")},
        {SQL_SECURITY_GET(), .rows = &rows},
    };
    enum err e = req_run(q, calls, 2);
    if (e == OK && b->second_factor_required && !db_bool(&rows, 0, COL_REQUIRED)) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_FACTOR_OWN_FIRST);
    }
    return e == OK ? reply_sets(q, r, &rows) : e;
}

static const struct field security_members[] = {
    OUT(FT_BOOL, "secondFactorRequired", "Whether everybody in the organisation must have a second factor.", .column = COL_REQUIRED),
    OUT(FT_INT, "people", "Active people.", .column = COL_PEOPLE, .min = 0, .example = "12"),
    OUT(FT_INT, "peopleWithFactor", "Of them those who have a second factor.", .column = COL_WITH_FACTOR, .min = 0, .example = "7"),
    FIELD_END,
};
static const struct shape security_shape = SHAPE("Security", "What the organisation asks of whoever signs in.", security_members);

const struct route security_routes[] = {
    {METHOD_GET, "/api/portal/security", GUARD_ADMIN, "team", security_get, .summary = "What the organisation asks of whoever signs in",
     .name = "getSecurity", .tag = "team", .help = "Whether a second factor is required, and how many people have one.",
     .reply_help = "As it is stored.", .reply = &security_shape},
    {METHOD_PUT, "/api/portal/security", GUARD_ADMIN, NULL, security_put, BODY(security_fields, struct security_body),
     .flags = ROUTE_STEP_UP, .summary = "Require a second factor of everybody in the organisation, or no longer", .name = "putSecurity",
     .tag = "team",
     .help = "It holds at once, for sessions and keys that are there, too. Who has no second factor still signs in, and reaches the own "
             "account: setting one up, sessions and password, export and deletion of the own data. All else is 403 "
             "`second_factor_required`, also for API keys of such a person, until there is one. Nobody can turn it off while it is "
             "required. 409 `conflict`: the caller has none. It is in the audit log.",
     .reply_help = "As it is stored now.", .reply = &security_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {0},
};
