/* colour.c: reading, contrast as WCAG 2.2 has it, and the nearest readable shade. */
#include "common/base/colour.h"
#include "tests/unit/unit.h"

#include <math.h>

static struct colour colour(const char *text) {
    struct colour c;
    assert_true(colour_parse(text, &c));
    return c;
}

static void reads_only_six_digits(void **state) {
    static const char *const bad[] = {"", "#", "#12345", "#1234567", "123456", "#12345g", "# 12345", "#-12345", "red", "#12345\xc3"};
    struct colour c;
    char text[COLOUR_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(colour_parse(bad[i], &c));
    }
    assert_false(colour_parse(NULL, &c));
    c = colour("#1D4eD8");
    assert_int_equal(c.r, 0x1d);
    assert_int_equal(c.g, 0x4e);
    assert_int_equal(c.b, 0xd8);
    colour_format(c, text);
    assert_string_equal(text, "#1d4ed8");
}

/* Known values: black on white 21, the greys at the border of 4.5. */
static void contrast_is_that_of_wcag(void **state) {
    (void)state;
    assert_true(fabs(colour_contrast(colour("#000000"), colour("#ffffff")) - 21) < 0.001);
    assert_true(fabs(colour_contrast(colour("#ffffff"), colour("#ffffff")) - 1) < 0.001);
    assert_true(colour_contrast(colour("#767676"), colour("#ffffff")) >= 4.5);
    assert_true(colour_contrast(colour("#777777"), colour("#ffffff")) < 4.5);
    assert_true(fabs(colour_contrast(colour("#ff0000"), colour("#ffffff")) - 3.998) < 0.01);
}

static void readable_is_near_and_enough(void **state) {
    static const char *const tried[] = {"#ffffff", "#ffff00", "#7a0019", "#00ff88", "#000000", "#1d4ed8", "#777777"};
    static const char *const papers[] = {"#ffffff", "#141a25", "#000000"};

    (void)state;
    for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
        for (size_t p = 0; p < sizeof(papers) / sizeof(papers[0]); p++) {
            struct colour c = colour(tried[i]), paper = colour(papers[p]);
            struct colour shade = colour_readable(c, paper, COLOUR_READABLE);
            assert_true(colour_contrast(shade, paper) >= COLOUR_READABLE);
            if (colour_contrast(c, paper) >= COLOUR_READABLE) {
                assert_memory_equal(&shade, &c, sizeof(c));
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_only_six_digits),
        cmocka_unit_test(contrast_is_that_of_wcag),
        cmocka_unit_test(readable_is_near_and_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
