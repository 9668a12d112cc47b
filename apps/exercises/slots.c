/* slots.c - see slots.h. */
#include "apps/exercises/slots.h"

#include "common/base/str.h"
#include "common/json/jread.h"

#include <ctype.h>

#define MAX_WORDS 120 /* code points; what is longer is no name for something */

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
    /* German and French, as the pages suggest them */
    {"vorfall", "ir-lead"},
    {"datenschutz", "dpo"},
    {"recht", "legal"},
    {"juridique", "legal"},
    {"kommunikation", "communications"},
    {"finanz", "finance"},
    {"personalabteilung", "hr"},
    {"personalleit", "hr"},
    {"ressources humaines", "hr"},
    {"lieferant", "vendor-manager"},
    {"fournisseurs", "vendor-manager"},
    {"fachbereich", "business-owner"},
    {"métier", "business-owner"},
    {"geschäftsführung", "executive"},
    {"direction générale", "executive"},
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

const char *slot_role(const char *written) {
    for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]); i++) {
        if (has_word(written, role_words[i].written)) {
            return role_words[i].role;
        }
    }
    return NULL;
}

/* Up to one of the bytes in `ends`, without white space and full stops at the ends; NULL when nothing or too much is left. */
static char *first_part(struct arena *a, const char *text, const char *ends) {
    text += strspn(text, " \t\r\n");
    size_t len = strcspn(text, ends);
    while (len > 0 && strchr(" \t\r\n.", text[len - 1])) {
        len--;
    }
    char *part = arena_strndup(a, text, len);
    return len > 0 && str_utf8_len(part) <= MAX_WORDS ? part : NULL;
}

static bool has_article(const char *text) {
    static const char *const articles[] = {"the ", "a ", "an ", "our ", "your ", "its ", "their ", NULL};
    for (int i = 0; articles[i]; i++) {
        if (strncasecmp(text, articles[i], strlen(articles[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* "Customer database" and "Manufacturing" begin in upper case because a line does; "Salesforce CRM" and "IT" are names. */
static bool is_sentence_case(const char *text, bool single_word) {
    const char *space = strchr(text, ' ');
    return isupper((unsigned char)text[0]) && islower((unsigned char)text[1]) && (space ? islower((unsigned char)space[1]) : single_word);
}

static const char *without_capital(char *text, bool single_word) {
    if (is_sentence_case(text, single_word)) {
        text[0] = (char)tolower((unsigned char)text[0]);
    }
    return text;
}

static const char *with_article(struct arena *a, char *text) {
    if (has_article(text)) {
        if (isupper((unsigned char)text[0]) && !isupper((unsigned char)text[1])) {
            text[0] = (char)tolower((unsigned char)text[0]);
        }
        return text;
    }
    without_capital(text, false);
    return islower((unsigned char)text[0]) ? arena_printf(a, "the %s", text) : text;
}

/* What follows one of the words that introduce a name; the name begins with a capital or with "the". */
static const char *introduced(const char *text) {
    static const char *const words[] = {" to ", " by ", " with ", " from ", ": ", "(", NULL};
    for (int i = 0; words[i]; i++) {
        const char *at = strstr(text, words[i]);
        const char *name = at ? at + strlen(words[i]) : NULL;
        if (name && (isupper((unsigned char)name[0]) || strncmp(name, "the ", 4) == 0)) {
            return name;
        }
    }
    return NULL;
}

const char *slot_provider(struct arena *a, const char *soc_model) {
    /* These say how it is done and not by whom. */
    static const char *const models[] = {"in-house",   "inhouse",  "internal", "own",  "none",       "no",      "hybrid",
                                         "outsourced", "external", "managed",  "mssp", "co-managed", "shared",  "partly",
                                         "24/7",       "24x7",     "business", "soc",  "follow",     "virtual", NULL};
    if (!soc_model || !*soc_model) {
        return NULL;
    }
    const char *name = introduced(soc_model);
    for (int i = 0; !name && models[i]; i++) {
        size_t len = strlen(models[i]);
        if (strncasecmp(soc_model, models[i], len) == 0 && !isalnum((unsigned char)soc_model[len])) {
            return NULL;
        }
    }
    return first_part(a, name ? name : soc_model, ",;()\r\n");
}

/* A text, or the first of a list of texts. */
static const char *member(struct json_object *o, const char *key) {
    struct json_object *v = jr_get(o, key);
    if (jr_len(v)) {
        v = jr_at(v, 0);
    }
    return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
}

static const char *from_profile(struct arena *a, const struct slot_inputs *in, const char *key) {
    const char *text = member(in->profile, key);
    if (str_eq(key, "socModel")) {
        return slot_provider(a, text);
    }
    bool things = str_eq(key, "criticalAssets");
    char *part = text ? first_part(a, text, things ? ",;\r\n" : "\r\n") : NULL;
    if (!part || !in->english) {
        return part;
    }
    if (things || str_eq(key, "regulatoryBodies")) {
        return with_article(a, part);
    }
    return str_eq(key, "industry") ? without_capital(part, true) : part;
}

/* "Jordan Lee (CISO)" for the first character in the slot's role. */
static const char *from_people(struct arena *a, const struct slot_inputs *in, const char *role) {
    for (size_t i = 0; i < in->npeople; i++) {
        if (str_eq(slot_role(in->people[i].role), role)) {
            return arena_printf(a, "%s (%s)", in->people[i].name, in->people[i].role);
        }
    }
    return NULL;
}

const char *slot_words(struct arena *a, const struct slot_inputs *in, const char *source) {
    if (str_eq(source, "organisation.name")) {
        return in->organisation;
    }
    if (str_starts(source, "tool.")) {
        return jr_str(in->tools, source + 5);
    }
    if (str_starts(source, "profile.")) {
        return from_profile(a, in, source + 8);
    }
    return str_starts(source, "character.") ? from_people(a, in, source + 10) : NULL;
}
