/* Library documents: what compile.py writes is read; whatever else comes is refused with a sentence, never a crash. */
#include "common/base/str.h"
#include "common/json/jread.h"
#include "tests/unit/themes.h"

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new(1024 * 1024);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static struct json_object *document(void) {
    struct buf doc;
    const char *why = "";

    theme_read("bec", &doc);
    struct json_object *json = jr_parse_depth(arena, doc.data, doc.len, 24, &why);
    buf_release(&doc);
    assert_non_null(json);
    return json;
}

/* True when it was read; refusals must say why. */
static bool parses(struct json_object *json, const char **why) {
    const char *text = json_object_to_json_string(json);

    *why = NULL;
    struct library *lib = library_parse(text, strlen(text), why);
    if (lib == NULL && (*why == NULL || **why == '\0')) {
        fail_msg("refused without a reason");
    }
    library_free(lib);
    return lib != NULL;
}

static void real_ones_are_read(void **state) {
    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        struct library *lib = theme_load(theme_names[t]);
        assert_string_equal(lib->theme, theme_names[t]);
        assert_string_equal(lib->language, "en");
        assert_true(lib->nquestions >= 48);
        assert_true(lib->nobjectives >= 3 && lib->nobjectives <= 7);
        assert_true(lib->nslots > 10 && lib->nvariables > 0);
        for (int i = 0; i < lib->nquestions; i++) {
            const struct lib_question *q = &lib->questions[i];
            assert_ptr_equal(library_question(lib, q->id), q);
            assert_int_equal(q->options[q->key].credit, 100);
            assert_true(q->noptions == 3 || q->noptions == 4);
            assert_true(q->objective >= 0 && q->objective < lib->nobjectives);
        }
        for (int n = 3; n <= LIB_STAGES; n++) {
            for (int i = 1; i < n; i++) {
                assert_true(lib->arcs[n][i] > lib->arcs[n][i - 1]);
            }
        }
        library_free(lib);
    }
}

static void questions_are_found_by_id(void **state) {
    static const char *const absent[] = {"", "a", "ransomware-1010", "ransomware-10", "zzz", "ransomware-101 ", "RANSOMWARE-101"};

    (void)state;
    struct library *lib = theme_load("ransomware");
    for (size_t i = 0; i < ROWS(absent); i++) {
        assert_null(library_question(lib, absent[i]));
    }
    library_free(lib);
}

/* Follows "blueprint.stages.2.title"; sets *key (or *index) of the last part and returns what holds it. */
static struct json_object *holder(struct json_object *json, const char *path, char *key, size_t size) {
    for (;;) {
        size_t len = strcspn(path, ".");
        if (path[len] == '\0') {
            str_copy(key, size, path);
            return json;
        }
        char *part = arena_strndup(arena, path, len);
        json = json_object_is_type(json, json_type_array) ? jr_at(json, strtoul(part, NULL, 10)) : jr_get(json, part);
        path += len + 1;
    }
}

/* Puts a value (NULL: takes the member away) at a path. */
static void put(struct json_object *json, const char *path, const char *value) {
    char key[64];
    struct json_object *parent = holder(json, path, key, sizeof(key));

    assert_non_null(parent);
    if (json_object_is_type(parent, json_type_array)) {
        json_object_array_put_idx(parent, strtoul(key, NULL, 10), json_tokener_parse(value));
    } else if (value) {
        json_object_object_add(parent, key, json_tokener_parse(value));
    } else {
        json_object_object_del(parent, key);
    }
}

static void unsound_ones_are_refused(void **state) {
    static const struct {
        const char *path, *value, *why;
    } rows[] = {
        {"theme", NULL, "theme is missing"},
        {"theme", "5", "theme is missing"},
        {"version", "[]", "version is missing"},
        {"attackVersion", NULL, "attackVersion is missing"},
        {"slots", NULL, "slots is missing"},
        {"slots", "[1]", "slots is missing"},
        {"slots.org", "\"x\"", "default is missing"},
        {"slots.org.source", NULL, "source is missing"},
        {"incidents", NULL, "incidents is missing"},
        {"incidents", "\"x\"", "incidents is missing"},
        {"blueprint", NULL, "five stages"},
        {"blueprint.overview", NULL, "overview is missing"},
        {"blueprint.attacker", NULL, "name is missing"},
        {"blueprint.target.size", "1", "size is missing"},
        {"blueprint.stages", "[]", "five stages"},
        {"blueprint.stages.4", "null", "is missing"},
        {"blueprint.stages.0.clock", NULL, "scenario is missing"},
        {"blueprint.stages.0.narrative", NULL, "narrative is missing"},
        {"blueprint.first.turn", NULL, "turn is missing"},
        {"blueprint.first.stages.1", "0", "a first run names stages that are not there or not in order"},
        {"blueprint.first.stages.0", "7", "a first run names stages that are not there or not in order"},
        {"blueprint.first.questions.0.0", "\"nothing\"", "a first run names a question that its stage does not have"},
        {"blueprint.first.questions.1", "[]", "a first run has too few questions"},
        {"blueprint.stages.1.injects.0.text", NULL, "text is missing"},
        {"blueprint.stages.1.injects.0", "7", "time is missing"},
        {"blueprint.objectives.0.id", NULL, "id is missing"},
        {"blueprint.arcs", NULL, "an arc"},
        {"blueprint.arcs.3", "[0,1]", "an arc"},
        {"blueprint.arcs.3", "[0,1,5]", "an arc"},
        {"blueprint.arcs.3", "[0,1,-1]", "an arc"},
        {"blueprint.arcs.3", "[0,2,1]", "an arc"},
        {"blueprint.arcs.4", "[0,1,1,2]", "an arc"},
        {"blueprint.arcs.4", "\"0124\"", "an arc"},
        {"questions.3.id", NULL, "id is missing"},
        {"questions.3.id", "\"zzz\"", "not in order"},
        {"questions.3.id", "\"bec-101\"", "is there twice"},
        {"questions.3.stage", "5", "not sound"},
        {"questions.3.stage", "-1", "not sound"},
        {"questions.3.level", "\"brutal\"", "level"},
        {"questions.3.level", NULL, "level"},
        {"questions.3.stem", NULL, "stem is missing"},
        {"questions.3.consequence", NULL, "best is missing"},
        {"questions.3.options", NULL, "not sound"},
        {"questions.3.options", "[]", "not sound"},
        {"questions.3.options", "[{\"text\":\"a\",\"credit\":100},{\"text\":\"b\",\"credit\":0}]", "not sound"},
        {"questions.3.options.0", "null", "text is missing"},
        {"questions.3.options.0.credit", "101", "not sound"},
        {"questions.3.options.1.credit", "-1", "not sound"},
        {"questions.3.options.0.text", NULL, "text is missing"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct json_object *json = document();
        const char *why;
        put(json, rows[i].path, rows[i].value);
        if (parses(json, &why)) {
            fail_msg("%s = %s was read", rows[i].path, rows[i].value ? rows[i].value : "nothing");
        }
        if (strstr(why, rows[i].why) == NULL) {
            fail_msg("%s = %s: %s", rows[i].path, rows[i].value ? rows[i].value : "nothing", why);
        }
    }
}

static void five_options_are_refused(void **state) {
    const char *why;

    (void)state;
    struct json_object *json = document();
    put(json, "questions.3.options",
        "[{\"text\":\"a\",\"credit\":100},{\"text\":\"b\",\"credit\":0},{\"text\":\"c\",\"credit\":0},"
        "{\"text\":\"d\",\"credit\":0},{\"text\":\"e\",\"credit\":0}]");
    assert_false(parses(json, &why));
    json = document();
    put(json, "questions.3.options", "[{\"text\":\"a\",\"credit\":99},{\"text\":\"b\",\"credit\":0},{\"text\":\"c\",\"credit\":0}]");
    assert_false(parses(json, &why)); /* no best option */
}

/* What may be left out, or is of no consequence. */
static void optional_parts_may_be_missing(void **state) {
    static const char *const rows[][2] = {
        {"questions.3.context", NULL},
        {"questions.3.jurisdiction", NULL},
        {"questions.3.incident", "\"nobody\""},
        {"questions.3.attack", NULL},
        {"questions.3.csf", "{}"},
        {"questions.3.options.0.effects", "[5]"},
        {"questions.3.options.0.effects", "{\"nothing\":1}"},
        {"questions.3.options.0.why", NULL},
        {"questions.3.objective", "\"O99\""},
        {"blueprint.stages.1.branch", NULL},
        {"blueprint.stages.1.iocs", NULL},
        {"blueprint.stages.1.alerts", "7"},
        {"summary", NULL},
        {"new", "{\"a\":[1]}"},
        {"blueprint.variables", NULL},
        {"blueprint.variables", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct json_object *json = document();
        const char *why;
        put(json, rows[i][0], rows[i][1]);
        if (!parses(json, &why)) {
            fail_msg("%s: %s", rows[i][0], why);
        }
    }
}

/* Every member of the document in turn becomes something else, to a depth that covers all kinds: nothing may crash. */
static void visit(struct json_object *root, struct json_object *at, int depth, int *tried) {
    static const char *const values[] = {"null", "1", "-99999999999", "\"x\"", "[]", "{}", "[[1]]", "{\"a\":{\"b\":1}}", "true", "1.5"};
    const char *why;

    if (json_object_is_type(at, json_type_array)) {
        for (size_t i = 0; i < jr_len(at) && i < 2; i++) {
            visit(root, jr_at(at, i), depth + 1, tried);
        }
    }
    if (!json_object_is_type(at, json_type_object)) {
        return;
    }
    for (struct lh_entry *e = json_object_get_object(at)->head, *next; e != NULL; e = next) {
        const char *key = arena_strdup(arena, lh_entry_k(e));
        struct json_object *old = json_object_get((struct json_object *)lh_entry_v(e));
        visit(root, old, depth + 1, tried);
        for (size_t i = 0; i < ROWS(values); i++) {
            json_object_object_add(at, key, json_tokener_parse(values[i]));
            parses(root, &why);
            ++*tried;
        }
        json_object_object_add(at, key, old); /* in place: the order of members stays, and so does e */
        next = e->next;
    }
}

static void nothing_crashes(void **state) {
    struct json_object *json = document();
    struct json_object *questions = jr_get(json, "questions");
    struct json_object *slots = json_object_new_object();
    const char *why;
    int tried = 0;

    (void)state;
    /* A short one, so that all of it can be tried. */
    json_object_array_del_idx(questions, 2, jr_len(questions) - 2);
    json_object_object_add(slots, "org", json_tokener_parse("{\"default\":\"x\",\"source\":\"y\"}"));
    json_object_object_add(json, "slots", slots);
    json_object_object_del(jr_get(json, "blueprint"), "guides");
    json_object_object_del(jr_get(json, "blueprint"), "first"); /* its questions are gone */
    assert_true(parses(json, &why));
    visit(json, json, 0, &tried);
    assert_true(tried > 500);
    assert_true(parses(json, &why)); /* all was put back */
}

static void broken_text_is_refused(void **state) {
    static const char *const rows[] = {
        "", " ", "null", "[]", "5", "\"x\"", "{}", "{\"theme\":\"x\"}", "{\"theme\":\"x\",\"theme\":\"y\"}", "\xff", "{\"a\":\"\\u0000\"}"};
    struct buf doc;
    const char *why;

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        why = NULL;
        assert_null(library_parse(rows[i], strlen(rows[i]), &why));
        assert_non_null(why);
    }
    theme_read("bec", &doc);
    for (size_t len = 0; len + 2 < doc.len; len += 1 + doc.len / 97) {
        why = NULL;
        assert_null(library_parse(doc.data, len, &why));
        assert_non_null(why);
    }
    buf_release(&doc);
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(real_ones_are_read),       IN_ARENA(questions_are_found_by_id),     IN_ARENA(unsound_ones_are_refused),
        IN_ARENA(five_options_are_refused), IN_ARENA(optional_parts_may_be_missing), IN_ARENA(nothing_crashes),
        IN_ARENA(broken_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
