#include "common/html/hwrite.h"
#include "tests/unit/unit.h"

#include <string.h>

static struct buf out;
static struct hwrite w;

static int setup(void **state) {
    (void)state;
    buf_init(&out, 1 << 16);
    hw_init(&w, &out);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    buf_release(&out);
    return 0;
}

static void again(void) {
    buf_clear(&out, 0);
    hw_init(&w, &out);
}

static void page(void **state) {
    (void)state;
    hw_constant(&w, "<!doctype html>");
    hw_open(&w, "div", "class", "a", "id", NULL, "title", "t", NULL);
    hw_elem(&w, "h1", "Plan & \"act\"");
    hw_elem_class(&w, "p", "note", NULL);
    hw_void(&w, "br", NULL);
    hw_void(&w, "img", "alt", "", "src", "/x?a=1&b=2", NULL);
    hw_textf(&w, "%d%% <%s>", 5, "b");
    assert_false(hw_done(&w));
    hw_close(&w, "div");
    assert_true(hw_done(&w));
    assert_string_equal(out.data, "<!doctype html><div class=\"a\" title=\"t\"><h1>Plan &amp; &quot;act&quot;</h1><p class=\"note\"></p>"
                                  "<br/><img alt=\"\" src=\"/x?a=1&amp;b=2\"/>5% &lt;b&gt;</div>");
}

static void escaping(void **state) {
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", ""},
        {"plain \xc3\xa4", "plain \xc3\xa4"},
        {"<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"},
        {"\" onmouseover=\"x", "&quot; onmouseover=&quot;x"},
        {"&amp;", "&amp;amp;"},
        {"&<>\"'", "&amp;&lt;&gt;&quot;&#39;"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char want[200];

        again();
        hw_text(&w, rows[i].text);
        assert_string_equal(out.data, rows[i].want);
        again();
        hw_void(&w, "i", "title", rows[i].text, NULL);
        snprintf(want, sizeof(want), "<i title=\"%s\"/>", rows[i].want);
        assert_string_equal(out.data, want);
    }
    again();
    hw_text(&w, NULL);
    assert_string_equal(out.data, "");
}

/* Text is scanned eight bytes at a time: every byte value at every place of two steps. */
static void every_byte_at_every_place(void **state) {
    (void)state;
    for (int c = 1; c < 256; c++) {
        for (size_t at = 0; at < 19; at++) {
            const char *entity = c == '&'    ? "&amp;"
                                 : c == '<'  ? "&lt;"
                                 : c == '>'  ? "&gt;"
                                 : c == '"'  ? "&quot;"
                                 : c == '\'' ? "&#39;"
                                             : NULL;
            char text[20] = "aaaaaaaaaaaaaaaaaaa", want[40];

            text[at] = (char)c;
            snprintf(want, sizeof(want), "%.*s%.*s%s", (int)at, text, entity ? 5 + (c == '"') : 1, entity ? entity : text + at,
                     text + at + 1);
            again();
            hw_text(&w, text);
            assert_string_equal(out.data, want);
        }
    }
}

static void formatted_text_of_any_length(void **state) {
    (void)state;
    for (int length = 1; length < 600; length++) {
        again();
        hw_textf(&w, "%0*d<", length, 7);
        assert_int_equal(out.len, length + 4);
        assert_string_equal(out.data + length - 1, "7&lt;");
    }
}

static void misuse_is_sticky(void **state) {
    (void)state;
    hw_close(&w, "p");
    assert_false(hw_done(&w));
    hw_elem(&w, "p", "x");
    assert_string_equal(out.data, "");
    again();
    hw_open(&w, "p", NULL);
    hw_close(&w, "div");
    assert_false(hw_done(&w));
    again();
    hw_open(&w, "p", NULL);
    assert_false(hw_done(&w));
}

static bool nest(unsigned levels) {
    again();
    for (unsigned i = 0; i < levels; i++) {
        hw_open(&w, "b", NULL);
    }
    for (unsigned i = 0; i < levels; i++) {
        hw_close(&w, "b");
    }
    return hw_done(&w);
}

static void depth_is_limited(void **state) {
    (void)state;
    assert_true(nest(HW_MAX_DEPTH));
    assert_false(nest(HW_MAX_DEPTH + 1));
}

static void full_buffer_fails(void **state) {
    (void)state;
    buf_release(&out);
    buf_init(&out, 7);
    hw_init(&w, &out);
    hw_elem(&w, "p", "x");
    assert_false(hw_done(&w));
    buf_release(&out);
    buf_init(&out, 8);
    hw_init(&w, &out);
    hw_elem(&w, "p", "x");
    assert_true(hw_done(&w));
}

static void csv_cells(void **state) {
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", ""},
        {NULL, ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"\"", "\"\"\"\""},
        {"a\nb", "a b"},
        {"a\r\n=b", "a  '=b"},
        {"=1+1", "'=1+1"},
        {"+1", "'+1"},
        {"-1", "'-1"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\t=1", " '=1"},
        {"\r=1", " '=1"},
        {"\n=1", " '=1"},
        {"  =1", "  '=1"},
        {"\u00a0\u200b@x", "\u00a0\u200b'@x"},
        {"\uff1d1", "'\uff1d1"},
        {"\uff0b1", "'\uff0b1"},
        {"\uff0d1", "'\uff0d1"},
        {"\uff201", "'\uff201"},
        {"x;=HYPERLINK(0)", "x\uff1b'=HYPERLINK(0)"},
        {"x; y", "x\uff1b y"},
        {"x\t+1", "x '+1"},
        {"x, -1", "\"x, '-1\""},
        {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
        {"a=1", "a=1"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        buf_clear(&out, 0);
        csv_cell(&out, rows[i].text);
        assert_string_equal(out.data, rows[i].want);
    }
}

static void file_names(void **state) {
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"report.pdf", "report.pdf"},
        {"Q1 plan (final).pdf", "Q1-plan-final-.pdf"},
        {"../../etc/passwd", "etc-passwd"},
        {"..", "file"},
        {"", "file"},
        {".htaccess", "htaccess"},
        {"-rf", "rf"},
        {"a\"; filename=b", "a-filename-b"},
        {"a\r\nX: y", "a-X-y"},
        {"\xc3\xbc"
         "bung",
         "bung"},
        {"\xe2\x82\xac\xe2\x82\xac", "file"},
        {"a / / b", "a-b"},
    };
    char text[200], name[100];

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        safe_filename(name, sizeof(name), rows[i].text);
        assert_string_equal(name, rows[i].want);
    }
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    safe_filename(name, sizeof(name), text);
    assert_int_equal(strlen(name), 80);
    safe_filename(name, 5, text);
    assert_string_equal(name, "xxxx");
    safe_filename(name, 3, "");
    assert_string_equal(name, "fi");
}

/* Tags are those of the catalogue; what people typed cannot make one. */
static void sentences(void **state) {
    const struct hw_slot slots[] = {{.text = "<b>Ada</b>"}, {.tag = "i", .klass = "k", .lang = "de", .text = "a < b"}};

    (void)state;
    hw_sentence(&w, "<b>" HW_SLOT_1 "</b>: 1 < 2 & <wide>" HW_SLOT_2 "</wide>. <B> </ <", slots);
    assert_true(hw_done(&w));
    assert_string_equal(out.data,
                        "<b><bdi>&lt;b&gt;Ada&lt;/b&gt;</bdi></b>: 1 &lt; 2 &amp; <span class=\"wide\"><i class=\"k\" lang=\"de\">a &lt; "
                        "b</i></span>. &lt;B&gt; &lt;/ &lt;");
    again();
    hw_sentence_in(&w, "p", "note", "plain", NULL);
    assert_string_equal(out.data, "<p class=\"note\">plain</p>");
    again();
    hw_sentence(&w, "a </b> that nothing opened", NULL);
    assert_false(hw_done(&w));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(page, setup, teardown),
        cmocka_unit_test_setup_teardown(escaping, setup, teardown),
        cmocka_unit_test_setup_teardown(every_byte_at_every_place, setup, teardown),
        cmocka_unit_test_setup_teardown(formatted_text_of_any_length, setup, teardown),
        cmocka_unit_test_setup_teardown(misuse_is_sticky, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_is_limited, setup, teardown),
        cmocka_unit_test_setup_teardown(full_buffer_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(sentences, setup, teardown),
        cmocka_unit_test_setup_teardown(csv_cells, setup, teardown),
        cmocka_unit_test(file_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
