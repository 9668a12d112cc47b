/* whoami.c - who asks, as the protocol calls them. */
#include "apps/intel/intel.h"

static const struct field user_members[] = {
    OUT(FT_STR, "userName", "The access id of an API user, the email address of a person.", .column = COL_USER_NAME,
        .example = "10000000000000000001"),
    OUT(FT_STR, "firstName", "The API user's name, or the person's first one.", .column = COL_FIRST_NAME, .example = "Feed"),
    OUT(FT_STR, "lastName", "`API` of an API user.", .column = COL_LAST_NAME, .example = "API"),
    OUT(FT_STR, "pseudonym", "What other organisations see.", .column = COL_PSEUDONYM, .example = "Feed"),
    OUT(FT_STR, "role", "In the own Organization.", .column = COL_ROLE, .example = "Standard User"),
    FIELD_END,
};
static const struct shape user_shape = SHAPE("IntelUser", "Who asks.", user_members);
static const struct field whoami_members[] = {OUT(FT_OBJ, "user", "Who asks.", .shape = &user_shape), FIELD_END};
static const struct shape whoami_shape = SHAPE("IntelWhoami", "Who asks.", whoami_members);

static enum err whoami_get(struct req *q, struct resp *r) {
    enum err e = reply_from(q, r, (struct db_call){SQL_WHOAMI()});
    return e == OK ? xml_or_json(q, r, "user", NULL) : e;
}

const struct route whoami_routes[] = {
    {METHOD_GET, "/api/v2/whoami", GUARD_MEMBER, NULL, whoami_get, .summary = "Who asks", .name = "getIntelWhoami", .tag = "intelligence",
     XML_TOO_TEXT("user"),
     .help = "Whose credential this is, and with which role: a first call that tells whether signature or token are right.",
     .reply_help = "The caller.", .reply = &whoami_shape, .errors = ERRORS(INTEL_ERRORS)},
    {0},
};
