/*
 * audit_head.c - the job "audit_head", once a day: one digest over the ends of all audit logs, signed, goes where this server cannot change
 * it: into the log (and so to the machine's syslog with LOG=syslog), and as a mail to AUDIT_HEAD_MAIL.
 *
 * A worker that is killed between its steps leaves an anchor that is not signed or not sent, and the next one goes on there: what was
 * handed out once may be handed out again, and says the same.
 */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/sign.h"
#include "common/html/hwrite.h"
#include "queries_jobs.h"

#include <stdio.h>

#define MAX_MESSAGE (64 * 1024)
#define NAME "muster-audit-head 1"

static bool has_key;

bool audit_head_load(const char *path, char *err, size_t size) {
    has_key = *path && sign_load(path, err, size);
    return has_key || !*path;
}

/* One line of words, the last of which signs all before it. The reader of instance.sh audit-verify asks for this form. */
static const char *make_statement(struct arena *a, const struct db_rows *rows, int i) {
    char public[SIGN_PUBLIC_SIZE], name[SIGN_NAME_SIZE], signature[SIGN_SIZE];
    sign_public(public);
    sign_name(public, name);
    const char *text = arena_printf(a, NAME " number=%s made=%s organisations=%s erased=%s entries=%s previous=%s digest=%s key=%s",
                                    db_str(rows, i, COL_NUMBER), db_str(rows, i, COL_MADE), db_str(rows, i, COL_ORGANISATIONS),
                                    db_str(rows, i, COL_ERASED), db_str(rows, i, COL_ENTRIES), db_str(rows, i, COL_PREVIOUS),
                                    db_str(rows, i, COL_DIGEST), name);
    sign_text(text, signature);
    return arena_printf(a, "%s signature=%s", text, signature);
}

static void release(void *buf) {
    buf_release(buf);
}

#define BEFORE                                                                                                                             \
    "This is the end of the audit logs of all organisations on %s, as one signed digest. Keep this mail: whoever changes the logs "        \
    "afterwards, on the server itself, cannot change it."
#define BEHIND "To check the logs against it: save this mail in a file, and run \"instance.sh audit-verify FILE\" on the server."

/* A word a line, so that no mail program breaks one. */
static void write_parts(struct arena *a, struct mail_parts *parts, const char *statement) {
    struct hwrite w;
    char *lines = arena_strdup(a, statement);
    for (char *c = strchr(lines + strlen(NAME), ' '); c; c = strchr(c, ' ')) {
        *c = '\n';
    }
    buf_init(&parts->text, MAX_MESSAGE);
    buf_init(&parts->html, MAX_MESSAGE);
    arena_cleanup(a, release, &parts->text);
    arena_cleanup(a, release, &parts->html);
    buf_printf(&parts->text, BEFORE "\n\n%s\n\n" BEHIND "\n", jobs_config.base_url, lines);
    hw_init(&w, &parts->html);
    hw_constant(&w, "<!DOCTYPE html>");
    hw_open(&w, "html", "lang", "en", NULL);
    hw_void(&w, "meta", "charset", "utf-8", NULL);
    hw_elem(&w, "title", parts->subject);
    hw_open(&w, "body", NULL);
    hw_elem(&w, "p", arena_printf(a, BEFORE, jobs_config.base_url));
    hw_elem(&w, "pre", lines);
    hw_elem(&w, "p", BEHIND);
    hw_close(&w, "body");
    hw_close(&w, "html");
}

/* The same number of the same database is the same mail. */
static void mail_id(const char *digest, char out[37]) {
    snprintf(out, 37, "%.8s-%.4s-4%.3s-8%.3s-%.12s", digest, digest + 8, digest + 12, digest + 16, digest + 20);
}

static enum smtp_outcome send_statement(struct job *job, const struct db_rows *rows, int i, const char *statement,
                                        char why[SMTP_WHY_SIZE]) {
    struct arena *a = job->arena;
    const char *number = db_str(rows, i, COL_NUMBER);
    struct mail_parts *parts = arena_alloc(a, sizeof(*parts));
    struct buf *out = arena_alloc(a, sizeof(*out));
    char id[37];
    mail_id(db_str(rows, i, COL_DIGEST), id);
    struct message m = {.from = &job->worker->sender, .to = jobs_config.audit_head_mail, .id = id, .date_us = clock_now_us()};
    buf_init(out, 2 * MAX_MESSAGE);
    arena_cleanup(a, release, out);
    parts->subject = arena_printf(a, "Muster audit head %s", number);
    write_parts(a, parts, statement);
    if (!message_write(out, &m, parts)) {
        snprintf(why, SMTP_WHY_SIZE, "The mail's address or headers are not sound.");
        return SMTP_REFUSED;
    }
    return mail_deliver(job, arena_printf(a, "audit-head-%s", number), m.to, out, why);
}

static enum err note(struct job *job, const char *number, const char *statement, bool sent) {
    const struct db_call call = {SQL_AUDIT_ANCHOR_NOTE(number, statement, sent ? "true" : "false")};
    return job_run(job, &call, 1);
}

/* One anchor; OK, or why is what job_retry() is told. */
static const char *hand_out(struct job *job, const struct db_rows *rows, int i) {
    const char *number = db_str(rows, i, COL_NUMBER), *statement = db_str(rows, i, COL_STATEMENT);
    char *why = arena_alloc(job->arena, SMTP_WHY_SIZE);
    bool mails = *jobs_config.audit_head_mail;
    if (!statement) {
        statement = make_statement(job->arena, rows, i);
        log_warn("audit: %s", statement);
        if (note(job, number, statement, !mails) != OK) {
            return "A statement failed; the log has the reason.";
        }
    }
    if (mails && send_statement(job, rows, i, statement, why) != SMTP_SENT) {
        return why;
    }
    return note(job, number, NULL, true) == OK ? NULL : "A statement failed; the log has the reason.";
}

enum job_end audit_head_run(struct job *job) {
    struct db_rows rows;
    const struct db_call calls[] = {{SQL_AUDIT_ANCHOR_MAKE()}, {SQL_AUDIT_ANCHOR_TODO(), .rows = &rows}};
    if (!has_key) {
        return job_refuse(job, "There is no key to sign the audit head with.");
    }
    if (job_run(job, calls, 1) != OK || job_run(job, calls + 1, 1) != OK) {
        return job_trouble(job);
    }
    for (int i = 0; i < rows.n; i++) {
        const char *why = hand_out(job, &rows, i);
        if (why) {
            return job->stop != JOB_GOES_ON || jobs_stopping() ? JOB_STOPPED : job_retry(job, why);
        }
    }
    return JOB_DONE;
}

/* ---- for whoever checks, on the server ---- */

int audit_head_key(const char *path) {
    char err[400], public[SIGN_PUBLIC_SIZE];
    if (!crypto_init() || !sign_load(path, err, sizeof(err))) {
        fprintf(stderr, "%s\n", crypto_init() ? err : "no source of randomness");
        return 1;
    }
    sign_public(public);
    sign_wipe();
    puts(public);
    return 0;
}

int audit_head_check(char *const *keys) {
    char text[1200], name[SIGN_NAME_SIZE];
    size_t len = fread(text, 1, sizeof(text) - 1, stdin);
    text[len] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    char *signature = strstr(text, " signature=");
    if (!signature || !crypto_init()) {
        return 1;
    }
    *signature = '\0';
    for (; *keys; keys++) {
        if (sign_check(text, signature + strlen(" signature="), *keys) && sign_name(*keys, name)) {
            puts(name);
            return 0;
        }
    }
    return 1;
}
