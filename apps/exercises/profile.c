/* profile.c - what an organisation says about itself; read by everybody in it, written by its administrators. */
#include "apps/exercises/exercises.h"
#include "common/json/jread.h"

struct profile_body {
    const char *industry, *company_size, *headquarters, *primary_cloud_provider, *ot_description, *soc_model, *incident_frequency;
    const char *network_description, *critical_assets, *recent_incidents, *biggest_concerns, *additional_context;
    const int64_t *endpoint_count, *server_count, *security_team_size, *remote_work_percentage, *branch_offices;
    bool has_on_prem_infra, has_ot_environment;
    struct field_strs operating_regions, compliance_frameworks, regulatory_bodies;
};

static const char *const sizes[] = {"1-49", "50-249", "250-999", "1000-4999", "5000+", NULL};
static const char *const frequencies[] = {"never", "yearly", "quarterly", "monthly", "weekly", NULL};

static const struct field profile_fields[] = {
    FIELD_STR(struct profile_body, industry, "industry", 0, 0, 80),
    FIELD_ENUM(struct profile_body, company_size, "companySize", 0, sizes, NULL),
    FIELD_STR(struct profile_body, headquarters, "headquarters", 0, 0, 80),
    FIELD_STRS(struct profile_body, operating_regions, "operatingRegions", 0, 0, 20, 60),
    FIELD_STR(struct profile_body, primary_cloud_provider, "primaryCloudProvider", 0, 0, 80),
    FIELD_BOOL(struct profile_body, has_on_prem_infra, "hasOnPremInfra", 0, "false"),
    FIELD_OPTINT(struct profile_body, endpoint_count, "endpointCount", 0, 0, 10000000),
    FIELD_OPTINT(struct profile_body, server_count, "serverCount", 0, 0, 10000000),
    FIELD_BOOL(struct profile_body, has_ot_environment, "hasOtEnvironment", 0, "false"),
    FIELD_STR(struct profile_body, ot_description, "otDescription", 0, 0, 1000),
    FIELD_OPTINT(struct profile_body, security_team_size, "securityTeamSize", 0, 0, 100000),
    FIELD_STR(struct profile_body, soc_model, "socModel", 0, 0, 120),
    FIELD_STRS(struct profile_body, compliance_frameworks, "complianceFrameworks", 0, 0, 20, 60),
    FIELD_ENUM(struct profile_body, incident_frequency, "incidentFrequency", 0, frequencies, NULL),
    FIELD_STR(struct profile_body, network_description, "networkDescription", 0, 0, 2000),
    FIELD_OPTINT(struct profile_body, remote_work_percentage, "remoteWorkPercentage", 0, 0, 100),
    FIELD_OPTINT(struct profile_body, branch_offices, "branchOffices", 0, 0, 100000),
    FIELD_STR(struct profile_body, critical_assets, "criticalAssets", 0, 0, 1000),
    FIELD_STRS(struct profile_body, regulatory_bodies, "regulatoryBodies", 0, 0, 20, 80),
    FIELD_STR(struct profile_body, recent_incidents, "recentIncidents", 0, 0, 2000),
    FIELD_STR(struct profile_body, biggest_concerns, "biggestConcerns", 0, 0, 2000),
    FIELD_STR(struct profile_body, additional_context, "additionalContext", 0, 0, 4000),
    FIELD_END,
};

static void write_value(struct jwrite *w, const struct field *f, const void *member) {
    const char *const *text = member;
    const int64_t *const *number = member;
    const struct field_strs *list = member;
    switch (f->type) {
    case FT_BOOL: jw_kbool(w, f->name, *(const bool *)member); break;
    case FT_OPTINT:
        if (*number) {
            jw_kint(w, f->name, **number);
        }
        break;
    case FT_STRS: jw_kstrs(w, f->name, list->items); break;
    default:
        if (*text && **text) {
            jw_kstr(w, f->name, *text);
        }
    }
}

/* What is not set is left out, so that a reply can be sent back as a body. */
static void profile_write(struct jwrite *w, const struct profile_body *p) {
    jw_object(w);
    for (const struct field *f = profile_fields; f->name; f++) {
        write_value(w, f, (const char *)p + f->offset);
    }
    jw_object_end(w);
}

/* Through the same rows as a body: what an older version or an operator stored and does not fit is left out. */
static const struct profile_body *profile_read(struct arena *a, const char *text) {
    struct profile_body *p = arena_alloc(a, sizeof(*p));
    struct field_errors ignored;
    const char *why;
    field_errors_init(&ignored);
    field_read_json(profile_fields, text ? jr_parse(a, text, strlen(text), &why) : NULL, p, a, &ignored);
    return p;
}

static enum err profile_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_PROFILE_GET(), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        profile_write(&r->json, profile_read(q->arena, rows.n ? db_str(&rows, 0, COL_PROFILE) : NULL));
    }
    return e;
}

static enum err profile_put(struct req *q, struct resp *r) {
    struct buf text;
    struct jwrite w;
    buf_init(&text, 256 * 1024);
    jw_init(&w, &text);
    profile_write(&w, q->body);
    const char *profile = jw_done(&w) ? arena_strndup(q->arena, text.data, text.len) : NULL;
    buf_release(&text);
    if (!profile) {
        return ERR_INTERNAL;
    }
    struct db_call call = {SQL_PROFILE_PUT(profile)};
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        profile_write(&r->json, q->body);
    }
    return e;
}

static const struct field profile_members[] = {
    OUT(FT_STR, "industry", "Stories say: works in {industry}.", .max = 80, .flags = FIELD_MAYBE),
    OUT(FT_ENUM, "companySize", "People.", .values = VALUES("1-49", "50-249", "250-999", "1000-4999", "5000+"), .flags = FIELD_MAYBE),
    OUT(FT_STR, "headquarters", "Town, or what stories call the place.", .max = 80, .flags = FIELD_MAYBE),
    OUT(FT_STRS, "operatingRegions", "Countries or regions.", .max = 20, .item_max = 60, .flags = FIELD_MAYBE),
    OUT(FT_STR, "primaryCloudProvider", "Stories name it.", .max = 80, .flags = FIELD_MAYBE),
    OUT(FT_BOOL, "hasOnPremInfra", "Servers of its own.", .flags = FIELD_MAYBE),
    OUT(FT_INT, "endpointCount", "Computers and phones of people.", .min = 0, .max = 10000000, .flags = FIELD_MAYBE),
    OUT(FT_INT, "serverCount", "Servers, also virtual ones.", .min = 0, .max = 10000000, .flags = FIELD_MAYBE),
    OUT(FT_BOOL, "hasOtEnvironment", "Industrial control systems.", .flags = FIELD_MAYBE),
    OUT(FT_STR, "otDescription", "What is controlled there.", .max = 1000, .flags = FIELD_MAYBE),
    OUT(FT_INT, "securityTeamSize", "People in security.", .min = 0, .max = 100000, .flags = FIELD_MAYBE),
    OUT(FT_STR, "socModel", "Who watches; a provider that it names, as in Outsourced to Example Watch, is the provider of stories.",
        .max = 120, .flags = FIELD_MAYBE),
    OUT(FT_STRS, "complianceFrameworks", "Standards and laws that apply.", .max = 20, .item_max = 60, .flags = FIELD_MAYBE),
    OUT(FT_ENUM, "incidentFrequency", "How often there is a real incident.",
        .values = VALUES("never", "yearly", "quarterly", "monthly", "weekly"), .flags = FIELD_MAYBE),
    OUT(FT_STR, "networkDescription", "Sites and how they are connected.", .max = 2000, .flags = FIELD_MAYBE),
    OUT(FT_INT, "remoteWorkPercentage", "Share of people who work remotely.", .min = 0, .max = 100, .flags = FIELD_MAYBE),
    OUT(FT_INT, "branchOffices", "Sites besides the headquarters.", .min = 0, .max = 100000, .flags = FIELD_MAYBE),
    OUT(FT_STR, "criticalAssets", "The most important first, separated by commas: stories speak of that one.", .max = 1000,
        .flags = FIELD_MAYBE),
    OUT(FT_STRS, "regulatoryBodies", "The most important first: stories speak of that one.", .max = 20, .item_max = 80,
        .flags = FIELD_MAYBE),
    OUT(FT_STR, "recentIncidents", "Shown to the players with the rest of the profile.", .max = 2000, .flags = FIELD_MAYBE),
    OUT(FT_STR, "biggestConcerns", "Shown to the players with the rest of the profile.", .max = 2000, .flags = FIELD_MAYBE),
    OUT(FT_STR, "additionalContext", "Shown to the players with the rest of the profile.", .max = 4000, .flags = FIELD_MAYBE),
    FIELD_END,
};
static const struct shape profile_shape = SHAPE("Profile", "Profile.", profile_members);

const struct route profile_routes[] = {
    {METHOD_GET, "/api/portal/profile", GUARD_MEMBER, "settings", profile_get, .summary = "What the organisation says about itself",
     .name = "getProfile", .tag = "settings", .reply_help = "What is set; texts and numbers that are not are left out.",
     .reply = &profile_shape},
    {METHOD_PUT, "/api/portal/profile", GUARD_ADMIN, "settings", profile_put, BODY(profile_fields, struct profile_body),
     .summary = "Replace the organisation's profile", .name = "putProfile", .tag = "settings",
     .help = "What the body leaves out is not set afterwards. New exercises use it.", .reply_help = "As it is stored now.",
     .reply = &profile_shape},
    {0},
};
