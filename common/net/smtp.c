#include "common/net/smtp.h"

#include "common/base/str.h"
#include "common/net/core.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONNECT_SECONDS 10
#define PASSWORD_SIZE 1024

/* The command that the server answers last decides what a refusal means. */
enum stage { STAGE_BEFORE, STAGE_RCPT, STAGE_DATA };

struct smtp {
    const struct smtp_config *config;
    struct net_guard guard;
    CURL *curl; /* NULL: no connection and nothing set */
    char url[700];
    struct {
        const char *data;
        size_t len, sent;
    } mail;
    enum stage stage;
    bool leaving;   /* libcurl has said QUIT: what was answered before counts */
    char reply[32]; /* "550 5.1.1": codes alone, since servers repeat addresses in their texts */
};

/* The first line of a file that nobody else can read; false when there is none. */
static bool read_password(const char *path, char out[PASSWORD_SIZE]) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t n = -1;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & (S_IRWXG | S_IRWXO))) {
        n = read(fd, out, PASSWORD_SIZE - 1);
    }
    if (fd >= 0) {
        close(fd);
    }
    out[n > 0 ? n : 0] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    return n > 0 && *out;
}

bool smtp_check(const struct smtp_config *c, char *err, size_t size) {
    const char *host = strstr(c->url, "://");
    char password[PASSWORD_SIZE] = "";
    const char *why = NULL;
    if (!str_starts(c->url, "smtp://") && !str_starts(c->url, "smtps://")) {
        why = "SMTP_URL must begin with smtp:// or smtps://.";
    } else if (host[3] == '\0' || host[3] == ':' || strpbrk(host + 3, "/@?# ")) {
        why = "SMTP_URL must be smtp://host or smtp://host:port, without a path and without a name or password.";
    } else if (*c->user && c->tls != SMTP_TLS_REQUIRED) {
        why = "SMTP_USER needs SMTP_TLS=required: the password would travel in the clear.";
    } else if (*c->user && !*c->password_file) {
        why = "SMTP_USER needs SMTP_PASSWORD_FILE.";
    } else if (*c->user && !read_password(c->password_file, password)) {
        why = "SMTP_PASSWORD_FILE is missing, empty, or can be read by other users.";
    } else if (*c->ca_file && access(c->ca_file, R_OK) != 0) {
        why = "SMTP_CA_FILE cannot be read.";
    }
    explicit_bzero(password, sizeof(password));
    if (why) {
        snprintf(err, size, "%s", why);
    }
    return !why;
}

struct smtp *smtp_new(const struct smtp_config *config) {
    struct smtp *s = calloc(1, sizeof(*s));
    if (!s || !net_start()) {
        free(s);
        return NULL;
    }
    s->config = config;
    s->guard.give_up = config->give_up;
    /* In libcurl's URLs of this kind the path is what follows EHLO. */
    snprintf(s->url, sizeof(s->url), "%s/%s", config->url, config->hello);
    return s;
}

void smtp_free(struct smtp *s) {
    if (s) {
        smtp_hang_up(s);
        free(s);
    }
}

/* Nothing more will be read, so that libcurl sends QUIT and finds the end of the connection instead of waiting for an answer. */
void smtp_hang_up(struct smtp *s) {
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (!s->curl) {
        return;
    }
    if (curl_easy_getinfo(s->curl, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD) {
        shutdown(fd, SHUT_RD);
    }
    curl_easy_cleanup(s->curl);
    s->curl = NULL;
}

static size_t give_data(char *out, size_t size, size_t n, void *ctx) {
    struct smtp *s = ctx;
    size_t room = size * n, left = s->mail.len - s->mail.sent;
    size_t len = left < room ? left : room;
    memcpy(out, s->mail.data + s->mail.sent, len);
    s->mail.sent += len;
    return len;
}

/* Servers say little, and what they say is not kept. NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t ignore_data(char *data, size_t size, size_t n, void *ctx) {
    (void)data;
    (void)ctx;
    return size * n;
}

static size_t digits(const char *text, size_t len) {
    size_t n = 0;
    while (n < len && isdigit((unsigned char)text[n])) {
        n++;
    }
    return n;
}

/* "5.1.1" at text: its length, or 0 (RFC 3463). */
static size_t enhanced_code(const char *text, size_t len) {
    size_t a = digits(text, len), b, c;
    if (a != 1 || len < 5 || text[1] != '.') {
        return 0;
    }
    b = digits(text + 2, len - 2);
    if (b < 1 || b > 3 || 2 + b >= len || text[2 + b] != '.') {
        return 0;
    }
    c = digits(text + 3 + b, len - 3 - b);
    return c >= 1 && c <= 3 ? 3 + b + c : 0;
}

static void note_reply(struct smtp *s, const char *text, size_t len) {
    if (len < 4 || digits(text, 3) != 3) {
        return;
    }
    size_t more = text[3] == ' ' || text[3] == '-' ? enhanced_code(text + 4, len - 4) : 0;
    snprintf(s->reply, sizeof(s->reply), "%.3s%s%.*s", text, more ? " " : "", (int)more, text + 4);
}

/* Follows the conversation; of what we say, which may be a password, only the verb is looked at. */
static int watch(CURL *curl, curl_infotype type, char *text, size_t len, void *ctx) {
    struct smtp *s = ctx;
    (void)curl;
    s->leaving = s->leaving || (type == CURLINFO_HEADER_OUT && len >= 4 && memcmp(text, "QUIT", 4) == 0);
    if (s->leaving) {
        return 0;
    }
    if (type == CURLINFO_HEADER_IN) {
        note_reply(s, text, len);
    } else if (type == CURLINFO_HEADER_OUT) {
        s->reply[0] = '\0';
        s->stage = len >= 4 && memcmp(text, "RCPT", 4) == 0   ? STAGE_RCPT
                   : len >= 4 && memcmp(text, "DATA", 4) == 0 ? STAGE_DATA
                                                              : STAGE_BEFORE;
    } else if (type == CURLINFO_DATA_OUT && s->stage == STAGE_DATA) {
        s->reply[0] = '\0'; /* 354 was to go on; the one that counts comes after the mail */
    }
    return 0;
}

static bool set_login(struct smtp *s) {
    char password[PASSWORD_SIZE];
    if (!*s->config->user) {
        return true;
    }
    bool ok = read_password(s->config->password_file, password);
    if (ok) {
        curl_easy_setopt(s->curl, CURLOPT_USERNAME, s->config->user);
        curl_easy_setopt(s->curl, CURLOPT_PASSWORD, password);
    }
    explicit_bzero(password, sizeof(password));
    return ok;
}

/* Opportunistic encryption takes whoever answers. */
static CURL *make_handle(struct smtp *s) {
    const struct smtp_config *c = s->config;
    const struct net_options options = {
        .protocols = "smtp,smtps",
        .ca_file = c->ca_file,
        .verify = c->tls == SMTP_TLS_REQUIRED,
        .connect_ms = 1000 * (c->timeout < CONNECT_SECONDS ? c->timeout : CONNECT_SECONDS),
        .total_ms = 1000 * c->timeout,
    };
    return net_handle(&s->guard, &options);
}

static bool set_up(struct smtp *s, char why[SMTP_WHY_SIZE]) {
    static const long levels[] = {
        [SMTP_TLS_REQUIRED] = CURLUSESSL_ALL, [SMTP_TLS_OPPORTUNISTIC] = CURLUSESSL_TRY, [SMTP_TLS_OFF] = CURLUSESSL_NONE};
    if (s->curl) {
        return true;
    }
    s->curl = make_handle(s);
    if (!s->curl || !set_login(s)) {
        snprintf(why, SMTP_WHY_SIZE, "%s",
                 s->curl ? "SMTP_PASSWORD_FILE is missing, empty, or can be read by other users." : "There is no memory for a connection.");
        smtp_hang_up(s);
        return false;
    }
    curl_easy_setopt(s->curl, CURLOPT_URL, s->url);
    curl_easy_setopt(s->curl, CURLOPT_USE_SSL, levels[s->config->tls]);
    curl_easy_setopt(s->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)s->config->timeout);
    curl_easy_setopt(s->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(s->curl, CURLOPT_READFUNCTION, give_data);
    curl_easy_setopt(s->curl, CURLOPT_READDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, ignore_data);
    curl_easy_setopt(s->curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGFUNCTION, watch);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGDATA, s);
    return true;
}

/* Refusals of the sender, the login or everybody are the operator's to mend, so mail waits; those of a recipient or of the mail's
 * content are final (RFC 5321 section 4.2.1). */
static enum smtp_outcome judge(struct smtp *s, CURLcode code, char why[SMTP_WHY_SIZE]) {
    static const char *const places[] = {[STAGE_BEFORE] = "The server did not let us in",
                                         [STAGE_RCPT] = "The server refused the recipient",
                                         [STAGE_DATA] = "The server refused the mail"};
    bool replied = s->reply[0] >= '4' && code != CURLE_OPERATION_TIMEDOUT && code != CURLE_ABORTED_BY_CALLBACK;
    if (replied) {
        snprintf(why, SMTP_WHY_SIZE, "%s (%s).", places[s->stage], s->reply);
    } else {
        snprintf(why, SMTP_WHY_SIZE, "%s.", curl_easy_strerror(code));
    }
    if (!replied || s->stage == STAGE_BEFORE || str_starts(s->reply, "421")) {
        return SMTP_DOWN;
    }
    return s->reply[0] == '5' ? SMTP_REFUSED : SMTP_LATER;
}

enum smtp_outcome smtp_send(struct smtp *s, const char *from, const char *to, const char *data, size_t len, char why[SMTP_WHY_SIZE]) {
    if (!set_up(s, why)) {
        return SMTP_DOWN;
    }
    char sender[300], recipient[300];
    snprintf(sender, sizeof(sender), "<%s>", from);
    snprintf(recipient, sizeof(recipient), "<%s>", to);
    struct curl_slist *recipients = curl_slist_append(NULL, recipient);
    s->mail.data = data;
    s->mail.len = len;
    s->mail.sent = 0;
    s->stage = STAGE_BEFORE;
    s->leaving = false;
    s->reply[0] = '\0';
    curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(s->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)len);
    CURLcode code = recipients ? curl_easy_perform(s->curl) : CURLE_OUT_OF_MEMORY;
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
    if (code == CURLE_OK) {
        return SMTP_SENT;
    }
    enum smtp_outcome outcome = judge(s, code, why);
    if (outcome == SMTP_DOWN) {
        smtp_hang_up(s);
    }
    return outcome;
}
