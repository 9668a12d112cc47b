/* catalog.c - what can be generated: themes complete in the library, difficulties, languages, techniques. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"
#include "common/json/jread.h"

static void write_difficulties(struct jwrite *w) {
    jw_karray(w, "difficulties");
    for (const struct difficulty *d = difficulties; d->name; d++) {
        jw_object(w);
        jw_kstr(w, "difficulty", d->name);
        jw_kobject(w, "mix");
        for (int l = 0; l < LEVEL_COUNT; l++) {
            jw_kint(w, lib_level_names[l], d->mix[l]);
        }
        jw_object_end(w);
        jw_kobject(w, "points");
        for (int l = 0; l < LEVEL_COUNT; l++) {
            jw_kint(w, lib_level_names[l], d->points[l]);
        }
        jw_object_end(w);
        jw_kint(w, "seconds", d->seconds);
        jw_knum(w, "xpFactor", d->xp_factor, 1);
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* Rows are sorted by theme, then language: the rows of one theme follow each other, English first where it exists. */
static int theme_rows(const struct db_rows *rows, int from) {
    int n = 1;
    while (from + n < rows->n && str_eq(db_str(rows, from, COL_THEME), db_str(rows, from + n, COL_THEME))) {
        n++;
    }
    return n;
}

static void write_technique_ids(struct jwrite *w, struct json_object *techniques) {
    jw_karray(w, "techniques");
    for (size_t t = 0; t < jr_len(techniques); t++) {
        jw_str(w, jr_str(jr_at(techniques, t), "id"));
    }
    jw_array_end(w);
}

/* A library that was loaded before there were estimates says none. */
static void write_minutes(struct jwrite *w, struct json_object *facts) {
    struct json_object *minutes = jr_get(facts, "minutes");
    jw_karray(w, "minutes");
    for (size_t i = 0; i < jr_len(minutes); i++) {
        jw_object(w);
        jw_kint(w, "questions", PLAY_MIN_QUESTIONS + (int64_t)i);
        jw_kint(w, "minutes", json_object_get_int(jr_at(minutes, i)));
        jw_object_end(w);
    }
    jw_array_end(w);
    if (jr_int(facts, "firstMinutes") > 0) {
        jw_kint(w, "firstMinutes", jr_int(facts, "firstMinutes"));
    } else {
        jw_knull(w, "firstMinutes");
    }
}

static void write_theme(struct jwrite *w, struct arena *a, const struct db_rows *rows, int from, int n) {
    const char *why;
    int shown = from;
    for (int i = from; i < from + n; i++) {
        shown = str_eq(db_str(rows, i, COL_LANGUAGE), "en") ? i : shown;
    }
    const char *text = db_str(rows, shown, COL_FACTS);
    struct json_object *facts = jr_parse(a, text, strlen(text), &why);
    jw_object(w);
    jw_kstr(w, "theme", db_str(rows, from, COL_THEME));
    jw_kstr(w, "title", jr_str(facts, "title"));
    jw_kstr(w, "summary", jr_str(facts, "summary"));
    jw_karray(w, "languages");
    for (int i = from; i < from + n; i++) {
        jw_str(w, db_str(rows, i, COL_LANGUAGE));
    }
    jw_array_end(w);
    jw_kint(w, "questions", jr_int(facts, "questions"));
    jw_kint(w, "stages", jr_int(facts, "stages"));
    write_minutes(w, facts);
    write_technique_ids(w, jr_get(facts, "techniques"));
    jw_object_end(w);
}

static void write_languages(struct jwrite *w, struct arena *a, const struct db_rows *rows) {
    const char **seen = arena_calloc(a, (size_t)rows->n + 1, sizeof(*seen));
    int n = 0;
    jw_karray(w, "languages");
    for (int i = 0; i < rows->n; i++) {
        if (!str_in(db_str(rows, i, COL_LANGUAGE), seen)) {
            seen[n] = db_str(rows, i, COL_LANGUAGE);
            jw_str(w, seen[n++]);
        }
    }
    jw_array_end(w);
}

#define MAX_TECHNIQUES 1000

static void write_techniques(struct jwrite *w, struct arena *a, const struct db_rows *rows) {
    const char **seen = arena_calloc(a, MAX_TECHNIQUES + 1, sizeof(*seen));
    int n = 0;
    jw_karray(w, "techniques");
    for (int i = 0; i < rows->n; i++) {
        const char *why;
        const char *text = db_str(rows, i, COL_FACTS);
        struct json_object *list = jr_get(jr_parse(a, text, strlen(text), &why), "techniques");
        for (size_t t = 0; t < jr_len(list); t++) {
            const char *id = jr_str(jr_at(list, t), "id");
            if (n < MAX_TECHNIQUES && !str_in(id, seen)) {
                seen[n++] = id;
                jw_object(w);
                jw_kstr(w, "id", id);
                jw_kstr(w, "name", jr_str(jr_at(list, t), "name"));
                jw_object_end(w);
            }
        }
    }
    jw_array_end(w);
}

static enum err catalog_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_LIBRARY_CURRENT(), .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    struct jwrite *w = &r->json;
    jw_object(w);
    jw_karray(w, "themes");
    for (int i = 0; i < rows.n;) {
        int n = theme_rows(&rows, i);
        write_theme(w, q->arena, &rows, i, n);
        i += n;
    }
    jw_array_end(w);
    write_difficulties(w);
    jw_kstrs(w, "timings", timing_names);
    jw_kobject(w, "questionCount");
    jw_kint(w, "min", PLAY_MIN_QUESTIONS);
    jw_kint(w, "max", PLAY_MAX_QUESTIONS);
    jw_kint(w, "default", 12);
    jw_object_end(w);
    write_languages(w, q->arena, &rows);
    write_techniques(w, q->arena, &rows);
    jw_object_end(w);
    return OK;
}

static const struct field catalog_minutes_members[] = {
    OUT(FT_INT, "questions", "Questions of the run.", .min = PLAY_MIN_QUESTIONS, .max = PLAY_MAX_QUESTIONS, .example = "12"),
    OUT(FT_INT, "minutes", "Whole minutes: reading at 238 words a minute, and time to decide.", .min = 1, .example = "22"),
    FIELD_END,
};
static const struct shape catalog_minutes_shape =
    SHAPE("CatalogMinutes", "How long a run of so many questions takes.", catalog_minutes_members);

static const struct field catalog_theme_members[] = {
    OUT(FT_STR, "theme", "One of the catalogue's themes.", .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", .example = "ransomware"),
    OUT(FT_STR, "title", "What people call the theme.", .min = 1, .example = "Ransomware"),
    OUT(FT_STR, "summary", "What the story is about, in one or two sentences.", .min = 1,
        .example = "An intruder enters through an outside technician account, copies data and encrypts servers."),
    OUT(FT_STRS, "languages", "Those in which the theme is complete: what generate takes as language.", .min = 1,
        .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", .example = "en"),
    OUT(FT_INT, "questions", "Questions in the pool that exercises draw from.", .min = 1, .example = "96"),
    OUT(FT_INT, "stages", "Stages of the longest story.", .min = 3, .max = 5, .example = "5"),
    OUT(FT_OBJS, "minutes", "About how long a run takes, for each number of questions, whatever the difficulty.", .max = PLAY_MAX_QUESTIONS,
        .shape = &catalog_minutes_shape, .example = "1"),
    OUT(FT_INT, "firstMinutes", "About how long a first run takes (preset first of generate); null: the theme has none.", .min = 1,
        .flags = FIELD_NULL, .example = "5"),
    OUT(FT_STRS, "techniques", "Ids of the MITRE ATT&CK techniques that its questions are about.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$",
        .example = "T1078|T1486"),
    FIELD_END,
};
static const struct shape catalog_theme_shape =
    SHAPE("CatalogTheme", "A theme of the library, as it can be generated now.", catalog_theme_members);

static const struct field catalog_difficultie_mix_members[] = {
    OUT(FT_INT, "easy", "Percent of the questions that are easy.", .min = 0, .max = 100, .example = "20"),
    OUT(FT_INT, "medium", "Percent of the questions that are of medium difficulty.", .min = 0, .max = 100, .example = "50"),
    OUT(FT_INT, "hard", "Percent of the questions that are hard.", .min = 0, .max = 100, .example = "30"),
    FIELD_END,
};
static const struct shape catalog_difficultie_mix_shape =
    SHAPE("CatalogDifficultieMix", "How many questions of each level an exercise gets, in percent: together 100.",
          catalog_difficultie_mix_members);

static const struct field catalog_difficultie_points_members[] = {
    OUT(FT_INT, "easy", "Points of an easy question for its best option.", .min = 1, .example = "100"),
    OUT(FT_INT, "medium", "Points of a question of medium difficulty for its best option.", .min = 1, .example = "200"),
    OUT(FT_INT, "hard", "Points of a hard question for its best option.", .min = 1, .example = "300"),
    FIELD_END,
};
static const struct shape catalog_difficultie_points_shape =
    SHAPE("CatalogDifficultiePoints", "Points of a question for its best option, by level.", catalog_difficultie_points_members);

static const struct field catalog_difficultie_members[] = {
    OUT(FT_ENUM, "difficulty", "What generate takes as difficulty.", .values = VALUES("BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"),
        .example = "BEGINNER|INTERMEDIATE|ADVANCED|EXPERT"),
    OUT(FT_OBJ, "mix", "How many questions of each level, in percent.", .shape = &catalog_difficultie_mix_shape),
    OUT(FT_OBJ, "points", "Points of a question for its best option, by level.", .shape = &catalog_difficultie_points_shape),
    OUT(FT_INT, "seconds", "Seconds to answer with standard timing, on top of an allowance for reading.", .min = 1, .example = "60"),
    OUT(FT_NUM, "xpFactor", "What experience points are multiplied with.", .min = 1, .item_max = 4, .example = "1.5"),
    FIELD_END,
};
static const struct shape catalog_difficultie_shape =
    SHAPE("CatalogDifficultie", "What a difficulty means in numbers.", catalog_difficultie_members);

static const struct field catalog_question_count_members[] = {
    OUT(FT_INT, "min", "The smallest number of questions that can be asked for.", .example = "3"),
    OUT(FT_INT, "max", "The largest number of questions that can be asked for.", .example = "30"),
    OUT(FT_INT, "default", "What generate takes when questionCount is absent.", .example = "12"),
    FIELD_END,
};
static const struct shape catalog_question_count_shape =
    SHAPE("CatalogQuestionCount", "How many questions an exercise can have.", catalog_question_count_members);

static const struct field catalog_technique_members[] = {
    OUT(FT_STR, "id", "MITRE ATT&CK id: what generate takes in mitreAttackIds.", .pattern = "^T[0-9]{4}(\\.[0-9]{3})?$",
        .example = "T1486"),
    OUT(FT_STR, "name", "Its name in ATT&CK.", .min = 1, .example = "Data Encrypted for Impact"),
    FIELD_END,
};
static const struct shape catalog_technique_shape =
    SHAPE("CatalogTechnique", "A technique that some theme has questions about.", catalog_technique_members);

static const struct field catalog_members[] = {
    OUT(FT_OBJS, "themes", "Every theme that can be generated, by name.", .shape = &catalog_theme_shape),
    OUT(FT_OBJS, "difficulties", "The four difficulties, from easy to hard.", .min = 4, .max = 4, .shape = &catalog_difficultie_shape),
    OUT(FT_STRS, "timings", "What generate takes as timing.", .min = 4, .max = 4, .values = VALUES("off", "standard", "x1.5", "x2"),
        .example = "off|standard|x1.5|x2"),
    OUT(FT_OBJ, "questionCount", "Bounds of questionCount, and what is taken without one.", .shape = &catalog_question_count_shape),
    OUT(FT_STRS, "languages", "Every language in which some theme is complete.", .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
        .example = "en"),
    OUT(FT_OBJS, "techniques", "Every technique that some theme has questions about.", .shape = &catalog_technique_shape),
    FIELD_END,
};
static const struct shape catalog_shape = SHAPE("Catalog", "Everything that an exercise can be generated from.", catalog_members);

const struct route catalog_routes[] = {
    {METHOD_GET, "/api/ttx/catalog", GUARD_MEMBER, "exercises", catalog_get, .summary = "Themes, difficulties, languages and techniques",
     .name = "getCatalog", .tag = "exercises",
     .help = "Read it before generating: it lists themes with their languages, difficulties with mix, points and seconds, timings, the "
             "bounds of questionCount and the ATT&CK techniques. It changes only when the installation gets a new version of the library, "
             "so reading it once a day is enough.",
     .reply_help = "What can be generated now.", .reply = &catalog_shape},
    {0},
};
