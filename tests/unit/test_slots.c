/* slots.c: what people write into a form, and the words that stand for it in a sentence. */
#include "apps/exercises/slots.h"
#include "common/json/jread.h"
#include "tests/unit/unit.h"

#include <string.h>

static struct json_object *profile_with(struct arena *a, const char *key, const char *value) {
    const char *why;
    char *text = arena_printf(a, value[0] == '[' ? "{\"%s\":%s}" : "{\"%s\":\"%s\"}", key, value);
    return jr_parse(a, text, strlen(text), &why);
}

static const struct {
    const char *key, *written, *english, *other;
} rows[] = {
    {"industry", "maritime logistics", "maritime logistics", "maritime logistics"},
    {"industry", "Manufacturing", "manufacturing", "Manufacturing"},
    {"industry", "Retail and trade.", "retail and trade", "Retail and trade"},
    {"industry", "IT services", "IT services", "IT services"},
    {"headquarters", "Rotterdam, Netherlands", "Rotterdam, Netherlands", "Rotterdam, Netherlands"},
    {"criticalAssets", "the berth planning system", "the berth planning system", "the berth planning system"},
    {"criticalAssets", "Customer database, ERP", "the customer database", "Customer database"},
    {"criticalAssets", "booking system; mail", "the booking system", "booking system"},
    {"criticalAssets", "SAP S/4HANA\\nand more", "SAP S/4HANA", "SAP S/4HANA"},
    {"criticalAssets", "Salesforce", "Salesforce", "Salesforce"},
    {"criticalAssets", "Our webshop", "our webshop", "Our webshop"},
    {"criticalAssets", "  ,", NULL, NULL},
    {"regulatoryBodies", "[\"Data protection authority\",\"BaFin\"]", "the data protection authority", "Data protection authority"},
    {"regulatoryBodies", "[\"BaFin\"]", "BaFin", "BaFin"},
    {"regulatoryBodies", "[]", NULL, NULL},
    {"primaryCloudProvider", "Nimbus Cloud", "Nimbus Cloud", "Nimbus Cloud"},
    {"socModel", "In-house, 24/7", NULL, NULL},
    {"socModel", "Outsourced to Example Watch", "Example Watch", "Example Watch"},
    {"industry", "", NULL, NULL},
};

static void profile_words(void **state) {
    struct arena *a = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct slot_inputs in = {.profile = profile_with(a, rows[i].key, rows[i].written)};
        char *source = arena_printf(a, "profile.%s", rows[i].key);
        for (int english = 0; english < 2; english++) {
            const char *want = english ? rows[i].english : rows[i].other;
            in.english = english;
            const char *have = slot_words(a, &in, source);
            if (!have != !want || (want && strcmp(have, want) != 0)) {
                fail_msg("%s \"%s\": %s", rows[i].key, rows[i].written, have ? have : "nothing");
            }
        }
    }
    arena_free(a);
}

/* What is too long for a sentence is left to the library's default. */
static void long_texts_are_no_names(void **state) {
    struct arena *a = arena_new(4096);
    char text[200];

    (void)state;
    memset(text, 'x', sizeof(text));
    for (int n = 120; n <= 121; n++) {
        struct slot_inputs in = {.profile = profile_with(a, "headquarters", arena_strndup(a, text, (size_t)n))};
        assert_int_equal(slot_words(a, &in, "profile.headquarters") != NULL, n == 120);
    }
    arena_free(a);
}

static void providers(void **state) {
    static const char *const table[][2] = {
        {"In-house", NULL},
        {"in-house with 12 analysts", NULL},
        {"Outsourced", NULL},
        {"MSSP", NULL},
        {"Managed SOC", NULL},
        {"24/7 follow the sun", NULL},
        {"None", NULL},
        {"No SOC", NULL},
        {"", NULL},
        {"Outsourced to Example Watch", "Example Watch"},
        {"Hybrid with Example Watch, nights only", "Example Watch"},
        {"Managed by the Example Group", "the Example Group"},
        {"MSSP: Example Watch", "Example Watch"},
        {"Hybrid (Example Watch)", "Example Watch"},
        {"Example Watch", "Example Watch"},
        {"the watch desk provider", "the watch desk provider"},
        {"Northern SOC services", "Northern SOC services"},
    };
    struct arena *a = arena_new(4096);

    (void)state;
    assert_null(slot_provider(a, NULL));
    for (size_t i = 0; i < ROWS(table); i++) {
        const char *have = slot_provider(a, table[i][0]);
        if (!have != !table[i][1] || (have && strcmp(have, table[i][1]) != 0)) {
            fail_msg("\"%s\": %s", table[i][0], have ? have : "nothing");
        }
    }
    arena_free(a);
}

static void people_and_tools(void **state) {
    const struct character_body people[] = {{.name = "Mara", .role = "Chief Information Security Officer"},
                                            {.name = "Ole", .role = "Plant manager"},
                                            {.name = "Eva", .role = "CISO"}};
    const char *why, *tools = "{\"SIEM\":\"Lantern\"}";
    struct arena *a = arena_new(4096);
    struct slot_inputs in = {
        .organisation = "Example", .tools = jr_parse(a, tools, strlen(tools), &why), .people = people, .npeople = ROWS(people)};

    (void)state;
    assert_string_equal(slot_words(a, &in, "organisation.name"), "Example");
    assert_string_equal(slot_words(a, &in, "tool.SIEM"), "Lantern");
    assert_null(slot_words(a, &in, "tool.EDR"));
    assert_string_equal(slot_words(a, &in, "character.ciso"), "Mara (Chief Information Security Officer)");
    assert_null(slot_words(a, &in, "character.legal"));
    assert_null(slot_words(a, &in, "profile.industry"));
    assert_null(slot_words(a, &in, "weather.today"));
    assert_null(slot_role("Plant manager"));
    assert_string_equal(slot_role("Head of IT operations"), "it-ops");
    assert_null(slot_role("Writer"));
    assert_null(slot_role("Personal assistant"));
    assert_string_equal(slot_role("Personalabteilung"), "hr");
    assert_string_equal(slot_role("Protection des données, DPO"), "dpo");
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profile_words),
        cmocka_unit_test(long_texts_are_no_names),
        cmocka_unit_test(providers),
        cmocka_unit_test(people_and_tools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
