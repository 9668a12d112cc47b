/* v2_types.c - the types of indicators, and of associations between them, as version 2 lists them. Names are part of the protocol. */
#include "apps/intel/intel.h"
#include "common/base/str.h"

#include <strings.h>

#define REG_TYPES                                                                                                                          \
    "REG_NONE;REG_BINARY;REG_DWORD;REG_DWORD_LITTLE_ENDIAN;REG_DWORD_BIG_ENDIAN;REG_EXPAND_SZ;REG_LINK;REG_MULTI_SZ;REG_QWORD;"            \
    "REG_QWORD_LITTLE_ENDIAN;REG_SZ"
#define KEYS_MOST 3

/* keys: members of version 3 that identify one; labels: what the values are called, where that is told. */
static const struct indicator_type {
    const char *name;
    bool custom, parsable;
    const char *branch, *entity, *letters;
    const char *keys[KEYS_MOST], *labels[KEYS_MOST];
    const char *options; /* of the third value */
} indicators[] = {
    {"Address", false, true, "addresses", "address", NULL, {"ip"}, {NULL}, NULL},
    {"EmailAddress", false, true, "emailAddresses", "emailAddress", NULL, {"address"}, {NULL}, NULL},
    {"File", false, true, "files", "file", NULL, {"md5", "sha1", "sha256"}, {"MD5", "SHA-1", "SHA-256"}, NULL},
    {"Host", false, true, "hosts", "host", NULL, {"hostName"}, {NULL}, NULL},
    {"URL", false, true, "urls", "url", NULL, {"text"}, {NULL}, NULL},
    {"ASN", true, true, "asns", "asn", "upper", {"AS Number"}, {"AS Number"}, NULL},
    {"CIDR", true, true, "cidrBlocks", "cidrBlock", "lower", {"Block"}, {"Block"}, NULL},
    {"Email Subject", true, false, "emailSubjects", "emailSubject", "sensitive", {"Subject"}, {"Subject"}, NULL},
    {"Hashtag", true, true, "hashtags", "hashtag", "lower", {"Hashtag"}, {"Hashtag"}, NULL},
    {"Mutex", true, false, "mutexes", "mutex", "sensitive", {"Mutex"}, {"Mutex"}, NULL},
    {"Registry Key",
     true,
     false,
     "registryKeys",
     "registryKey",
     "sensitive",
     {"Key Name", "Value Name", "Value Type"},
     {"Key Name", "Value Name", "Value Type"},
     REG_TYPES},
    {"User Agent", true, false, "userAgents", "userAgent", "sensitive", {"User Agent String"}, {"User Agent String"}, NULL},
};
#define INDICATORS (sizeof(indicators) / sizeof(indicators[0]))

static const struct association_type {
    const char *name;
    bool file_action;
    const char *branch;
} associations[] = {
    {"Address to User Agent", false, "addressToUserAgent"},
    {"ASN to Address", false, "asnToAddress"},
    {"ASN to CIDR", false, "asnToCidr"},
    {"CIDR to Address", false, "cidrToAddress"},
    {"DNS PTR Record", false, "dnsPtrRecord"},
    {"Domain Registrant Email", false, "domainRegistrantEmail"},
    {"File Download", false, "fileDownload"},
    {"URL Host", false, "urlHost"},
    {"File Archive", true, "archive"},
    {"File Drop", true, "drop"},
    {"File DNS Query", true, "dnsQuery"},
    {"File Traffic", true, "traffic"},
    {"File Mutex", true, "mutex"},
    {"File Registry Key", true, "registryKey"},
    {"File User Agent", true, "userAgent"},
};
#define ASSOCIATIONS (sizeof(associations) / sizeof(associations[0]))

struct types_query {
    bool additional;
};
static const struct field types_fields[] = {
    FIELD_BOOL(struct types_query, additional, "includeAdditional", 0, NULL,
               .help = "Whether the members of version 3 that identify an indicator are named.", .example = "true"),
    FIELD_END,
};

/* In type lists of version 2 these are words. */
static const char *word(bool yes) {
    return yes ? "true" : "false";
}

static void write_values(struct jwrite *w, const struct indicator_type *t) {
    static const char *const labels[KEYS_MOST] = {"value1Label", "value2Label", "value3Label"};
    static const char *const types[KEYS_MOST] = {"value1Type", "value2Type", "value3Type"};
    for (int i = 0; i < KEYS_MOST && t->labels[i]; i++) {
        bool chosen = i == KEYS_MOST - 1 && t->options;
        jw_kstr(w, labels[i], t->labels[i]);
        jw_kstr(w, types[i], chosen ? "selectone" : "text");
        if (chosen) {
            jw_kstr(w, "value3Option", t->options);
        }
    }
}

static void write_indicator(struct req *q, struct jwrite *w, size_t i) {
    static const char *const names[KEYS_MOST] = {"key1", "key2", "key3"};
    const struct indicator_type *t = &indicators[i];
    const struct types_query *query = q->query;
    jw_object(w);
    jw_kstr(w, "name", t->name);
    jw_kstr(w, "custom", word(t->custom));
    jw_kstr(w, "parsable", word(t->parsable));
    jw_kstr(w, "apiBranch", t->branch);
    jw_kstr(w, "apiEntity", t->entity);
    if (t->letters) {
        jw_kstr(w, "casePreference", t->letters);
    }
    write_values(w, t);
    if (query->additional) {
        jw_kobject(w, "keys");
        for (int k = 0; k < KEYS_MOST && t->keys[k]; k++) {
            jw_kstr(w, names[k], t->keys[k]);
        }
        jw_object_end(w);
    }
    jw_object_end(w);
}

static void write_association(struct req *q, struct jwrite *w, size_t i) {
    (void)q;
    jw_object(w);
    jw_kstr(w, "name", associations[i].name);
    jw_kstr(w, "custom", word(!associations[i].file_action));
    jw_kstr(w, "fileAction", word(associations[i].file_action));
    jw_kstr(w, "apiBranch", associations[i].branch);
    jw_object_end(w);
}

static const char *indicator_name(size_t i) {
    return indicators[i].name;
}

static const char *association_name(size_t i) {
    return associations[i].name;
}

/* The two kinds of type. */
static const struct kind {
    const char *entity, *list;
    size_t count;
    const char *(*name)(size_t i);
    void (*write)(struct req *q, struct jwrite *w, size_t i);
} indicator_kind = {"indicatorType", "indicatorTypes", INDICATORS, indicator_name, write_indicator},
  association_kind = {"associationType", "associationTypes", ASSOCIATIONS, association_name, write_association};

static enum err all_types(struct req *q, struct resp *r, const struct kind *kind) {
    enum err e = req_run(q, NULL, 0);
    if (e != OK) {
        return e;
    }
    jw_object(&r->json);
    jw_kint(&r->json, "resultCount", (int64_t)kind->count);
    jw_karray(&r->json, kind->entity);
    for (size_t i = 0; i < kind->count; i++) {
        kind->write(q, &r->json, i);
    }
    jw_array_end(&r->json);
    jw_object_end(&r->json);
    return xml_or_json(q, r, kind->list, kind->entity);
}

static enum err one_type(struct req *q, struct resp *r, const struct kind *kind) {
    enum err e = req_run(q, NULL, 0);
    size_t i = 0;
    while (i < kind->count && strcasecmp(kind->name(i), q->params[0]) != 0) {
        i++;
    }
    if (e != OK || i == kind->count) {
        return e != OK ? e : ERR_NOT_FOUND;
    }
    jw_object(&r->json);
    jw_key(&r->json, kind->entity);
    kind->write(q, &r->json, i);
    jw_object_end(&r->json);
    return xml_or_json(q, r, kind->entity, NULL);
}

static enum err indicators_get(struct req *q, struct resp *r) {
    return all_types(q, r, &indicator_kind);
}

static enum err indicator_get(struct req *q, struct resp *r) {
    return one_type(q, r, &indicator_kind);
}

static enum err associations_get(struct req *q, struct resp *r) {
    return all_types(q, r, &association_kind);
}

static enum err association_get(struct req *q, struct resp *r) {
    return one_type(q, r, &association_kind);
}

static const struct field indicator_members[] = {
    OUT(FT_STR, "name", "How the type is called.", .example = "Address"),
    OUT(FT_STR, "custom", "Whether its values have labels of their own: `true` or `false`.", .example = "false"),
    OUT(FT_STR, "parsable", "Whether it is recognised in a text: `true` or `false`.", .example = "true"),
    OUT(FT_STR, "apiBranch", "Below which path version 2 has them.", .example = "addresses"),
    OUT(FT_STR, "apiEntity", "What one is called in a reply of version 2.", .example = "address"),
    FIELD_END,
};
static const struct shape indicator_shape = SHAPE("IntelIndicatorType", "A type of indicators.", indicator_members, .open = true);
static const struct field indicator_list_members[] = {
    OUT(FT_INT, "resultCount", "How many there are.", .example = "12"),
    OUT(FT_OBJS, "indicatorType", "All of them.", .shape = &indicator_shape),
    FIELD_END,
};
static const struct shape indicator_list_shape = SHAPE("IntelIndicatorTypes", "What can be an indicator.", indicator_list_members);
static const struct field indicator_one_members[] = {OUT(FT_OBJ, "indicatorType", "What was asked for.", .shape = &indicator_shape),
                                                     FIELD_END};
static const struct shape indicator_one_shape = SHAPE("IntelOneIndicatorType", "What was asked for.", indicator_one_members);

static const struct field association_members[] = {
    OUT(FT_STR, "name", "How the type is called.", .example = "ASN to CIDR"),
    OUT(FT_STR, "custom", "Whether it stands between two indicators as such: `true` or `false`.", .example = "true"),
    OUT(FT_STR, "fileAction", "Whether it says what a file does: `true` or `false`.", .example = "false"),
    OUT(FT_STR, "apiBranch", "Below which path version 2 has them.", .example = "asnToCidr"),
    FIELD_END,
};
static const struct shape association_shape = SHAPE("IntelAssociationType", "How two indicators belong together.", association_members);
static const struct field association_list_members[] = {
    OUT(FT_INT, "resultCount", "How many there are.", .example = "15"),
    OUT(FT_OBJS, "associationType", "All of them.", .shape = &association_shape),
    FIELD_END,
};
static const struct shape association_list_shape =
    SHAPE("IntelAssociationTypes", "How indicators can belong together.", association_list_members);
static const struct field association_one_members[] = {OUT(FT_OBJ, "associationType", "What was asked for.", .shape = &association_shape),
                                                       FIELD_END};
static const struct shape association_one_shape = SHAPE("IntelOneAssociationType", "What was asked for.", association_one_members);

#define ROW .tag = "intelligence", .errors = ERRORS(INTEL_ERRORS)
#define NAMED .params = {PARAM_NAME}, .param_help = {"Of the type, in letters of either case."}

const struct route v2_types_routes[] = {
    {METHOD_GET, "/api/v2/types/indicatorTypes", GUARD_MEMBER, NULL, indicators_get, QUERY(types_fields, struct types_query),
     .summary = "Types of indicators", .name = "listIntelIndicatorTypes", ROW, XML_TOO_TEXT("indicatorTypes"),
     .help = "What can be an indicator, and how its values are called.", .reply_help = "All types.", .reply = &indicator_list_shape},
    {METHOD_GET, "/api/v2/types/indicatorTypes/{name}", GUARD_MEMBER, NULL, indicator_get, QUERY(types_fields, struct types_query), NAMED,
     .summary = "A type of indicators", .name = "getIntelIndicatorType", ROW, XML_TOO_TEXT("indicatorType"),
     .help = "One of the types that GET /api/v2/types/indicatorTypes lists.", .reply_help = "The type.", .reply = &indicator_one_shape},
    {METHOD_GET, "/api/v2/types/associationTypes", GUARD_MEMBER, NULL, associations_get, .summary = "Types of associations",
     .name = "listIntelAssociationTypes", ROW, XML_TOO_TEXT("associationTypes"),
     .help = "The ways in which two indicators can belong together, and those in which a file acts on another indicator.",
     .reply_help = "All types.", .reply = &association_list_shape},
    {METHOD_GET, "/api/v2/types/associationTypes/{name}", GUARD_MEMBER, NULL, association_get, NAMED, .summary = "A type of associations",
     .name = "getIntelAssociationType", ROW, XML_TOO_TEXT("associationType"),
     .help = "One of the types that GET /api/v2/types/associationTypes lists.", .reply_help = "The type.", .reply = &association_one_shape},
    {0},
};
