/* generate.c - a new exercise from the library: inputs, slots, recipe. */
#include "apps/exercises/exercises.h"
#include "common/auth/attempt.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/json/jread.h"

static const char *const modes[] = {"INDIVIDUAL", NULL};
static const char *const engines[] = {"auto", "library", NULL};

static const struct field character_fields[] = {
    FIELD_STR(struct character_body, name, "name", FIELD_REQUIRED, 1, 80),
    FIELD_STR(struct character_body, role, "role", FIELD_REQUIRED, 1, 80),
    FIELD_STR(struct character_body, department, "department", 0, 0, 80),
    FIELD_STR(struct character_body, description, "description", 0, 0, 500),
    FIELD_STRS(struct character_body, expertise, "expertise", 0, 0, 10, 80),
    FIELD_END,
};

const struct field generate_fields[] = {
    FIELD_STR(struct generate_body, theme, "theme", FIELD_REQUIRED, 1, 60),
    FIELD_ENUM(struct generate_body, difficulty, "difficulty", 0, difficulty_names, "INTERMEDIATE"),
    FIELD_INT(struct generate_body, question_count, "questionCount", 0, PLAY_MIN_QUESTIONS, PLAY_MAX_QUESTIONS, "12"),
    FIELD_STR(struct generate_body, language, "language", 0, 2, 10),
    FIELD_ENUM(struct generate_body, mode, "mode", 0, modes, "INDIVIDUAL"),
    FIELD_ENUM(struct generate_body, timing, "timing", 0, timing_names, "off"),
    FIELD_ENUM(struct generate_body, engine, "engine", 0, engines, "auto"),
    FIELD_STRS(struct generate_body, techniques, "mitreAttackIds", 0, 0, 20, 12),
    FIELD_OBJS(struct generate_body, characters, "selectedCharacters", 0, 0, 20, character_fields, struct character_body),
    FIELD_STR(struct generate_body, custom_incident, "customIncident", 0, 0, 4000),
    FIELD_OPTINT(struct generate_body, seed, "seed", 0, 0, (int64_t)1 << 53),
    FIELD_END,
};

/* What of the library is current, and which of it was asked for. */
struct pick {
    struct db_rows current, inputs, recent, attempts;
    int64_t library_id;
    const char *language;
};

static const char *const aliases[][2] = {{"data-exfiltration", "data-exfil"}};

static const char *canonical_theme(const char *theme) {
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        if (str_eq(theme, aliases[i][0])) {
            return aliases[i][1];
        }
    }
    return theme;
}

/* "a, b, c" of a column's distinct values, where `theme` NULL or the row's theme. */
static const char *choices(struct arena *a, const struct db_rows *rows, const char *column, const char *theme) {
    const char *out = "";
    const char *last = "";
    for (int i = 0; i < rows->n; i++) {
        const char *v = db_str(rows, i, column);
        if ((!theme || str_eq(theme, db_str(rows, i, "theme"))) && !str_eq(v, last)) {
            out = *out ? arena_printf(a, "%s, %s", out, v) : v;
            last = v;
        }
    }
    return out;
}

static void choose_library(struct req *q, struct resp *r, const struct generate_body *b, struct pick *p) {
    const char *theme = canonical_theme(b->theme);
    const char *wanted = b->language ? b->language : db_str(&p->inputs, 0, "language");
    bool theme_known = false;
    for (int i = 0; i < p->current.n; i++) {
        if (str_eq(theme, db_str(&p->current, i, "theme"))) {
            const char *language = db_str(&p->current, i, "language");
            /* Nobody asked for a language: the caller's when the theme has it, otherwise English. */
            bool fallback = !b->language && !p->library_id && str_eq(language, "en");
            theme_known = true;
            if (str_eq(language, wanted) || fallback) {
                p->library_id = db_int(&p->current, i, "id");
                p->language = language;
            }
        }
    }
    if (!theme_known) {
        resp_field_error(r, "theme", "must be one of: %s", choices(q->arena, &p->current, "theme", NULL));
    } else if (!p->library_id) {
        resp_field_error(r, "language", "must be one of: %s", choices(q->arena, &p->current, "language", theme));
    }
}

enum err generate_check(struct req *q, struct resp *r) {
    const struct generate_body *b = q->body;
    struct pick *p = arena_alloc(q->arena, sizeof(*p));
    struct db_call calls[] = {
        {.stmt = STMT_LIBRARY_CURRENT_IDS, .rows = &p->current},
        {.stmt = STMT_GENERATE_INPUTS, .rows = &p->inputs},
        {.stmt = STMT_GENERATE_RECENT, .args = {b->theme ? canonical_theme(b->theme) : NULL}, .rows = &p->recent},
    };
    enum err e = req_run(q, calls, 3);
    if (e == OK && b->theme) {
        choose_library(q, r, b, p);
    }
    q->checked = p;
    return e;
}

/* "profile.x" and "tool.X" of a slot's source, from the organisation's inputs; NULL when nothing is known. */
static const char *from_inputs(struct req *q, const struct pick *p, struct json_object *profile, struct json_object *tools,
                               const char *source) {
    if (str_eq(source, "organisation.name")) {
        return db_str(&p->inputs, 0, "org_name");
    }
    if (str_starts(source, "tool.")) {
        return jr_str(tools, source + 5);
    }
    if (!str_starts(source, "profile.")) {
        return NULL;
    }
    struct json_object *v = jr_get(profile, source + 8);
    const char *text = jr_len(v) ? json_object_get_string(jr_at(v, 0)) : jr_str(profile, source + 8);
    return text && *text && strlen(text) <= 120 ? arena_strdup(q->arena, text) : NULL;
}

/* Roles as people write them, and the library's names for them. The first row that is contained in the text wins. */
static const struct {
    const char *written, *role;
} role_words[] = {
    {"ciso", "ciso"},
    {"security officer", "ciso"},
    {"incident", "ir-lead"},
    {"soc", "soc-analyst"},
    {"analyst", "soc-analyst"},
    {"cloud", "cloud-ops"},
    {"privacy", "dpo"},
    {"data protection", "dpo"},
    {"dpo", "dpo"},
    {"legal", "legal"},
    {"counsel", "legal"},
    {"communication", "communications"},
    {"press", "communications"},
    {"finance", "finance"},
    {"financial", "finance"},
    {"cfo", "finance"},
    {"human", "hr"},
    {"hr", "hr"},
    {"vendor", "vendor-manager"},
    {"supplier", "vendor-manager"},
    {"procurement", "vendor-manager"},
    {"ceo", "executive"},
    {"chief executive", "executive"},
    {"managing director", "executive"},
    {"executive", "executive"},
    {"business", "business-owner"},
    {"it", "it-ops"},
    {"operations", "it-ops"},
};

static bool has_word(const char *text, const char *word) {
    for (const char *c = text; (c = strcasestr(c, word)); c++) {
        /* short names ("it", "hr") must stand alone */
        bool starts = c == text || c[-1] == ' ' || c[-1] == '-' || c[-1] == '/';
        char after = c[strlen(word)];
        if (starts && (strlen(word) > 3 || after == '\0' || after == ' ' || after == '-' || after == '/')) {
            return true;
        }
    }
    return false;
}

static const char *role_named(const char *written) {
    for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]); i++) {
        if (has_word(written, role_words[i].written)) {
            return role_words[i].role;
        }
    }
    return NULL;
}

/* "Jordan Lee (CISO)" for the first character in the slot's role. */
static const char *from_characters(struct req *q, const struct generate_body *b, const char *source) {
    const struct character_body *people = b->characters.items;
    for (size_t i = 0; str_starts(source, "character.") && i < b->characters.count; i++) {
        if (str_eq(role_named(people[i].role), source + 10)) {
            return arena_printf(q->arena, "%s (%s)", people[i].name, people[i].role);
        }
    }
    return NULL;
}

static void write_slots(struct req *q, struct jwrite *w, const struct generate_body *b, const struct pick *p, const struct library *lib) {
    const char *why;
    const char *profile_text = db_str(&p->inputs, 0, "profile");
    const char *tools_text = db_str(&p->inputs, 0, "tools");
    struct json_object *profile = profile_text ? jr_parse(q->arena, profile_text, strlen(profile_text), &why) : NULL;
    struct json_object *tools = tools_text ? jr_parse(q->arena, tools_text, strlen(tools_text), &why) : NULL;
    jw_kobject(w, "slots");
    for (int i = 0; i < lib->nslots; i++) {
        const char *value = from_characters(q, b, lib->slots[i].source);
        value = value ? value : from_inputs(q, p, profile, tools, lib->slots[i].source);
        if (value && *value) {
            jw_kstr(w, lib->slots[i].name, value);
        }
    }
    jw_object_end(w);
}

static const char *recipe_of(struct req *q, const struct generate_body *b, const struct pick *p, const struct library *lib,
                             const struct selection *s) {
    struct buf out;
    struct jwrite w;
    int at = 0;
    buf_init(&out, 64 * 1024);
    jw_init(&w, &out);
    jw_object(&w);
    jw_karray(&w, "stages");
    for (int i = 0; i < s->nstages; i++) {
        jw_int(&w, s->stages[i]);
    }
    jw_array_end(&w);
    jw_karray(&w, "questions");
    for (int i = 0; i < s->nstages; i++) {
        jw_array(&w);
        for (int k = 0; k < s->per_stage[i]; k++) {
            jw_str(&w, s->questions[at++]->id);
        }
        jw_array_end(&w);
    }
    jw_array_end(&w);
    write_slots(q, &w, b, p, lib);
    if (b->custom_incident && *b->custom_incident) {
        jw_kstr(&w, "briefing", b->custom_incident);
    }
    jw_object_end(&w);
    const char *recipe = jw_done(&w) ? arena_strndup(q->arena, out.data, out.len) : NULL;
    buf_release(&out);
    return recipe;
}

/* The ids of the caller's last questions of this theme, so that playing again brings new ones. Left out when a seed was
 * given: the same seed must give the same exercise. */
static const char *const *recent_ids(struct req *q, const struct generate_body *b, const struct pick *p) {
    return b->seed || !p->recent.n ? NULL : db_texts(q->arena, db_str(&p->recent, 0, "ids"));
}

static const char *number(struct req *q, int64_t v) {
    return arena_printf(q->arena, "%lld", (long long)v);
}

static enum err create(struct req *q, struct resp *r, const struct generate_body *b, const struct pick *p, const struct library *lib) {
    int64_t seed = 0;
    struct selection s;
    crypto_random(&seed, sizeof(seed));
    seed = b->seed ? *b->seed : (seed & (((int64_t)1 << 53) - 1));
    selection_make(&(struct selection_input){.lib = lib,
                                             .difficulty = difficulty_find(b->difficulty),
                                             .count = (int)b->question_count,
                                             .seed = (uint64_t)seed,
                                             .techniques = b->techniques.count ? b->techniques.items : NULL,
                                             .recent = recent_ids(q, b, p)},
                   &s);
    const char *recipe = recipe_of(q, b, p, lib, &s);
    struct play *play = recipe ? play_load(q->arena, lib, recipe, b->difficulty) : NULL;
    if (!play) {
        return ERR_INTERNAL;
    }
    uint64_t state = (uint64_t)seed;
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_EXERCISE_CREATE,
                           .args = {play_fill(play, lib->blueprint_title), lib->theme, b->difficulty, lib->language, b->timing,
                                    number(q, s.ncount), number(q, s.nstages), number(q, play->total_points), number(q, seed),
                                    number(q, lib->id), recipe, db_text_array(q->arena, b->techniques.items, b->techniques.count),
                                    number(q, (int64_t)(play_random(&state) >> 1))},
                           .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && !str_eq(db_str(&rows, 0, "verdict"), "ok")) {
        return ERR_QUOTA;
    }
    if (e == OK) {
        jw_object(&r->json);
        jw_kstr(&r->json, "id", db_str(&rows, 0, "id"));
        jw_kstr(&r->json, "status", "READY");
        jw_object_end(&r->json);
    }
    return e;
}

enum err generate_post(struct req *q, struct resp *r) {
    const struct generate_body *b = q->body;
    const struct library *lib = NULL;
    struct pick *p = q->checked;
    /* Only a request that could succeed costs an attempt. */
    struct db_call attempt = attempt_call(q->arena, "generate", q->who.user_id, exercises_config.limit_generate, 3600, &p->attempts);
    enum err e = req_run(q, &attempt, 1);
    if (e == OK && attempt_wait(&p->attempts) > 0) {
        return resp_wait(r, attempt_wait(&p->attempts));
    }
    if (e == OK) {
        e = library_get(q->db, q->arena, STMT_LIBRARY_DOC, p->library_id, &lib);
    }
    return e == OK ? create(q, r, b, p, lib) : e;
}
