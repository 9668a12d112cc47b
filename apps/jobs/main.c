/* main.c - the workers: settings, checks, and the loop that runs what is due and then sleeps. No HTTP. */
#include "apps/jobs/jobs.h"
#include "common/base/cfg.h"
#include "common/base/log.h"
#include "common/base/sandbox.h"
#include "common/base/str.h"
#include "common/base/version.h"
#include "common/crypto/crypto.h"
#include "common/crypto/seal.h"
#include "queries_jobs.h"

#include <stdio.h>

struct jobs_config jobs_config;

static const char *const log_levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const tls_levels[] = {
    [SMTP_TLS_REQUIRED] = "required", [SMTP_TLS_OPPORTUNISTIC] = "opportunistic", [SMTP_TLS_OFF] = "off", NULL};
static const struct cfg_row rows[] = {
    {.name = "BASE_URL",
     .type = CFG_STR,
     .out = &jobs_config.base_url,
     .dflt = "http://localhost:8080",
     .min = 8,
     .max = 200,
     .help = "Public address of the installation; links in mails begin with it."},
    {.name = "DATABASE_URL",
     .type = CFG_STR,
     .out = &jobs_config.database_url,
     .dflt = "",
     .max = 1000,
     .help = "libpq connection string of the worker's role."},
    {.name = "JOBS_PROCESSES",
     .type = CFG_INT,
     .out = &jobs_config.processes,
     .dflt = "2",
     .min = 2,
     .max = 64,
     .help = "How many workers there are."},
    {.name = "LOG_LEVEL",
     .type = CFG_ENUM,
     .out = &jobs_config.log_level,
     .dflt = "warn",
     .values = log_levels,
     .help = "Least level that is logged."},
    {.name = "SECRET_KEY_FILE",
     .type = CFG_STR,
     .out = &jobs_config.secret_key_file,
     .dflt = "",
     .max = 1000,
     .help = "File with the keys that seal what mails say."},
    {.name = "OUTBOX_DIR",
     .type = CFG_STR,
     .out = &jobs_config.outbox_dir,
     .dflt = "outbox",
     .min = 1,
     .max = 1000,
     .help = "Folder for mails when there is no server."},
    {.name = "METRICS_FILE",
     .type = CFG_STR,
     .out = &jobs_config.metrics_file,
     .dflt = "",
     .max = 4000,
     .help = "File in which the workers count; empty at their start."},
    {.name = "AUDIT_KEY_FILE",
     .type = CFG_STR,
     .out = &jobs_config.audit_key_file,
     .dflt = "",
     .max = 1000,
     .help = "File with the key that signs the daily audit head."},
    {.name = "AUDIT_HEAD_MAIL",
     .type = CFG_STR,
     .out = &jobs_config.audit_head_mail,
     .dflt = "",
     .max = 254,
     .help = "Address that the daily audit head is mailed to."},
    {.name = "SMTP_URL",
     .type = CFG_STR,
     .out = &jobs_config.smtp_url,
     .dflt = "",
     .min = 8,
     .max = 300,
     .help = "The server that takes mail; without one mails are written to files."},
    {.name = "SMTP_USER",
     .type = CFG_STR,
     .out = &jobs_config.smtp_user,
     .dflt = "",
     .max = 200,
     .help = "Name to sign in with at the server."},
    {.name = "SMTP_PASSWORD_FILE",
     .type = CFG_STR,
     .out = &jobs_config.smtp_password_file,
     .dflt = "",
     .max = 1000,
     .help = "File whose first line is the password; nobody else may read it."},
    {.name = "SMTP_TLS",
     .type = CFG_ENUM,
     .out = &jobs_config.smtp_tls,
     .dflt = "required",
     .values = tls_levels,
     .help = "Whether mail leaves encrypted."},
    {.name = "SMTP_CA_FILE",
     .type = CFG_STR,
     .out = &jobs_config.smtp_ca_file,
     .dflt = "",
     .max = 1000,
     .help = "Certificates of the authorities that the server's certificate may come from."},
    {.name = "SMTP_TIMEOUT",
     .type = CFG_INT,
     .out = &jobs_config.smtp_timeout,
     .dflt = "30",
     .min = 1,
     .max = 600,
     .help = "Seconds that handing over one mail may take."},
    {.name = "MAIL_FROM",
     .type = CFG_STR,
     .out = &jobs_config.mail_from,
     .dflt = "",
     .max = 300,
     .help = "Sender: an address, or a name and <address>."},
    {0},
};

static int index_of(const char *value, const char *const *list) {
    int i = 0;
    while (list[i] && !str_eq(list[i], value)) {
        i++;
    }
    return i;
}

/* Without a server nobody answers these mails, so that any address will do. */
static bool read_sender(struct arena *a, struct sender *out, char *err, size_t size) {
    const char *from = jobs_config.mail_from;
    if (!*from && *jobs_config.smtp_url) {
        snprintf(err, size, "SMTP_URL needs MAIL_FROM, the sender's address.");
        return false;
    }
    if (!sender_parse(a, *from ? from : "Muster <muster@localhost.localdomain>", jobs_config.base_url, out)) {
        snprintf(err, size, "MAIL_FROM must be an address or a name with an <address>.");
        return false;
    }
    return true;
}

static bool read_settings(struct arena *a, struct sender *sender, struct smtp_config *smtp, char *err, size_t size) {
    if (!cfg_load(rows, err, size) || !read_sender(a, sender, err, size)) {
        return false;
    }
    if (*jobs_config.audit_head_mail && !str_is_email(jobs_config.audit_head_mail)) {
        snprintf(err, size, "AUDIT_HEAD_MAIL must be an e-mail address.");
        return false;
    }
    *smtp = (struct smtp_config){.url = jobs_config.smtp_url,
                                 .hello = sender->host,
                                 .user = jobs_config.smtp_user,
                                 .password_file = jobs_config.smtp_password_file,
                                 .ca_file = jobs_config.smtp_ca_file,
                                 .tls = (enum smtp_tls)index_of(jobs_config.smtp_tls, tls_levels),
                                 .timeout = jobs_config.smtp_timeout,
                                 .give_up = mail_give_up};
    return !*smtp->url || smtp_check(smtp, err, size);
}

static int fail(const char *why) {
    log_error("%s", why);
    return 1;
}

/* The folder of a file that is replaced while this runs; NULL when there is no file. */
static const char *folder_of(struct arena *a, const char *path) {
    const char *slash = strrchr(path, '/');
    return !slash ? NULL : slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

/* From here on: the keys, the outbox, and the way to a mail server when there is one; keeps: and the workers. */
static bool confine(struct arena *a, bool keeps, char *err, size_t size) {
    const struct sandbox rules = {
        .read = {seal_folder(a), folder_of(a, jobs_config.smtp_password_file), folder_of(a, jobs_config.smtp_ca_file)},
        .write = {jobs_config.outbox_dir},
        .internet = *jobs_config.smtp_url || db_over_network(jobs_config.database_url),
        .keeps = keeps};
    return sandbox_enter(&rules, err, size);
}

/* A broken statement must stop the process; a server that is not up yet must not. */
static int look_for_jobs(struct jobs *j) {
    sigset_t stop;
    jobs_handle_signals(&stop);
    if (db_ready(j->db) == ERR_INTERNAL) {
        return fail("a statement could not be prepared");
    }
    while (!jobs_stopping()) {
        int ms = jobs_run_due(j);
        if (!jobs_stopping()) {
            db_wait(j->db, ms, &stop);
        }
    }
    log_info("jobs: stopped");
    return 0;
}

struct setup {
    struct sender sender;
    struct smtp_config smtp;
};

/* One of the processes. */
static int work(void *arg) {
    const struct setup *s = arg;
    struct jobs j = {.arena = arena_new(64 * 1024), .workers = jobs_config.processes, .sender = s->sender};
    char err[600];
    if (!confine(j.arena, false, err, sizeof(err))) {
        return fail(err);
    }
    j.db = db_new(jobs_config.database_url, "jobs", jobs_stmts, STMT_COUNT);
    j.smtp = *s->smtp.url ? smtp_new(&s->smtp) : NULL;
    int rc = *s->smtp.url && !j.smtp ? fail("libcurl does not start") : look_for_jobs(&j);
    smtp_free(j.smtp);
    db_free(j.db);
    seal_wipe();
    arena_free(j.arena);
    return rc;
}

static int run(struct arena *settings, bool check) {
    struct setup s;
    char err[600];
    if (!read_settings(settings, &s.sender, &s.smtp, err, sizeof(err))) {
        return fail(err);
    }
    if (check) {
        return 0;
    }
    if (!crypto_init()) {
        return fail("no source of randomness");
    }
    if (!seal_load(jobs_config.secret_key_file, err, sizeof(err))) {
        return fail(err);
    }
    log_init("jobs", (enum log_level)index_of(jobs_config.log_level, log_levels));
    if (!audit_head_load(jobs_config.audit_key_file, err, sizeof(err))) {
        return fail(err);
    }
    jobs_count_begin(jobs_config.metrics_file);
    if (!confine(settings, true, err, sizeof(err))) {
        return fail(err);
    }
    processes_keep((int)jobs_config.processes, work, &s);
    seal_wipe();
    return 0;
}

/* --help prints the settings, --settings their names; --audit-key FILE, --audit-check PUBLIC_KEY...: see audit_head.c. --check: only says
 * whether the settings are sound; asked before an instance starts.
 */
int main(int argc, char **argv) {
    if (version_asked("jobs", argc, argv)) {
        return 0;
    }
    if (argc > 1 && str_eq(argv[1], "--settings")) {
        cfg_print_names(rows);
        return 0;
    }
    if (argc > 1 && str_eq(argv[1], "--help")) {
        cfg_print(rows);
        return 0;
    }
    if (argc > 2 && str_eq(argv[1], "--audit-key")) {
        return audit_head_key(argv[2]);
    }
    if (argc > 2 && str_eq(argv[1], "--audit-check")) {
        return audit_head_check(argv + 2);
    }
    struct arena *settings = arena_new(4096);
    log_init("jobs", LOG_INFO);
    int rc = run(settings, argc > 1 && str_eq(argv[1], "--check"));
    arena_free(settings);
    return rc;
}
