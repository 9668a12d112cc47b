/* generate.c - a new exercise from the library: inputs, slots, recipe. */
#include "apps/exercises/exercises.h"
#include "apps/exercises/slots.h"
#include "common/auth/attempt.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/json/jread.h"

struct generate_body {
    const char *theme, *difficulty, *language, *mode, *timing, *engine, *custom_incident, *name, *preset;
    int64_t question_count;
    const int64_t *seed; /* NULL: any */
    struct field_strs techniques, character_ids;
    struct field_objs characters;
};

static const char *const modes[] = {"INDIVIDUAL", NULL};
static const char *const presets[] = {"first", NULL};
static const char *const engines[] = {"auto", "library", NULL};

#define MAX_PEOPLE 20

static const struct field generate_fields[] = {
    FIELD_STR(struct generate_body, theme, "theme", FIELD_REQUIRED, 1, 60,
              .help = "One of the themes of GET /api/ttx/catalog; the error lists them.", .example = "ransomware"),
    FIELD_ENUM(struct generate_body, difficulty, "difficulty", 0, difficulty_names, "INTERMEDIATE",
               .help = "Decides the mix of easy and hard questions, their points and their time.", .example = "INTERMEDIATE"),
    FIELD_INT(struct generate_body, question_count, "questionCount", 0, PLAY_MIN_QUESTIONS, PLAY_MAX_QUESTIONS, "12",
              .help = "How many questions; there is a stage for every three of them, 3 at least and 5 at most.", .example = "12"),
    FIELD_STR(struct generate_body, language, "language", 0, 2, 10,
              .help = "One of the theme's languages; absent: the caller's, else the organisation's, else en.", .example = "en"),
    FIELD_ENUM(struct generate_body, mode, "mode", 0, modes, "INDIVIDUAL", .help = "INDIVIDUAL: the caller plays alone, at once."),
    FIELD_ENUM(struct generate_body, timing, "timing", 0, timing_names, "off",
               .help = "off: no limits. standard: the seconds of the difficulty after an allowance for reading; x1.5 and x2 stretch them."),
    FIELD_ENUM(struct generate_body, engine, "engine", 0, engines, "auto",
               .help = "Who writes the exercise; in this version it is always the library."),
    FIELD_STRS(struct generate_body, techniques, "mitreAttackIds", 0, 0, 20, 12,
               .help = "ATT&CK technique ids to prefer; questions about them come first as far as the theme has any.",
               .example = "T1078|T1486"),
    FIELD_STRS(struct generate_body, character_ids, "characterIds", 0, 0, MAX_PEOPLE, 36,
               .help = "Ids of characters from GET /api/portal/characters who take part in the story; 20 people at most, together with "
                       "selectedCharacters."),
    FIELD_OBJS(struct generate_body, characters, "selectedCharacters", 0, 0, MAX_PEOPLE, character_fields, struct character_body,
               .help = "People for this story alone, who are not stored as characters."),
    FIELD_STR(struct generate_body, custom_incident, "customIncident", 0, 0, 4000,
              .help = "Something that happened at the organisation: the sponsor's briefing at the beginning tells it to the players."),
    FIELD_ENUM(struct generate_body, preset, "preset", 0, presets, NULL,
               .help = "first: somebody's first run, 3 questions at BEGINNER in 2 stages with little to read; it says difficulty and "
                       "questionCount, whatever they are. Of themes alone that have firstMinutes in the catalogue.",
               .example = "first"),
    FIELD_STR(struct generate_body, name, "name", 0, 0, EXERCISE_NAME_MAX,
              .help = "What the organisation calls this exercise, so that it is found again; the story keeps its title.",
              .example = "Spring drill of the night shift"),
    FIELD_OPTINT(struct generate_body, seed, "seed", 0, 0, (int64_t)1 << 53,
                 .help = "Same seed, same inputs and same version of the library: same exercise. Absent: a new one each time, with "
                         "questions the caller has not had lately."),
    FIELD_END,
};

/* What of the library is current, and which of it was asked for. */
struct pick {
    struct db_rows current, inputs, recent, stored;
    int64_t library_id;
    struct character_body people[2 * MAX_PEOPLE]; /* those of the request, then stored ones */
    size_t npeople;
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
static const char *choices(struct arena *a, const struct db_rows *rows, enum db_column column, const char *theme) {
    const char *out = "";
    const char *last = "";
    for (int i = 0; i < rows->n; i++) {
        const char *v = db_str(rows, i, column);
        if ((!theme || str_eq(theme, db_str(rows, i, COL_THEME))) && !str_eq(v, last)) {
            out = *out ? arena_printf(a, "%s, %s", out, v) : v;
            last = v;
        }
    }
    return out;
}

/* The current library row of a theme in a language, or 0. */
static int64_t library_in(const struct pick *p, const char *theme, const char *language) {
    for (int i = 0; i < p->current.n; i++) {
        if (str_eq(theme, db_str(&p->current, i, COL_THEME)) && str_eq(language, db_str(&p->current, i, COL_LANGUAGE))) {
            return db_int(&p->current, i, COL_ID);
        }
    }
    return 0;
}

/* The language that was asked for, and no other; without one the caller's, then the organisation's, then English. */
static void choose_library(struct req *q, struct resp *r, const struct generate_body *b, struct pick *p) {
    const char *theme = canonical_theme(b->theme);
    const char *wishes[] = {db_str(&p->inputs, 0, COL_LANGUAGE), db_str(&p->inputs, 0, COL_ORGANISATION_DEFAULT), "en"};
    if (b->language) {
        p->library_id = library_in(p, theme, b->language);
    }
    for (size_t i = 0; !b->language && !p->library_id && i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        p->library_id = wishes[i] ? library_in(p, theme, wishes[i]) : 0;
    }
    const char *languages = choices(q->arena, &p->current, COL_LANGUAGE, theme);
    if (!*languages) {
        resp_field_error(r, "theme", W_ERRORS_FIELD_CHOICE(choices(q->arena, &p->current, COL_THEME, NULL)));
    } else if (!p->library_id) {
        resp_field_error(r, "language", W_ERRORS_FIELD_CHOICE(languages));
    }
}

/* Only what is a UUID reaches the database. */
static const char *sound_ids(struct req *q, const struct field_strs *ids) {
    const char **sound = arena_calloc(q->arena, ids->count + 1, sizeof(*sound));
    size_t n = 0;
    for (size_t i = 0; i < ids->count; i++) {
        if (str_is_uuid(ids->items[i])) {
            sound[n++] = ids->items[i];
        }
    }
    return db_text_array(q->arena, sound, n);
}

static void add_stored(struct req *q, struct resp *r, struct pick *p, const char *id, size_t at) {
    for (int i = 0; i < p->stored.n; i++) {
        if (strcasecmp(db_str(&p->stored, i, COL_ID), id) == 0) {
            p->people[p->npeople++] = character_read(q->arena, &p->stored, i);
            return;
        }
    }
    resp_field_error(r, arena_printf(q->arena, "characterIds[%zu]", at), W_ERRORS_FIELD_CHARACTER);
}

static void choose_people(struct req *q, struct resp *r, const struct generate_body *b, struct pick *p) {
    for (size_t i = 0; i < b->characters.count; i++) {
        p->people[p->npeople++] = ((const struct character_body *)b->characters.items)[i];
    }
    for (size_t i = 0; i < b->character_ids.count; i++) {
        add_stored(q, r, p, b->character_ids.items[i], i);
    }
    if (p->npeople > MAX_PEOPLE) {
        resp_field_error(r, "characterIds", W_ERRORS_FIELD_PEOPLE(MAX_PEOPLE));
    }
}

static bool is_first(const struct generate_body *b) {
    return str_eq(b->preset, "first");
}

static enum err generate_check(struct req *q, struct resp *r) {
    const struct generate_body *b = q->body;
    struct pick *p = arena_alloc(q->arena, sizeof(*p));
    struct db_call calls[] = {
        {SQL_LIBRARY_CURRENT_IDS(), .rows = &p->current},
        {SQL_GENERATE_INPUTS(), .rows = &p->inputs},
        {SQL_GENERATE_RECENT(b->theme ? canonical_theme(b->theme) : NULL), .rows = &p->recent},
        {SQL_CHARACTER_PICK(sound_ids(q, &b->character_ids)), .rows = &p->stored},
    };
    enum err e = req_run(q, calls, b->character_ids.count ? 4 : 3);
    if (e == OK && b->theme) {
        choose_library(q, r, b, p);
    }
    if (e == OK) {
        choose_people(q, r, b, p);
    }
    q->checked = p;
    return e;
}

static struct json_object *inputs_json(struct req *q, const struct pick *p, enum db_column column) {
    const char *why;
    const char *text = db_str(&p->inputs, 0, column);
    return text ? jr_parse(q->arena, text, strlen(text), &why) : NULL;
}

/* What the texts of the library are filled with. */
static void fill_slots(struct req *q, const struct pick *p, struct play *play) {
    const struct library *lib = play->lib;
    struct slot_inputs in = {.organisation = db_str(&p->inputs, 0, COL_ORG_NAME),
                             .profile = inputs_json(q, p, COL_PROFILE),
                             .tools = inputs_json(q, p, COL_TOOLS),
                             .people = p->people,
                             .npeople = p->npeople,
                             .english = str_eq(lib->language, "en")};
    for (int i = 0; i < lib->nslots; i++) {
        const char *value = slot_words(q->arena, &in, lib->slots[i].source);
        if (value && *value) {
            play_add_slot(play, lib->slots[i].name, value);
        }
    }
}

static const char *difficulty_of(const struct generate_body *b) {
    return is_first(b) ? difficulties[0].name : b->difficulty;
}

/* What was selected, as it will be played. */
static struct play *play_of(struct req *q, const struct generate_body *b, const struct pick *p, const struct library *lib,
                            const struct selection *s) {
    struct play *play = play_new(q->arena, lib, difficulty_of(b));
    bool sound = true;
    int at = 0;
    for (int i = 0; sound && i < s->nstages; i++) {
        sound = is_first(b) ? play_add_first_stage(play, i) : play_add_stage(play, s->stages[i]);
        for (int k = 0; sound && k < s->per_stage[i]; k++) {
            sound = play_add_question(play, s->questions[at++]);
        }
    }
    fill_slots(q, p, play);
    play->briefing = b->custom_incident && *b->custom_incident ? b->custom_incident : NULL;
    return sound ? play : NULL;
}

static void write_questions(struct jwrite *w, const struct play *play) {
    jw_karray(w, "stages");
    for (int i = 0; i < play->nstages; i++) {
        jw_int(w, play->stages[i].number);
    }
    jw_array_end(w);
    jw_karray(w, "questions");
    for (int i = 0; i < play->nstages; i++) {
        jw_array(w);
        for (int k = play->stages[i].first; k <= play->stages[i].last; k++) {
            jw_str(w, play->questions[k].item->id);
        }
        jw_array_end(w);
    }
    jw_array_end(w);
}

static void write_slots(struct jwrite *w, const struct play *play) {
    jw_kobject(w, "slots");
    for (int i = 0; i < play->nslots; i++) {
        jw_kstr(w, play->slots[i].name, play->slots[i].value);
    }
    jw_object_end(w);
}

static void write_people(struct jwrite *w, const struct pick *p) {
    jw_karray(w, "people");
    for (size_t i = 0; i < p->npeople; i++) {
        jw_object(w);
        character_write(w, &p->people[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* What is stored of it; play_load() reads it. */
static const char *recipe_of(struct req *q, const struct pick *p, const struct play *play) {
    struct buf out;
    struct jwrite w;
    buf_init(&out, 256 * 1024);
    jw_init(&w, &out);
    jw_object(&w);
    write_questions(&w, play);
    if (play->first) {
        jw_kbool(&w, "first", true);
    }
    write_slots(&w, play);
    /* Alerts name the tool of their category. */
    jw_key(&w, "tools");
    jw_jsonb(&w, db_str(&p->inputs, 0, COL_TOOLS));
    if (p->npeople) {
        write_people(&w, p);
    }
    if (play->briefing) {
        jw_kstr(&w, "briefing", play->briefing);
    }
    jw_object_end(&w);
    const char *recipe = jw_done(&w) ? arena_strndup(q->arena, out.data, out.len) : NULL;
    buf_release(&out);
    return recipe;
}

/* The ids of the caller's last questions of this theme, so that playing again brings new ones. Left out when a seed was
 * given: the same seed must give the same exercise. */
static const char *const *recent_ids(struct req *q, const struct generate_body *b, const struct pick *p) {
    return b->seed || !p->recent.n ? NULL : db_texts(q->arena, db_str(&p->recent, 0, COL_IDS));
}

static const char *question_ids(struct req *q, const struct selection *s) {
    const char *ids[PLAY_MAX_QUESTIONS];
    for (int i = 0; i < s->ncount; i++) {
        ids[i] = s->questions[i]->id;
    }
    return db_text_array(q->arena, ids, (size_t)s->ncount);
}

static enum err create(struct req *q, struct resp *r, const struct generate_body *b, const struct pick *p, const struct library *lib) {
    int64_t seed = 0;
    struct selection s;
    crypto_random(&seed, sizeof(seed));
    seed = b->seed ? *b->seed : (seed & (((int64_t)1 << 53) - 1));
    const struct selection_input in = {.lib = lib,
                                       .difficulty = difficulty_find(difficulty_of(b)),
                                       .count = (int)b->question_count,
                                       .seed = (uint64_t)seed,
                                       .techniques = b->techniques.count ? b->techniques.items : NULL,
                                       .recent = recent_ids(q, b, p)};
    (is_first(b) ? selection_first : selection_make)(&in, &s);
    struct play *play = play_of(q, b, p, lib, &s);
    const char *recipe = play ? recipe_of(q, p, play) : NULL;
    if (!recipe) {
        return ERR_INTERNAL;
    }
    uint64_t state = (uint64_t)seed;
    struct db_rows rows;
    struct db_call call = {
        SQL_EXERCISE_CREATE(
            play_fill(play, lib->blueprint_title), lib->theme, difficulty_of(b), lib->language, b->timing, db_number(q->arena, s.ncount),
            db_number(q->arena, s.nstages), db_number(q->arena, play->total_points), db_number(q->arena, seed),
            db_number(q->arena, lib->id), recipe, db_text_array(q->arena, b->techniques.items, b->techniques.count),
            db_number(q->arena, (int64_t)(play_random(&state) >> 1)), db_number(q->arena, exercises_config.limit_generate), play->briefing,
            question_ids(q, &s), b->name && *b->name ? b->name : NULL, db_number(q->arena, play_minutes(play))),
        .rows = &rows};
    enum err e = req_run(q, &call, 1);
    const char *verdict = e == OK ? db_str(&rows, 0, COL_VERDICT) : NULL;
    if (str_eq(verdict, "too_many")) {
        return resp_wait(r, attempt_wait(&rows));
    }
    if (str_eq(verdict, "quota_exceeded")) {
        return ERR_QUOTA;
    }
    if (e == OK) {
        e = reply_sets(q, r, &rows);
    }
    return e;
}

static enum err generate_post(struct req *q, struct resp *r) {
    const struct generate_body *b = q->body;
    const struct library *lib = NULL;
    struct pick *p = q->checked;
    enum err e = library_get(q->db, q->arena, STMT_LIBRARY_DOC, p->library_id, &lib);
    if (e == OK && is_first(b) && !lib->first.items[0]) {
        resp_field_error(r, "preset", W_ERRORS_FIELD_PRESET);
        e = ERR_VALIDATION;
    }
    return e == OK ? create(q, r, b, p, lib) : e;
}

static const struct field generated_members[] = {
    OUT(FT_UUID, "id", "Of the exercise: for GET /api/ttx/session/{id}.", .column = COL_ID,
        .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    OUT(FT_ENUM, "status", "READY: it can be played at once.", .values = VALUES("READY")),
    FIELD_END,
};
static const struct shape generated_shape = SHAPE("Generated", "The exercise that was made.", generated_members);

const struct route generate_routes[] = {
    {METHOD_POST, "/api/ttx/generate", GUARD_PLAYER, "exercises", generate_post, BODY(generate_fields, struct generate_body),
     .check = generate_check, .summary = "Generate an exercise", .name = "generateExercise", .tag = "exercises",
     .help = "Draws questions from the library by theme, difficulty and number, puts the organisation's profile, tools and people into the "
             "story and stores the exercise, owned by the caller. It is ready when the reply comes. It counts against the month's "
             "exercises of the plan: when they are used up the reply is 403 `quota_exceeded`. An hour and person has a limit too (60 "
             "unless configured otherwise): 429 with Retry-After. A theme, language or character that there is not is 400, and the message "
             "lists what there is. Next: GET /api/ttx/session/{id}.",
     .reply_help = "It is stored and ready to be played.", .reply = &generated_shape, .errors = ERRORS({ERR_QUOTA, NULL})},
    {0},
};
