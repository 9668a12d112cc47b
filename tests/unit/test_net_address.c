/* Where outgoing calls may go: networks, the operator's list, the spelling of URLs. */
#include "common/net/allow.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static struct arena *arena;

static struct sockaddr_storage address(const char *text, uint16_t port) {
    struct sockaddr_storage out = {.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out;
    if (out.ss_family == AF_INET) {
        assert_int_equal(inet_pton(AF_INET, text, &v4->sin_addr), 1);
        v4->sin_port = htons(port);
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
        v6->sin6_port = htons(port);
    }
    return out;
}

static bool is_public(const char *text) {
    struct sockaddr_storage a = address(text, 443);
    return net_is_public((struct sockaddr *)&a);
}

/* The first and the last address of each network, where it is not plain. */
static void special_addresses_are_not_public(void **state) {
    static const char *const special[] = {
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.100.100.200", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255",
        "192.0.0.0", "192.0.0.192", "192.0.0.255", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.0",
        "192.168.255.255", "192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.0", "239.255.255.255",
        "240.0.0.0", "255.255.255.255",
        /* IPv6: unspecified, loopback, compatible, mapped, NAT64 (well-known and local), discard, unique local with a cloud's
         * metadata, link-local, site-local, multicast, segment routing, nobody's */
        "::", "::1", "::8.8.8.8", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1",
        "64:ff9b:1::1", "100::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "5f00::1", "1fff::1",
        "4000::1",
        /* inside global unicast: Teredo, benchmarking, ORCHID, the end of the assignments, documentation, 6to4, AS112 */
        "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1",
        "2620:4f:8000::1", "3fff::1", "3fff:fff::1"};
    static const char *const public[] = {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",      "100.63.255.255",
                                         "100.128.0.0",     "126.255.255.255", "128.0.0.0",       "168.63.129.17", "169.253.255.255",
                                         "169.255.0.0",     "172.15.255.255",  "172.32.0.0",      "192.0.1.0",     "192.167.255.255",
                                         "192.169.0.0",     "198.17.255.255",  "198.20.0.0",      "203.0.112.255", "203.0.114.0",
                                         "223.255.255.255", "2000::1",         "2001:200::1",     "2001:db9::1",   "2003::1",
                                         "2606:4700::1111", "2a00::1",         "3ffe:ffff::ffff", "3fff:1000::1"};
    struct sockaddr other = {.sa_family = AF_UNIX};
    (void)state;
    for (size_t i = 0; i < ROWS(special); i++) {
        if (is_public(special[i])) {
            fail_msg("%s counts as public", special[i]);
        }
    }
    for (size_t i = 0; i < ROWS(public); i++) {
        if (!is_public(public[i])) {
            fail_msg("%s does not count as public", public[i]);
        }
    }
    assert_false(net_is_public(&other));
}

static void networks_have_one_spelling(void **state) {
    static const char *const good[] = {"0.0.0.0/0", "10.0.0.0/8", "10.1.2.3", "10.1.2.3/32", "::/0", "fd00::/8", "2001:DB8::1", "::1/128"};
    static const char *const bad[] = {"",
                                      "10",
                                      "10.0.0.0/",
                                      "10.0.0.0/33",
                                      "10.0.0.1/8",
                                      "10.0.0.0/-1",
                                      "10.0.0.0/8 ",
                                      "010.0.0.0/8",
                                      "0x0a.0.0.0",
                                      "167772160",
                                      "10.0/8",
                                      "fd00::/129",
                                      "fd00::1/8",
                                      "[fd00::]/8",
                                      "fe80::1%lo",
                                      "0:0::1",
                                      "fd00:0:0:0:0:0:0:1",
                                      "::ffff:0a00:0001",
                                      "::1/128/1",
                                      "/8",
                                      "10.0.0.0/0x8"};
    struct net_network n;
    (void)state;
    for (size_t i = 0; i < ROWS(good); i++) {
        if (!net_network_parse(good[i], &n)) {
            fail_msg("%s is a network", good[i]);
        }
    }
    for (size_t i = 0; i < ROWS(bad); i++) {
        if (net_network_parse(bad[i], &n)) {
            fail_msg("%s is no network", bad[i]);
        }
    }
}

static const char *read_url(const char *url, struct net_target *out) {
    CURLU *parsed = curl_url();
    const char *why = net_target_read(parsed, url, out);
    curl_url_cleanup(parsed);
    return why;
}

static void urls_in_the_usual_spelling(void **state) {
    static const struct {
        const char *url, *host;
        uint16_t port;
        bool secure;
    } rows[] = {
        {"https://example.com", "example.com", 443, true},
        {"https://example.com/", "example.com", 443, true},
        {"https://example.com:443/a?b=c", "example.com", 443, true},
        {"https://example.com?b=c", "example.com", 443, true},
        {"HTTPS://Example.COM:8443/", "Example.COM", 8443, true},
        {"http://example.com/a:80", "example.com", 80, false},
        {"http://ai_server:11434/v1", "ai_server", 11434, false},
        {"https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, true},
        {"https://8.8.8.8/", "8.8.8.8", 443, true},
        {"https://[2001:4860::8888]:443/x", "[2001:4860::8888]", 443, true},
        {"https://4.example.com/", "4.example.com", 443, true},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct net_target t;
        const char *why = read_url(rows[i].url, &t);
        if (why) {
            fail_msg("%s: %s", rows[i].url, why);
        }
        assert_string_equal(t.host, rows[i].host);
        assert_int_equal(t.port, rows[i].port);
        assert_int_equal(t.secure, rows[i].secure);
    }
}

static void urls_in_any_other_spelling(void **state) {
    static const char *const urls[] = {
        "", "example.com", "//example.com/", "https:", "https://", "https:///", "https:/example.com/", "https:example.com",
        /* schemes */
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "dict://example.com/", "smtp://example.com/",
        "ldap://example.com/", "javascript:alert(1)", "unix:/run/x", "http+unix://x/", "httpss://example.com/", " https://example.com/",
        /* numbers that stand for addresses */
        "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://127.1/", "https://127.0.1/", "https://0177.0.0.1/",
        "https://0x7f.0.0.1/", "https://127.0.0.0x1/", "https://0/", "https://0.0/", "https://127.0.0.1./", "https://127.0.0.01/",
        "https://1.2.3.4.5/", "https://256.0.0.1/", "https://127.0.0.1.0x7f/", "https://a.1/", "https://169.254.43518/",
        /* IPv6 */
        "https://[::1/", "https://::1/", "https://[]/", "https://[::1%25lo]/", "https://[fe80::1%lo]/", "https://[0:0:0:0:0:0:0:1]/",
        "https://[::ffff:7f00:1]/", "https://[::127.0.0.1/", "https://[127.0.0.1]/", "https://[v1.fe80::a]/", "https://[::1]x/",
        "https://[2001:4860:0::8888]/", "https://[::1/128]/",
        /* names */
        "https://example.com./", "https://.example.com/", "https://a..b/", "https://-a.example/", "https://a-.example/",
        "https://exa mple.com/", "https://ex%61mple.com/", "https://example.com%2eevil.example/", "https://example.com%00.evil.example/",
        "https://b\xc3\xbc"
        "cher.example/",
        "https://\xef\xbd\x85xample.com/",
        "https://example\xe3\x80\x82"
        "com/",
        "https://exa*mple.com/", "https://exam(ple.com/",
        "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example/",
        /* name and password, and what looks like them */
        "https://user@example.com/", "https://user:secret@example.com/", "https://@example.com/", "https://:@example.com/",
        "https://example.com@127.0.0.1/", "https://example.com:443@127.0.0.1/", "https://example.com\\@127.0.0.1/",
        "https://example.com#@127.0.0.1/", "https://example.com?@127.0.0.1/\\", "https://127.0.0.1#example.com",
        "https://127.0.0.1\\.example.com/",
        /* ports */
        "https://example.com:/", "https://example.com:0/", "https://example.com:0443/", "https://example.com:+443/",
        "https://example.com:65536/", "https://example.com:443:443/", "https://example.com:https/", "https://example.com:443x/",
        "https://example.com:-1/",
        /* bytes that end or begin something elsewhere */
        "https://example.com/a b", "https://example.com/\r\nX: y", "https://example.com\r\n/", "https://exam\nple.com/",
        "https://exam\tple.com/", "https://example.com/\x7f", "https://example.com/#part", "https://example.com/\xff",
        "\thttps://example.com/", "https://example.com/\n"};
    char longest[NET_URL_MAX + 2];
    struct net_target t;
    (void)state;
    for (size_t i = 0; i < ROWS(urls); i++) {
        if (!read_url(urls[i], &t)) {
            fail_msg("%s is taken, host %s", urls[i], t.host);
        }
    }
    memset(longest, 'x', sizeof(longest) - 1);
    memcpy(longest, "https://a/", 10);
    longest[NET_URL_MAX + 1] = '\0';
    assert_non_null(read_url(longest, &t));
    longest[NET_URL_MAX] = '\0';
    assert_null(read_url(longest, &t));
}

static struct net_allow list_of(const char *text) {
    struct net_allow list;
    char err[400] = "";
    if (!net_allow_parse(arena, text, &list, err, sizeof(err))) {
        fail_msg("%s", err);
    }
    return list;
}

static void the_list_of_the_operator(void **state) {
    static const struct {
        const char *text;
        size_t n;
    } good[] = {
        {"", 0}, {" \t,\n", 0}, {"ai.example.com", 1}, {" a:1,b:65535 , c", 3}, {"10.0.0.0/8:8080,[fd00::/8]:443,[::1],fd00::1,::/0", 5}};
    static const char *const bad[] = {"a:",    "a:0",          "a:65536", "a:b",        "a:1:2", "[a]",      "[10.0.0.1]",
                                      "[::1",  "[::1]1",       "::1:x",   "10.0.0.1/8", "a/8",   "http://a", "*.example.com",
                                      "1.2.3", "10.0.0.0/8/8", "a b.",    "[::1]:",     "[]:1",  "a@b"};
    struct net_allow list;
    char err[400];
    (void)state;
    for (size_t i = 0; i < ROWS(good); i++) {
        assert_int_equal(list_of(good[i].text).n, good[i].n);
    }
    for (size_t i = 0; i < ROWS(bad); i++) {
        *err = '\0';
        if (net_allow_parse(arena, bad[i], &list, err, sizeof(err)) || !*err) {
            fail_msg("%s is taken", bad[i]);
        }
    }
    net_allow_parse(arena, "good.example.com, *.bad", &list, err, sizeof(err));
    assert_string_equal(err, "*.bad is no host, address or network, with or without a port.");
}

static void verdicts(void **state) {
    static const struct {
        const char *list, *url, *address;
        bool call, connect;
    } rows[] = {
        /* nothing allowed: https on 443 to public addresses */
        {"", "https://a.example/", "8.8.8.8", true, true},
        {"", "https://a.example/", "2606:4700::1", true, true},
        {"", "https://a.example/", "10.0.0.1", true, false},
        {"", "https://a.example/", "::ffff:8.8.8.8", true, false},
        {"", "https://a.example:8443/", "8.8.8.8", false, false},
        {"", "http://a.example/", "8.8.8.8", false, false},
        {"", "http://a.example:443/", "8.8.8.8", false, false},
        /* a name: wherever it leads, on the usual ports or the one that is named */
        {"a.example", "https://A.example/", "10.0.0.1", true, true},
        {"a.example", "http://a.example/", "127.0.0.1", true, true},
        {"a.example", "https://a.example:8443/", "8.8.8.8", false, false},
        {"a.example:8443", "https://a.example:8443/", "8.8.8.8", true, true},
        {"a.example:8443", "http://a.example:8443/", "10.0.0.1", true, true},
        {"a.example:8443", "https://a.example/", "10.0.0.1", true, false},
        {"a.example:8443", "https://a.example/", "8.8.8.8", true, true},
        {"a.example", "https://b.a.example/", "10.0.0.1", true, false},
        {"a.example", "http://b.example/", "8.8.8.8", false, false},
        /* a network: whatever name leads into it */
        {"10.1.0.0/16", "https://a.example/", "10.1.255.255", true, true},
        {"10.1.0.0/16", "https://a.example/", "10.2.0.0", true, false},
        {"10.1.0.0/16", "https://a.example/", "::ffff:10.1.0.1", true, false},
        {"10.1.0.0/16", "http://a.example/", "10.1.0.1", true, true},
        {"10.1.0.0/16", "http://a.example/", "8.8.8.8", true, false},
        {"10.1.2.3:11434", "http://10.1.2.3:11434/", "10.1.2.3", true, true},
        {"10.1.2.3:11434", "http://10.1.2.3/", "10.1.2.3", false, false},
        {"10.1.2.3:11434", "http://10.1.2.4:11434/", "10.1.2.4", true, false},
        {"[fd00::/9]:8443", "https://a.example:8443/", "fd7f::1", true, true},
        {"[fd00::/9]:8443", "https://a.example:8443/", "fd80::1", true, false},
        {"x.example y.example:1 ::1", "https://[::1]/", "::1", true, true},
        /* the list takes nothing away */
        {"a.example:8443", "https://b.example/", "8.8.8.8", true, true},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct net_allow list = list_of(rows[i].list);
        struct net_target target;
        assert_null(read_url(rows[i].url, &target));
        struct sockaddr_storage to = address(rows[i].address, target.port);
        if (net_may_call(&list, &target) != rows[i].call || net_may_connect(&list, &target, (struct sockaddr *)&to) != rows[i].connect) {
            fail_msg("row %zu: [%s] %s %s", i, rows[i].list, rows[i].url, rows[i].address);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_addresses_are_not_public), cmocka_unit_test(networks_have_one_spelling),
        cmocka_unit_test(urls_in_the_usual_spelling),       cmocka_unit_test(urls_in_any_other_spelling),
        cmocka_unit_test(the_list_of_the_operator),         cmocka_unit_test(verdicts),
    };
    arena = arena_new(4096);
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return rc;
}
