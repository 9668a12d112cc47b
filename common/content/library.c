/* library.c - documents to structs; see library.h. */
#include "common/content/library.h"

#include "common/base/log.h"
#include "common/base/str.h"
#include "common/json/jread.h"

#include <malloc.h>

#define DOC_DEPTH 24

const char *const lib_level_names[LEVEL_COUNT] = {"easy", "medium", "hard"};

/* What parsing carries along: the library being filled and the first thing that was wrong. */
struct loading {
    struct library *lib;
    struct arena *a;
    const char *why;
};

static const char *copy(struct loading *ld, struct json_object *o, const char *key) {
    const char *s = jr_str(o, key);
    return s ? arena_strdup(ld->a, s) : NULL;
}

static const char *need(struct loading *ld, struct json_object *o, const char *key) {
    const char *s = copy(ld, o, key);
    if (!s) {
        ld->why = ld->why ? ld->why : arena_printf(ld->a, "%s is missing", key);
        return "";
    }
    return s;
}

/* A member that is an object, or NULL: json-c aborts on walking anything else. */
static struct json_object *need_object(struct loading *ld, struct json_object *o, const char *key) {
    struct json_object *v = jr_get(o, key);
    if (!json_object_is_type(v, json_type_object)) {
        ld->why = ld->why ? ld->why : arena_printf(ld->a, "%s is missing", key);
        return NULL;
    }
    return v;
}

static const char *const *copy_list(struct loading *ld, struct json_object *list) {
    size_t n = jr_len(list);
    const char **out = arena_calloc(ld->a, n + 1, sizeof(*out));
    for (size_t i = 0; i < n; i++) {
        const char *s = json_object_get_string(jr_at(list, i));
        out[i] = arena_strdup(ld->a, s ? s : "");
    }
    return out;
}

static int variable_index(const struct library *lib, const char *name) {
    for (int i = 0; i < lib->nvariables; i++) {
        if (str_eq(lib->variables[i], name)) {
            return i;
        }
    }
    return -1;
}

static void load_variables(struct loading *ld, struct json_object *list) {
    for (size_t i = 0; i < jr_len(list) && i < LIB_VARIABLES; i++) {
        const char *s = json_object_get_string(jr_at(list, i));
        ld->lib->variables[ld->lib->nvariables++] = arena_strdup(ld->a, s ? s : "");
    }
}

static void load_objectives(struct loading *ld, struct json_object *list) {
    struct lib_objective *out = arena_calloc(ld->a, jr_len(list), sizeof(*out));
    for (size_t i = 0; i < jr_len(list); i++) {
        struct json_object *o = jr_at(list, i);
        out[i] = (struct lib_objective){.id = need(ld, o, "id"),
                                        .text = need(ld, o, "text"),
                                        .capability = need(ld, o, "capability"),
                                        .csf = copy_list(ld, jr_get(o, "csf")),
                                        .critical = jr_bool(o, "critical")};
    }
    ld->lib->objectives = out;
    ld->lib->nobjectives = (int)jr_len(list);
}

static void load_injects(struct loading *ld, struct json_object *list, struct lib_stage *s) {
    struct lib_inject *out = arena_calloc(ld->a, jr_len(list), sizeof(*out));
    for (size_t i = 0; i < jr_len(list); i++) {
        struct json_object *o = jr_at(list, i);
        out[i] = (struct lib_inject){
            .time = need(ld, o, "time"), .channel = need(ld, o, "channel"), .from = need(ld, o, "from"), .text = need(ld, o, "text")};
    }
    s->injects = out;
    s->ninjects = (int)jr_len(list);
}

static void load_alerts(struct loading *ld, struct json_object *list, struct lib_stage *s) {
    struct lib_alert *out = arena_calloc(ld->a, jr_len(list), sizeof(*out));
    for (size_t i = 0; i < jr_len(list); i++) {
        struct json_object *o = jr_at(list, i);
        out[i] = (struct lib_alert){.tool = need(ld, o, "tool"),
                                    .severity = need(ld, o, "severity"),
                                    .title = need(ld, o, "title"),
                                    .description = need(ld, o, "description")};
    }
    s->alerts = out;
    s->nalerts = (int)jr_len(list);
}

static void load_iocs(struct loading *ld, struct json_object *list, struct lib_stage *s) {
    struct lib_ioc *out = arena_calloc(ld->a, jr_len(list), sizeof(*out));
    for (size_t i = 0; i < jr_len(list); i++) {
        struct json_object *o = jr_at(list, i);
        out[i] = (struct lib_ioc){.type = need(ld, o, "type"), .value = need(ld, o, "value"), .note = copy(ld, o, "note")};
    }
    s->iocs = out;
    s->niocs = (int)jr_len(list);
}

static void load_stage(struct loading *ld, struct json_object *o, struct lib_stage *s) {
    struct json_object *clock = jr_get(o, "clock");
    struct json_object *branch = jr_get(o, "branch");
    *s = (struct lib_stage){
        .key = need(ld, o, "key"),
        .title = need(ld, o, "title"),
        .phase = need(ld, o, "mitre_phase"),
        .bridge = copy(ld, o, "bridge"),
        .narrative = need(ld, o, "narrative"),
        .clock_scenario = need(ld, clock, "scenario"),
        .clock_regulatory = need(ld, clock, "regulatory"),
        .techniques = copy_list(ld, jr_get(o, "techniques")),
        .branch_variable = -1,
    };
    if (branch) {
        s->branch_variable = variable_index(ld->lib, jr_str(branch, "variable"));
        s->branch_low = need(ld, branch, "low");
        s->branch_high = need(ld, branch, "high");
    }
    load_injects(ld, jr_get(o, "injects"), s);
    load_alerts(ld, jr_get(o, "alerts"), s);
    load_iocs(ld, jr_get(o, "iocs"), s);
}

static void load_arcs(struct loading *ld, struct json_object *arcs) {
    struct library *lib = ld->lib;
    static const char *const keys[LIB_STAGES + 1] = {[3] = "3", [4] = "4"};
    for (int n = 3; n <= 4; n++) {
        struct json_object *arc = jr_get(arcs, keys[n]);
        if (jr_len(arc) != (size_t)n) {
            ld->why = "an arc has the wrong number of stages";
            return;
        }
        for (int i = 0; i < n; i++) {
            int stage = json_object_get_int(jr_at(arc, (size_t)i));
            if (stage >= LIB_STAGES || stage <= (i ? lib->arcs[n][i - 1] : -1)) {
                ld->why = "an arc names stages that are not there or not in order";
                return;
            }
            lib->arcs[n][i] = stage;
        }
    }
    for (int i = 0; i < LIB_STAGES; i++) {
        lib->arcs[LIB_STAGES][i] = i;
    }
}

/* Questions are looked at when all are loaded: check_first(). */
static void load_first(struct loading *ld, struct json_object *o) {
    struct lib_first *first = &ld->lib->first;
    static const char *const texts[] = {"opening", "turn"};
    for (size_t i = 0; o && i < 2; i++) {
        int at = json_object_get_int(jr_at(jr_get(o, "stages"), i));
        if (at < 0 || at >= LIB_STAGES || (i && at <= first->at[0])) {
            ld->why = "a first run names stages that are not there or not in order";
            return;
        }
        first->at[i] = at;
        first->stages[i] = ld->lib->stages[at];
        first->stages[i].narrative = need(ld, o, texts[i]);
        first->stages[i].bridge = first->stages[i].branch_low = first->stages[i].branch_high = NULL;
        first->stages[i].branch_variable = -1;
        first->stages[i].ninjects = first->stages[i].nalerts = first->stages[i].niocs = 0;
        first->items[i] = copy_list(ld, jr_at(jr_get(o, "questions"), i));
    }
}

static void check_first(struct loading *ld) {
    const struct lib_first *first = &ld->lib->first;
    for (int i = 0; first->items[0] && i < 2; i++) {
        int n = 0;
        for (; first->items[i] && first->items[i][n]; n++) {
            const struct lib_question *item = library_question(ld->lib, first->items[i][n]);
            if (!item || item->stage != first->at[i]) {
                ld->why = "a first run names a question that its stage does not have";
            }
        }
        if (n < 2 - i) {
            ld->why = "a first run has too few questions";
        }
    }
}

static void load_blueprint(struct loading *ld, struct json_object *b) {
    struct library *lib = ld->lib;
    struct json_object *attacker = jr_get(b, "attacker");
    struct json_object *target = jr_get(b, "target");
    struct json_object *stages = jr_get(b, "stages");
    lib->blueprint_id = need(ld, b, "id");
    lib->blueprint_title = need(ld, b, "title");
    lib->overview = need(ld, b, "overview");
    lib->attacker.name = need(ld, attacker, "name");
    lib->attacker.type = need(ld, attacker, "type");
    lib->attacker.motivation = need(ld, attacker, "motivation");
    lib->attacker.sophistication = need(ld, attacker, "sophistication");
    lib->target.industry = need(ld, target, "industry");
    lib->target.size = need(ld, target, "size");
    lib->target.description = need(ld, target, "description");
    load_variables(ld, jr_get(b, "variables"));
    load_objectives(ld, jr_get(b, "objectives"));
    if (jr_len(stages) != LIB_STAGES) {
        ld->why = "a blueprint has five stages";
        return;
    }
    for (int i = 0; i < LIB_STAGES; i++) {
        load_stage(ld, jr_at(stages, (size_t)i), &lib->stages[i]);
    }
    load_arcs(ld, jr_get(b, "arcs"));
    load_first(ld, jr_get(b, "first"));
}

static void load_slots(struct loading *ld, struct json_object *slots) {
    if (!slots) {
        return;
    }
    struct lib_slot *out = arena_calloc(ld->a, (size_t)json_object_object_length(slots), sizeof(*out));
    struct json_object_iter it;
    json_object_object_foreachC(slots, it) {
        out[ld->lib->nslots++] = (struct lib_slot){
            .name = arena_strdup(ld->a, it.key), .dflt = need(ld, it.val, "default"), .source = need(ld, it.val, "source")};
    }
    ld->lib->slots = out;
}

static void load_incidents(struct loading *ld, struct json_object *incidents) {
    if (!incidents) {
        return;
    }
    struct lib_incident *out = arena_calloc(ld->a, (size_t)json_object_object_length(incidents), sizeof(*out));
    struct json_object_iter it;
    json_object_object_foreachC(incidents, it) {
        out[ld->lib->nincidents++] = (struct lib_incident){.id = arena_strdup(ld->a, it.key),
                                                           .name = need(ld, it.val, "name"),
                                                           .text = need(ld, it.val, "text"),
                                                           .year = jr_int(it.val, "year")};
    }
    ld->lib->incidents = out;
}

static void load_option(struct loading *ld, struct json_object *o, struct lib_option *out) {
    struct json_object *effects = jr_get(o, "effects");
    *out = (struct lib_option){
        .text = need(ld, o, "text"), .why = copy(ld, o, "why"), .credit = jr_int(o, "credit"), .critical = jr_bool(o, "critical")};
    if (!json_object_is_type(effects, json_type_object)) {
        return;
    }
    struct json_object_iter it;
    json_object_object_foreachC(effects, it) {
        int v = variable_index(ld->lib, it.key);
        if (v >= 0) {
            out->effects[v] = (signed char)json_object_get_int(it.val);
        }
    }
}

static void load_links(struct loading *ld, struct json_object *o, struct lib_question *q) {
    const char *level = jr_str(o, "level");
    const char *objective = jr_str(o, "objective");
    const char *incident = jr_str(o, "incident");
    int known = 0;
    while (known < LEVEL_COUNT && !str_eq(level, lib_level_names[known])) {
        known++;
    }
    q->level = known < LEVEL_COUNT ? (enum lib_level)known : LEVEL_EASY;
    if (known == LEVEL_COUNT) {
        ld->why = arena_printf(ld->a, "question %s has no known level", q->id);
    }
    q->objective = -1;
    for (int i = 0; i < ld->lib->nobjectives; i++) {
        q->objective = str_eq(objective, ld->lib->objectives[i].id) ? i : q->objective;
    }
    for (int i = 0; i < ld->lib->nincidents; i++) {
        q->incident = str_eq(incident, ld->lib->incidents[i].id) ? &ld->lib->incidents[i] : q->incident;
    }
}

static void load_question(struct loading *ld, struct json_object *o, struct lib_question *q) {
    struct json_object *options = jr_get(o, "options");
    struct json_object *consequence = jr_get(o, "consequence");
    q->id = need(ld, o, "id");
    q->stage = jr_int(o, "stage");
    q->role = need(ld, o, "role");
    q->activity = need(ld, o, "activity");
    q->context = copy(ld, o, "context");
    q->stem = need(ld, o, "stem");
    q->explanation = need(ld, o, "explanation");
    q->jurisdiction = copy(ld, o, "jurisdiction");
    q->best = need(ld, consequence, "best");
    q->partial = copy(ld, consequence, "partial");
    q->worst = need(ld, consequence, "worst");
    q->csf = copy_list(ld, jr_get(o, "csf"));
    q->attack = copy_list(ld, jr_get(o, "attack"));
    q->key = -1;
    load_links(ld, o, q);
    bool sound = jr_len(options) >= 3 && jr_len(options) <= LIB_OPTIONS;
    for (size_t i = 0; sound && i < jr_len(options); i++) {
        load_option(ld, jr_at(options, i), &q->options[i]);
        sound = q->options[i].credit >= 0 && q->options[i].credit <= 100;
        q->key = q->options[i].credit == 100 ? (int)i : q->key;
        q->noptions++;
    }
    if (!sound || q->key < 0 || q->stage < 0 || q->stage >= LIB_STAGES) {
        ld->why = arena_printf(ld->a, "question %s is not sound", q->id);
    }
}

static void load_questions(struct loading *ld, struct json_object *list) {
    struct lib_question *out = arena_calloc(ld->a, jr_len(list), sizeof(*out));
    for (size_t i = 0; i < jr_len(list); i++) {
        load_question(ld, jr_at(list, i), &out[i]);
        if (!ld->why && i > 0 && strcmp(out[i - 1].id, out[i].id) >= 0) { /* library_question() relies on the order */
            ld->why = arena_printf(ld->a, "question %s is there twice or not in order", out[i].id);
        }
    }
    ld->lib->questions = out;
    ld->lib->nquestions = (int)jr_len(list);
}

static void load_document(struct loading *ld, struct json_object *doc) {
    struct library *lib = ld->lib;
    lib->theme = need(ld, doc, "theme");
    lib->language = need(ld, doc, "language");
    lib->title = need(ld, doc, "title");
    lib->version = need(ld, doc, "version");
    lib->attack_version = need(ld, doc, "attackVersion");
    load_slots(ld, need_object(ld, doc, "slots"));
    load_incidents(ld, need_object(ld, doc, "incidents"));
    load_blueprint(ld, jr_get(doc, "blueprint"));
    load_questions(ld, jr_get(doc, "questions"));
}

struct library *library_parse(const char *doc, size_t len, const char **why) {
    static char reason[200];
    struct arena *scratch = arena_new(4096);
    struct json_object *json = jr_parse_depth(scratch, doc, len, DOC_DEPTH, why);
    if (!json) {
        arena_free(scratch);
        return NULL;
    }
    struct arena *a = arena_new(64 * 1024);
    struct loading ld = {.lib = arena_alloc(a, sizeof(struct library)), .a = a};
    ld.lib->arena = a;
    load_document(&ld, json);
    arena_free(scratch);
    if (!ld.why) {
        check_first(&ld);
    }
    malloc_trim(0); /* the tree was several times the document; give it back at once */
    if (ld.why) {
        str_copy(reason, sizeof(reason), ld.why);
        *why = reason;
        arena_free(a);
        return NULL;
    }
    return ld.lib;
}

void library_free(struct library *lib) {
    if (lib) {
        arena_free(lib->arena);
    }
}

/* The process's cache: as many versions as there are themes in use, oldest replaced when full. */
#define CACHE_SIZE 64
static struct library *cache[CACHE_SIZE];
static int cache_next;

enum err library_get(struct db *db, struct arena *a, int stmt_doc, int64_t id, const struct library **out) {
    for (int i = 0; i < CACHE_SIZE; i++) {
        if (cache[i] && cache[i]->id == id) {
            *out = cache[i];
            return OK;
        }
    }
    struct db_rows rows;
    struct db_call call = {.stmt = stmt_doc, .args = {arena_printf(a, "%lld", (long long)id)}, .rows = &rows};
    enum err e = db_run(db, a, &call, 1);
    if (e != OK) {
        return e;
    }
    const char *doc = rows.n ? db_str(&rows, 0, COL_DOC) : "";
    const char *why = "";
    struct library *lib = library_parse(doc, strlen(doc), &why);
    if (!lib) {
        log_error("library: version %lld: %s", (long long)id, why);
        return ERR_INTERNAL;
    }
    lib->id = id;
    library_free(cache[cache_next]);
    cache[cache_next] = lib;
    cache_next = (cache_next + 1) % CACHE_SIZE;
    *out = lib;
    return OK;
}

const struct lib_question *library_question(const struct library *lib, const char *id) {
    int lo = 0, hi = lib->nquestions - 1; /* compile.py sorts by id */
    while (lo <= hi) {
        int mid = (lo + hi) / 2;
        int c = strcmp(id, lib->questions[mid].id);
        if (c == 0) {
            return &lib->questions[mid];
        }
        lo = c > 0 ? mid + 1 : lo;
        hi = c < 0 ? mid - 1 : hi;
    }
    return NULL;
}
