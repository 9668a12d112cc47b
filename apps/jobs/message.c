/*
 * message.c - a mail as bytes: headers (RFC 5322), names and subjects beyond ASCII (RFC 2047), a text and an HTML part (RFC 2046) in
 * quoted-printable (RFC 2045). The same bytes go to a server and into a file; libcurl's own mime writer can do only the former.
 *
 * Nothing here can end a header early: addresses pass str_is_email(), control bytes are refused, and lines are ended here alone.
 */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"

#include <ctype.h>

#define LINE 76
#define WORD_BYTES 42 /* in an encoded word: 56 characters of base64 and the 12 around them */

static bool is_plain(const char *text) {
    for (; *text; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

static bool has_control(const char *text) {
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

/* ASCII text, folded at blanks. col: characters on the line so far. */
static void put_folded(struct buf *out, const char *text, size_t col) {
    while (*text) {
        size_t len = strcspn(text + 1, " ") + 1;
        if (*text == ' ' && col + len > LINE) {
            buf_puts(out, "\r\n");
            col = 0;
        }
        buf_append(out, text, len);
        col += len;
        text += len;
    }
}

/* "=?utf-8?B?...?=" words, each of whole characters, on lines of their own. */
static void put_encoded(struct buf *out, const char *text) {
    size_t left = strlen(text);
    for (bool first = true; left; first = false) {
        size_t n = 0, seq;
        char word[80];
        while (n < left && (seq = str_utf8_seq(text + n, left - n)) > 0 && n + seq <= WORD_BYTES) {
            n += seq;
        }
        n = n ? n : 1; /* not UTF-8: cannot happen with what the database holds */
        crypto_base64(text, n, word, sizeof(word));
        buf_printf(out, "%s=?utf-8?B?%s?=", first ? "" : "\r\n ", word);
        text += n;
        left -= n;
    }
}

/* "=?" would be taken for an encoded word. */
static void put_unstructured(struct buf *out, const char *name, const char *text) {
    buf_printf(out, "%s: ", name);
    if (is_plain(text) && !strstr(text, "=?") && strlen(text) < 900) {
        put_folded(out, text, strlen(name) + 2);
    } else {
        put_encoded(out, text);
    }
    buf_puts(out, "\r\n");
}

static void put_from(struct buf *out, const struct sender *from) {
    buf_puts(out, "From: ");
    if (*from->name && is_plain(from->name)) {
        buf_putc(out, '"');
        for (const char *c = from->name; *c; c++) {
            buf_printf(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
        }
        buf_puts(out, "\" ");
    } else if (*from->name) {
        put_encoded(out, from->name);
        buf_puts(out, "\r\n ");
    }
    buf_printf(out, *from->name ? "<%s>\r\n" : "%s\r\n", from->address);
}

static void put_date(struct buf *out, int64_t us) {
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char iso[CLOCK_ISO_SIZE];
    int month = 0;
    clock_iso(us, iso);
    month = (iso[5] - '0') * 10 + iso[6] - '0';
    buf_printf(out, "Date: %s, %.2s %s %.4s %.8s +0000\r\n", days[us / 86400000000 % 7], iso + 8, months[month - 1], iso, iso + 11);
}

static bool quoted_as(unsigned char c, bool last) {
    return c > 0x7e || c == '=' || (c < 0x20 && c != '\t') || ((c == ' ' || c == '\t') && last);
}

/* Quoted-printable; line feeds become CRLF, no line is longer than LINE. */
static void put_quoted(struct buf *out, const struct buf *part) {
    size_t col = 0;
    for (size_t i = 0; i < part->len; i++) {
        unsigned char c = (unsigned char)part->data[i];
        bool last = i + 1 == part->len || part->data[i + 1] == '\n';
        if (c == '\n') {
            buf_puts(out, "\r\n");
            col = 0;
            continue;
        }
        size_t width = quoted_as(c, last) ? 3 : 1;
        if (col + width > LINE - 1) {
            buf_puts(out, "=\r\n");
            col = 0;
        }
        buf_printf(out, width == 3 ? "=%02X" : "%c", c);
        col += width;
    }
    buf_puts(out, "\r\n");
}

static void put_part(struct buf *out, const char *boundary, const char *type, const struct buf *part) {
    buf_printf(out, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", boundary, type);
    put_quoted(out, part);
}

bool message_write(struct buf *out, const struct message *m, const struct mail_parts *parts) {
    char boundary[64];
    if (!str_is_email(m->to) || !str_is_uuid(m->id) || has_control(parts->subject) ||
        (m->one_click_url && (!is_plain(m->one_click_url) || strpbrk(m->one_click_url, "<> ")))) {
        return false;
    }
    /* '=' followed by '_' does not occur in quoted-printable. */
    snprintf(boundary, sizeof(boundary), "=_%s", m->id);
    put_date(out, m->date_us);
    put_from(out, m->from);
    buf_printf(out, "To: %s\r\n", m->to);
    put_unstructured(out, "Subject", parts->subject);
    buf_printf(out, "Message-ID: <%s@%s>\r\n", m->id, m->from->host);
    buf_puts(out, "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n");
    if (m->one_click_url) {
        buf_printf(out, "List-Unsubscribe: <%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", m->one_click_url);
    }
    buf_printf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n", boundary);
    put_part(out, boundary, "text/plain", &parts->text);
    put_part(out, boundary, "text/html", &parts->html);
    buf_printf(out, "--%s--\r\n", boundary);
    return !out->failed;
}

/* "https://example.com:8443" -> "example.com"; an IPv6 address keeps its brackets, as RFC 5322 wants it. */
static const char *host_of(struct arena *a, const char *base_url) {
    const char *host = strstr(base_url, "://");
    host = host ? host + 3 : base_url;
    return arena_strndup(a, host, *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/"));
}

bool sender_parse(struct arena *a, const char *mail_from, const char *base_url, struct sender *out) {
    const char *open = strchr(mail_from, '<');
    size_t len = strlen(mail_from), name = open ? (size_t)(open - mail_from) : 0;
    *out = (struct sender){.name = "", .address = mail_from, .host = host_of(a, base_url)};
    if (open) {
        while (name && mail_from[name - 1] == ' ') {
            name--;
        }
        out->name = arena_strndup(a, mail_from, name);
        out->address = arena_strndup(a, open + 1, strcspn(open + 1, ">"));
    }
    return (!open || open + strlen(out->address) + 2 == mail_from + len) && strlen(out->name) <= 100 && !has_control(out->name) &&
           str_is_utf8(out->name, strlen(out->name)) && !strpbrk(out->name, "<>@") && str_is_email(out->address);
}
