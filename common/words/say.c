/* say.c - reads a message of the generated table and writes it with its arguments. */
#include "common/base/buf.h"
#include "common/words/words_internal.h"

#include <ctype.h>

#define MAX_SENTENCE (64 * 1024)

struct speaker {
    struct arena *arena;
    enum lang lang;
    const union words_arg *args;
    struct buf out;
};

static void speak(struct speaker *s, const char **at);

/* The part up to one of `ends`, which is passed over, too. */
static const char *part(struct speaker *s, const char **at, const char *ends, char *end) {
    size_t len = strcspn(*at, ends);
    const char *found = arena_strndup(s->arena, *at, len);
    *end = (*at)[len];
    *at += len + (*end ? 1 : 0);
    return found;
}

/* Passes over a way that is not taken: up to its closing brace. */
static void skip(const char **at) {
    int depth = 1;
    for (; **at; (*at)++) {
        if ((*at)[0] == '\'' && ((*at)[1] == '{' || (*at)[1] == '}') && (*at)[2] == '\'') {
            *at += 2;
            continue;
        }
        depth += **at == '{' ? 1 : **at == '}' ? -1 : 0;
        if (depth == 0) {
            (*at)++;
            return;
        }
    }
}

static bool fits(struct speaker *s, const char *key, bool plural, const union words_arg *arg) {
    if (!plural) {
        return strcmp(key, arg->text ? arg->text : "") == 0;
    }
    return key[0] == '=' ? strtod(key + 1, NULL) == arg->number
                         : strcmp(key, words_languages[s->lang].category((unsigned long)arg->number)) == 0;
}

/* Looks for the way of a choice: *taken is where its text begins, that of `other` when none fits. Ends behind the choice. */
static const char *way_of(struct speaker *s, const char **at, bool plural, const union words_arg *arg) {
    const char *taken = NULL, *other = NULL;
    bool exact = false;
    while (**at && **at != '}') {
        char end;
        const char *key = part(s, at, "{", &end);
        if (strcmp(key, "other") == 0) {
            other = *at;
        } else if (!exact && fits(s, key, plural, arg)) {
            taken = *at;
            exact = key[0] == '='; /* "=0" goes before "zero" */
        }
        skip(at);
    }
    *at += **at ? 1 : 0;
    return taken ? taken : other;
}

static void write_arg(struct speaker *s, const union words_arg *arg, const char *kind, const char *style) {
    const char *text;
    if (strcmp(kind, "number") == 0) {
        text = strcmp(style, "percent") == 0 ? say_percent(s->arena, s->lang, arg->number)
                                             : say_number(s->arena, s->lang, arg->number, style[0] ? (int)strlen(style) - 1 : 0);
    } else if (strcmp(kind, "date") == 0) {
        text = say_day(s->arena, s->lang, arg->date, style[0]);
    } else if (strcmp(kind, "time") == 0) {
        text = say_time(s->arena, s->lang, arg->date);
    } else {
        text = arg->text ? arg->text : "";
    }
    buf_puts(&s->out, text);
}

/* Behind an opening brace: "0}", "0,number,percent}" or "0,plural,one{...}other{...}}". */
static void argument(struct speaker *s, const char **at) {
    char end;
    const union words_arg *arg = &s->args[strtoul(part(s, at, ",}", &end), NULL, 10)];
    const char *kind = end == ',' ? part(s, at, ",}", &end) : "";
    bool plural = strcmp(kind, "plural") == 0;
    if (plural || strcmp(kind, "select") == 0) {
        const char *way = way_of(s, at, plural, arg);
        if (way) {
            speak(s, &way);
        }
        return;
    }
    write_arg(s, arg, kind, end == ',' ? part(s, at, "}", &end) : "");
}

/* Up to the end, or the closing brace of a way. */
static void speak(struct speaker *s, const char **at) {
    while (**at && **at != '}') {
        if ((*at)[0] == '\'' && ((*at)[1] == '{' || (*at)[1] == '}') && (*at)[2] == '\'') {
            buf_putc(&s->out, (*at)[1]);
            *at += 3;
        } else if (**at == '{') {
            (*at)++;
            argument(s, at);
        } else {
            size_t len = 1 + strcspn(*at + 1, "'{}");
            buf_append(&s->out, *at, len);
            *at += len;
        }
    }
}

const char *say(struct arena *a, enum lang lang, struct words words) {
    return say_text(a, lang, words_plain(lang, words.id), words.args);
}

const char *say_text(struct arena *a, enum lang lang, const char *text, const union words_arg *args) {
    if (!args && !strpbrk(text, "{'")) {
        return text;
    }
    struct speaker s = {.arena = a, .lang = lang, .args = args};
    buf_init(&s.out, MAX_SENTENCE);
    speak(&s, &text);
    const char *said = arena_strdup(a, s.out.data);
    buf_release(&s.out);
    return said;
}

const struct words *words_keep(struct arena *a, struct words words) {
    struct words *kept = arena_alloc(a, sizeof(*kept));
    union words_arg *args = words.nargs ? arena_calloc(a, (size_t)words.nargs, sizeof(*args)) : NULL;
    if (args) {
        memcpy(args, words.args, (size_t)words.nargs * sizeof(*args));
    }
    *kept = (struct words){words.id, args, words.nargs};
    return kept;
}

const char *err_say(enum err e, enum lang lang) {
    static const enum words_id texts[ERR_COUNT] = {
#define X(name, status, code, remedy) [name] = WORDS_ERRORS_##name,
        ERR_TABLE(X)
#undef X
    };
    return words_plain(lang, (unsigned)e < ERR_COUNT ? texts[e] : texts[ERR_INTERNAL]);
}

const char *words_plain(enum lang lang, enum words_id id) {
    return words_texts[lang][id];
}

const char *words_arguments(enum words_id id) {
    return words_names[id];
}

const char *words_key(enum words_id id) {
    return words_keys[id];
}
