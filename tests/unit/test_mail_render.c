/* What mails say, and that nothing in their words can become a header, markup or a foreign link. */
#include "apps/jobs/jobs.h"
#include "common/base/log.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#define ID "0b8e7b52-6f1c-4ad5-9a53-2f6a3c1f9e10"
#define BASE "https://muster.example.com"

static struct arena *arena;
static struct sender sender;

static int setup(void **state) {
    (void)state;
    arena = arena_new(64 * 1024);
    log_init("render", LOG_ERROR);
    return sender_parse(arena, "Muster <muster@example.com>", BASE ":8443", &sender) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static struct mail_words words_of(const char *kind) {
    return (struct mail_words){.kind = kind,
                               .base_url = BASE,
                               .nparams = 12,
                               .params = {{"name", "Robin"},
                                          {"url", BASE "/go?token=abc&x=1"},
                                          {"time", "2026-11-22T04:20:00Z"},
                                          {"organization", "Ours"},
                                          {"inviter", "Alex"},
                                          {"expires", "soon"},
                                          {"domain", "example.com"},
                                          {"person", "Nia"},
                                          {"title", "Title"},
                                          {"accuracy", "83 %"},
                                          {"extra", "not used"},
                                          {"role", "a member"}}};
}

static const char *render(const struct mail_words *w, struct mail_parts **parts) {
    *parts = arena_alloc(arena, sizeof(**parts));
    return mail_render(arena, w, *parts);
}

static void every_kind_has_its_words(void **state) {
    static const struct {
        const char *kind, *subject, *text;
    } rows[] = {
        {"verify_email", "Confirm your email address", "Confirm address:\n" BASE "/go?token=abc&x=1\n"},
        {"reset_password", "Choose a new password", BASE "/go?token=abc&x=1\n"},
        {"password_changed", "Your password was changed", "on 22 November 2026, 04:20 UTC."},
        {"invitation", "Invitation to Muster", "somebody called \"Alex\" invites you to join an organisation that calls itself \"Ours\""},
        {"confirm_registration", "Confirm your registration", "Confirm address:\n" BASE "/go?token=abc&x=1\n"},
        {"already_registered", "You have an account already", "Sign in:\n" BASE "/signin\n"},
        {"prove_address", "Please confirm your email address", "Sign in:\n" BASE "/exercises\n"},
        {"verify_domain", "Confirm a mail domain", "calls itself \"Ours\" wants people with addresses at example.com"},
        {"member_joined", "Somebody joined your organisation", "Nia has joined Ours."},
        {"exercise_completed", "Exercise completed", "Your accuracy was 83 %: the share of decisions"},
        {"second_factor_on", "Your second factor was turned on", "Account security:\n" BASE "/settings/security\n"},
        {"second_factor_off", "Your second factor was turned off", "change your password at once"},
        {"recovery_codes_replaced", "Your recovery codes were replaced", "on 22 November 2026, 04:20 UTC."},
        {"recovery_code_used", "A recovery code opened your account", "with one of your recovery codes"},
        {"api_key_created", "An API key was made for your account", "API keys:\n" BASE "/settings/api-keys\n"},
        {"new_device", "Your account was opened on a new device", BASE "/settings/security\n"},
        {"factor_reset_asked", "Your second factor is to be removed", "Stop it, or do it now:\n" BASE "/go?token=abc&x=1\n"},
        {"factor_reset", "Your second factor was removed", "on 22 November 2026, 04:20 UTC,"},
        {"role_changed", "Your role was changed", "You are now a member."},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct mail_words w = words_of(rows[i].kind);
        struct mail_parts *p;
        assert_null(render(&w, &p));
        assert_string_equal(p->subject, rows[i].subject);
        assert_non_null(strstr(p->text.data, rows[i].text));
        assert_null(strchr(p->text.data, '{'));
        assert_null(strchr(p->html.data, '{'));
    }
}

/* In the reader's language: days, quotation marks, and the link's label; the HTML part says which it is. */
static void other_languages(void **state) {
    (void)state;
    struct mail_parts *p;
    struct mail_words w = words_of("invitation");
    w.lang = LANG_DE;
    w.params[5].value = "2026-12-06T08:15:00Z";
    assert_null(render(&w, &p));
    assert_string_equal(p->subject, "Einladung zu Muster");
    assert_non_null(strstr(p->text.data, "jemand namens \u201eAlex\u201c l\u00e4dt Sie ein"));
    assert_non_null(strstr(p->text.data, "endet am 6. Dezember 2026, 08:15 UTC."));
    assert_non_null(strstr(p->text.data, "Einladung annehmen:\n" BASE));
    assert_non_null(strstr(p->html.data, "<html lang=\"de\" dir=\"ltr\">"));
    w = words_of("password_changed");
    w.lang = LANG_FR;
    assert_null(render(&w, &p));
    assert_string_equal(p->subject, "Votre mot de passe a \u00e9t\u00e9 chang\u00e9");
    assert_non_null(strstr(p->text.data, "le 22 novembre 2026 \u00e0 04:20 UTC."));
}

/* S10: whatever names say, no subject has a word of theirs, no link is made of them, and no telephone number can be dialled. */
static void s10_names_say_nothing_in_our_name(void **state) {
    static const char *const kinds[] = {
        "verify_email",       "reset_password",    "password_changed",        "invitation",         "confirm_registration",
        "already_registered", "prove_address",     "verify_domain",           "member_joined",      "exercise_completed",
        "second_factor_on",   "second_factor_off", "recovery_codes_replaced", "recovery_code_used", "api_key_created",
        "new_device",         "role_changed"};
    static const char *const hostile = "Your account is locked, call +1 555 0100 or https://evil.example now";
    (void)state;
    for (size_t i = 0; i < ROWS(kinds); i++) {
        struct mail_words w = words_of(kinds[i]), plain = words_of(kinds[i]);
        struct mail_parts *p, *q;
        for (int n = 0; n < w.nparams; n++) {
            if (strcmp(w.params[n].name, "url") != 0 && strcmp(w.params[n].name, "domain") != 0) {
                w.params[n].value = hostile;
            }
        }
        assert_null(render(&w, &p));
        assert_null(render(&plain, &q));
        assert_string_equal(p->subject, q->subject);
        assert_null(strstr(p->text.data, "evil.example"));
        assert_null(strstr(p->html.data, "evil.example"));
        assert_null(strstr(p->text.data, "https://evil"));
    }
    struct mail_words w = words_of("invitation");
    struct mail_parts *p;
    w.params[3].value = w.params[4].value = hostile;
    assert_null(render(&w, &p));
    assert_null(strstr(p->text.data, "55"));
    assert_null(strstr(p->html.data, "0100"));
}

/* S10: no name closes the quotation marks around it, ends the line, or has a number in other digits that can be dialled. */
static void s10_names_stay_in_their_quotation_marks(void **state) {
    static const char *const names[] = {
        "Acme\". Call \"us",         "Acme\u201d. Call \u201cus", "Acme\u00bb. Call \u00abus",
        "Acme\uff02. Call \uff02us", "Acme\u2033. Call \u201eus",
    };
    (void)state;
    for (size_t i = 0; i < ROWS(names); i++) {
        struct mail_words w = words_of("invitation");
        struct mail_parts *p;
        w.params[3].value = names[i];
        assert_null(render(&w, &p));
        assert_non_null(strstr(p->text.data, "\"Acme'. Call 'us\""));
    }
    struct mail_words w = words_of("invitation");
    struct mail_parts *p;
    w.params[3].value = "Acme\u2028\u2029Your account is locked";
    w.params[4].value = "O'Neil\u2019s \uff15\uff15\uff15\u0660\u0661\u0660\u0660";
    assert_null(render(&w, &p));
    assert_non_null(strstr(p->text.data, "\"Acme      Your"));
    assert_non_null(strstr(p->text.data, "O'Neil\u2019s \uff15\u200b\uff15\u200b\uff15\u200b"));
}

static void what_is_missing_is_said(void **state) {
    (void)state;
    struct mail_parts *p;
    struct mail_words w = words_of("verify_email");
    w.nparams = 1;
    assert_string_equal(render(&w, &p), "The mail has no link to this installation.");
    w = words_of("exercise_completed");
    w.params[8].name = "nothing";
    assert_string_equal(render(&w, &p), "The mail lacks its parameter title.");
    w = words_of("no_such_kind");
    assert_string_equal(render(&w, &p), "There is no template for this kind of mail.");
}

static void links_lead_here(void **state) {
    static const char *const urls[] = {"https://evil.example.com/", BASE ".evil.example.com/",        BASE,         BASE "/a b",
                                       BASE "/\r\nBcc: x",          "javascript:alert(1)//" BASE "/", BASE "/\">x", ""};
    (void)state;
    for (size_t i = 0; i < ROWS(urls); i++) {
        struct mail_parts *p;
        struct mail_words w = words_of("reset_password");
        w.params[1].value = urls[i];
        assert_non_null(render(&w, &p));
    }
}

static void d5_values_stay_text(void **state) {
    (void)state;
    struct mail_parts *p;
    struct mail_words w = words_of("exercise_completed");
    w.params[8].value = "A\r\nBcc: x@example.com\n\n<b>&\"'";
    assert_null(render(&w, &p));
    assert_string_equal(p->subject, "Exercise completed");
    assert_non_null(strstr(p->text.data, "\"A  Bcc: x@example.\xe2\x80\x8b"
                                         "com  <b>&''\""));
    assert_null(strstr(p->html.data, "<b>"));
    assert_non_null(strstr(p->html.data, "&lt;b&gt;&amp;"));
    assert_null(strstr(p->text.data, "\nBcc"));
}

static const char *message(const char *to, const char *subject, const char *off) {
    struct mail_parts parts = {.subject = subject};
    struct message m = {.from = &sender, .to = to, .id = ID, .one_click_url = off, .date_us = 1795321205000000};
    static struct buf out;
    buf_release(&out);
    buf_init(&out, 10000);
    buf_init(&parts.text, 1000);
    buf_init(&parts.html, 1000);
    buf_puts(&parts.text, "A = b \n\xc3\xa4\n");
    buf_puts(&parts.html, "<p>x</p>");
    bool ok = message_write(&out, &m, &parts);
    buf_release(&parts.text);
    buf_release(&parts.html);
    return ok ? out.data : NULL;
}

/* Who registers chooses names, and anybody's address: the mail that confirms it must not carry a stranger's link. */
/* Words of ours keep their order around a name: plain text strips the marks, HTML isolates the name. */
static void names_keep_their_direction_to_themselves(void **state) {
    static const struct {
        const char *name, *text, *html;
    } rows[] = {
        {"Robin", "Hello Robin,", "Hello Robin,"},
        {"Acme\u202e evil", "Hello Acme evil,", "Hello <bdi>Acme\u202e evil</bdi>,"},
        {"A\u2067b\u2069\u2069", "Hello Ab,", "Hello <bdi>A\u2067b\u2069</bdi>,"},
        {"\u0645\u0631\u064a\u0645 12", "Hello \u2068\u0645\u0631\u064a\u0645 12\u2069,", "Hello <bdi>\u0645\u0631\u064a\u0645 12</bdi>,"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct mail_parts *p;
        struct mail_words w = words_of("verify_email");
        for (int k = 0; k < w.nparams; k++) {
            w.params[k].value = strcmp(w.params[k].name, "name") == 0 ? rows[i].name : w.params[k].value;
        }
        assert_null(render(&w, &p));
        assert_non_null(strstr(p->text.data, rows[i].text));
        assert_non_null(strstr(p->html.data, rows[i].html));
    }
}

static void names_are_no_links(void **state) {
    (void)state;
    struct mail_parts *p;
    struct mail_words w = words_of("invitation");
    w.params[3].value = "Win at www.example.org/now";
    w.params[4].value = "https://example.org J. Doe";
    assert_null(render(&w, &p));
    assert_non_null(strstr(p->text.data, "Win at www.\xe2\x80\x8b"
                                         "example.\xe2\x80\x8b"
                                         "org/now"));
    assert_non_null(strstr(p->text.data, "https:\xe2\x80\x8b//example.\xe2\x80\x8b"
                                         "org J. Doe\" invites"));
    assert_null(strstr(p->html.data, "example.org"));
    assert_null(strstr(p->subject, "example.org"));
}

static void headers_and_parts(void **state) {
    (void)state;
    const char *text = message("a@example.com", "Plain", BASE "/off?token=x");
    assert_non_null(text);
    assert_non_null(strstr(text, "Date: Sun, 22 Nov 2026 04:20:05 +0000\r\n"));
    assert_non_null(strstr(text, "From: \"Muster\" <muster@example.com>\r\nTo: a@example.com\r\nSubject: Plain\r\n"));
    assert_non_null(strstr(text, "Message-ID: <" ID "@muster.example.com>\r\n"));
    assert_non_null(strstr(text, "List-Unsubscribe: <" BASE "/off?token=x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_non_null(strstr(text, "\r\n\r\nA =3D b=20\r\n=C3=A4\r\n"));
    assert_null(strstr(message("a@example.com", "Plain", NULL), "List-Unsubscribe"));
    assert_non_null(strstr(message("a@example.com", "\xc3\x9c", NULL), "Subject: =?utf-8?B?w5w=?=\r\n"));
    assert_non_null(strstr(message("a@example.com", "=?x?=", NULL), "Subject: =?utf-8?B?PT94Pz0=?=\r\n"));
}

static void nothing_ends_a_header_early(void **state) {
    (void)state;
    assert_null(message("a@example.com\r\nBcc: b@example.com", "x", NULL));
    assert_null(message("a@example.com, b@example.com", "x", NULL));
    assert_null(message("a@example.com", "x\r\nBcc: b@example.com", NULL));
    assert_null(message("a@example.com", "x", BASE "/>\r\nX: y"));
}

static void senders(void **state) {
    static const struct {
        const char *from;
        bool ok;
    } rows[] = {
        {"a@example.com", true},
        {"Name <a@example.com>", true},
        {"N\xc3\xa4me <a@example.com>", true},
        {"a", false},
        {"Name <a@example.com", false},
        {"Name <a@example.com> x", false},
        {"N\r\nBcc: b@c.de <a@example.com>", false},
        {"a@b.de <a@example.com>", false},
        {"<a@example.com>, <b@c.de>", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct sender out;
        assert_int_equal(sender_parse(arena, rows[i].from, BASE, &out), rows[i].ok);
    }
    struct sender out;
    assert_true(sender_parse(arena, "a@example.com", "http://[::1]:8080", &out));
    assert_string_equal(out.host, "[::1]");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_its_words),
        cmocka_unit_test(other_languages),
        cmocka_unit_test(s10_names_say_nothing_in_our_name),
        cmocka_unit_test(s10_names_stay_in_their_quotation_marks),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(links_lead_here),
        cmocka_unit_test(d5_values_stay_text),
        cmocka_unit_test(names_are_no_links),
        cmocka_unit_test(names_keep_their_direction_to_themselves),
        cmocka_unit_test(headers_and_parts),
        cmocka_unit_test(nothing_ends_a_header_early),
        cmocka_unit_test(senders),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
