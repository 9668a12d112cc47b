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
    FIELD_STR(struct profile_body, industry, "industry", FIELD_MAYBE, 0, 80,
              .help = "What the organisation does; stories say that it works in this.", .example = "regional logistics"),
    FIELD_ENUM(struct profile_body, company_size, "companySize", FIELD_MAYBE, sizes, NULL, .help = "People who work there, as a range.",
               .example = "250-999"),
    FIELD_STR(struct profile_body, headquarters, "headquarters", FIELD_MAYBE, 0, 80, .help = "Town, or what stories call the place.",
              .example = "Exampletown"),
    FIELD_STRS(struct profile_body, operating_regions, "operatingRegions", FIELD_MAYBE, 0, 20, 60,
               .help = "Countries or regions in which it works.", .example = "Western Europe"),
    FIELD_STR(struct profile_body, primary_cloud_provider, "primaryCloudProvider", FIELD_MAYBE, 0, 80,
              .help = "The cloud that it uses most; stories name it.", .example = "Example Cloud"),
    FIELD_BOOL(struct profile_body, has_on_prem_infra, "hasOnPremInfra", FIELD_MAYBE, "false",
               .help = "Whether it runs servers of its own.", .example = "true"),
    FIELD_OPTINT(struct profile_body, endpoint_count, "endpointCount", FIELD_MAYBE, 0, 10000000,
                 .help = "Computers and phones of its people.", .example = "1200"),
    FIELD_OPTINT(struct profile_body, server_count, "serverCount", FIELD_MAYBE, 0, 10000000, .help = "Servers, also virtual ones.",
                 .example = "140"),
    FIELD_BOOL(struct profile_body, has_ot_environment, "hasOtEnvironment", FIELD_MAYBE, "false",
               .help = "Whether it runs industrial control systems.", .example = "false"),
    FIELD_STR(struct profile_body, ot_description, "otDescription", FIELD_MAYBE, 0, 1000, .help = "What is controlled there.",
              .example = "Conveyor belts of two warehouses."),
    FIELD_OPTINT(struct profile_body, security_team_size, "securityTeamSize", FIELD_MAYBE, 0, 100000,
                 .help = "People who work in security.", .example = "6"),
    FIELD_STR(struct profile_body, soc_model, "socModel", FIELD_MAYBE, 0, 120,
              .help = "Who watches; a provider that it names, as in Outsourced to Example Watch, is the provider of stories.",
              .example = "Outsourced to Example Watch"),
    FIELD_STRS(struct profile_body, compliance_frameworks, "complianceFrameworks", FIELD_MAYBE, 0, 20, 60,
               .help = "Standards and laws that apply to it.", .example = "ISO 27001|NIS2"),
    FIELD_ENUM(struct profile_body, incident_frequency, "incidentFrequency", FIELD_MAYBE, frequencies, NULL,
               .help = "How often it has a real incident.", .example = "yearly"),
    FIELD_STR(struct profile_body, network_description, "networkDescription", FIELD_MAYBE, 0, 2000,
              .help = "Its sites and how they are connected.",
              .example = "Three sites, one central directory, one jump server for outside technicians."),
    FIELD_OPTINT(struct profile_body, remote_work_percentage, "remoteWorkPercentage", FIELD_MAYBE, 0, 100,
                 .help = "Percent of its people who work remotely.", .example = "35"),
    FIELD_OPTINT(struct profile_body, branch_offices, "branchOffices", FIELD_MAYBE, 0, 100000, .help = "Sites besides the headquarters.",
                 .example = "2"),
    FIELD_STR(struct profile_body, critical_assets, "criticalAssets", FIELD_MAYBE, 0, 1000,
              .help = "The most important first, separated by commas: stories speak of that one.",
              .example = "the dispatch system, the customer database"),
    FIELD_STRS(struct profile_body, regulatory_bodies, "regulatoryBodies", FIELD_MAYBE, 0, 20, 80,
               .help = "Authorities that it reports to, the most important first: stories speak of that one.",
               .example = "the data protection authority"),
    FIELD_STR(struct profile_body, recent_incidents, "recentIncidents", FIELD_MAYBE, 0, 2000,
              .help = "What happened lately; shown to the players with the rest of the profile.", .example = "A stolen laptop in spring."),
    FIELD_STR(struct profile_body, biggest_concerns, "biggestConcerns", FIELD_MAYBE, 0, 2000,
              .help = "What it worries about; shown to the players with the rest of the profile.",
              .example = "Losing the dispatch system on a Friday evening."),
    FIELD_STR(struct profile_body, additional_context, "additionalContext", FIELD_MAYBE, 0, 4000,
              .help = "Anything else; shown to the players with the rest of the profile.",
              .example = "The last exercise was eighteen months ago."),
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

static const struct shape profile_shape =
    SHAPE("Profile", "What the organisation says about itself. A member that is not set is absent.", profile_fields);

const struct route profile_routes[] = {
    {METHOD_GET, "/api/portal/profile", GUARD_MEMBER, "settings", profile_get, .summary = "What the organisation says about itself",
     .name = "getProfile", .tag = "settings",
     .help = "The facts that stories use in the place of general words. What was never said is absent, and stories then speak of it in "
             "general words.",
     .reply_help = "What is set; texts and numbers that are not are left out.", .reply = &profile_shape},
    {METHOD_PUT, "/api/portal/profile", GUARD_ADMIN, "settings", profile_put, BODY(profile_fields, struct profile_body),
     .summary = "Replace the organisation's profile", .name = "putProfile", .tag = "settings",
     .help = "Replaces the whole profile: what the body leaves out is not set afterwards, so read it, change it and send all of it back. "
             "Exercises that are generated from then on use it; those that exist keep what they were made with.",
     .reply_help = "The profile as it is stored now.", .reply = &profile_shape},
    {0},
};
