/*
 * mail.c - the job "mail": reads what is to be said, says it, and records that it was said.
 *
 * Between the server's 250 and our commit lies one round trip to the database. A worker killed there has sent a mail that nobody
 * knows of: after the lease the next one sends it again, with the same Message-ID, by which mail programs recognise it. The other order,
 * recording first, would lose mails instead. A database that is away at that moment is waited for.
 */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "queries_jobs.h"

#include <stdio.h>

#define MAX_MESSAGE (256 * 1024)
#define REST_FIRST_US 1000000
#define REST_MAX_US 60000000
#define RECORD_TRIES 100 /* at 200 ms */

static void release(void *buf) {
    buf_release(buf);
}

/* State SENT or SKIPPED; token: of the link that turns such mail off, or NULL. */
static enum err finish(struct jobs *j, const struct job *job, const char *state, const char *token) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *digest = NULL;
    sigset_t none;
    sigemptyset(&none);
    if (token) {
        crypto_sha256(token, strlen(token), hash);
        digest = db_bytes(j->arena, hash, sizeof(hash));
    }
    const struct db_call calls[] = {
        {.stmt = STMT_ENTER, .args = {job->org_id, "", "system", job->id}},
        {.stmt = STMT_MAIL_FINISH, .args = {job->id, job->attempt, job->mail_id, state, digest}},
    };
    enum err e = db_run(j->db, j->arena, calls, 2);
    for (int i = 0; e == ERR_UNAVAILABLE && i < RECORD_TRIES; i++) {
        db_wait(j->db, 200, &none);
        e = db_run(j->db, j->arena, calls, 2);
    }
    if (e != OK) {
        log_error("mail: it could not be recorded that the mail is %s; it may be sent again", state);
    }
    return e;
}

static void add(struct mail_words *w, const char *name, const char *value) {
    if (value && w->nparams < (int)(sizeof(w->params) / sizeof(w->params[0]))) {
        w->params[w->nparams++] = (struct mail_param){name, value};
    }
}

/* What the caller sealed comes first and so wins. NULL, or why there will never be words. */
static const char *read_words(struct jobs *j, const struct db_rows *rows, struct mail_words *w) {
    const char *sealed = db_str(rows, 0, "sealed"), *exercise = db_str(rows, 0, "exercise_id");
    *w = (struct mail_words){.kind = db_str(rows, 0, "kind"), .base_url = jobs_config.base_url};
    if (sealed) {
        w->nparams = mail_params_open(j->arena, db_str(rows, 0, "recipient"), sealed, w->params);
        if (w->nparams < 0) {
            return "The mail's parameters do not open with any key.";
        }
    }
    add(w, "name", db_str(rows, 0, "name"));
    add(w, "organization", db_str(rows, 0, "organization"));
    add(w, "person", db_str(rows, 0, "person"));
    add(w, "time", db_iso(j->arena, db_str(rows, 0, "queued_at")));
    add(w, "title", db_str(rows, 0, "title"));
    if (!db_null(rows, 0, "accuracy")) {
        add(w, "accuracy", arena_printf(j->arena, "%s %%", db_str(rows, 0, "accuracy")));
    }
    if (exercise) {
        add(w, "url", arena_printf(j->arena, "%s/exercises/%s/result", w->base_url, exercise));
    } else if (db_str(rows, 0, "person")) {
        add(w, "url", arena_printf(j->arena, "%s/settings/team", w->base_url));
    }
    return NULL;
}

static enum smtp_outcome deliver(struct jobs *j, const struct job *job, const char *to, const struct buf *out, char why[SMTP_WHY_SIZE]) {
    if (j->smtp) {
        return smtp_send(j->smtp, j->sender.address, to, out->data, out->len, why);
    }
    snprintf(why, SMTP_WHY_SIZE, "The mail could not be written to the outbox folder.");
    return outbox_write(jobs_config.outbox_dir, job->mail_id, out->data, out->len) ? SMTP_SENT : SMTP_DOWN;
}

/* While the server is down one mail after a pause tries it, and the others keep their attempts. */
static void rest(struct jobs *j, enum smtp_outcome outcome) {
    if (outcome == SMTP_DOWN) {
        j->mail_rest = j->mail_rest == 0 ? REST_FIRST_US : j->mail_rest * 2 < REST_MAX_US ? j->mail_rest * 2 : REST_MAX_US;
        j->mail_rests_until = clock_mono_us() + j->mail_rest;
    } else {
        j->mail_rest = j->mail_rests_until = 0;
    }
}

static enum err send_words(struct jobs *j, const struct job *job, const char *to, const struct mail_words *w, const char *token) {
    struct message m = {.from = &j->sender, .to = to, .id = job->mail_id, .date_us = clock_now_us()};
    struct mail_parts parts;
    struct buf *out = arena_alloc(j->arena, sizeof(*out));
    char why[SMTP_WHY_SIZE] = "";
    if (token) {
        m.one_click_url = arena_printf(j->arena, "%s/api/public/unsubscribe?token=%s", w->base_url, token);
    }
    buf_init(out, MAX_MESSAGE);
    arena_cleanup(j->arena, release, out);
    const char *problem = mail_render(j->arena, w, &parts);
    if (!problem && !message_write(out, &m, &parts)) {
        problem = "The mail's address or headers are not sound.";
    }
    if (problem) {
        return jobs_fail(j, job, problem, true);
    }
    enum smtp_outcome outcome = deliver(j, job, to, out, why);
    rest(j, outcome);
    if (outcome != SMTP_SENT) {
        return jobs_fail(j, job, why, outcome == SMTP_REFUSED);
    }
    enum err e = finish(j, job, "SENT", token);
    log_info("mail: %s %s", w->kind, j->smtp ? "sent" : "written to the outbox folder");
    return e;
}

enum err mail_run(struct jobs *j, const struct job *job) {
    struct db_rows rows;
    struct mail_words words;
    char token[CRYPTO_TOKEN_SIZE];
    const struct db_call calls[] = {
        {.stmt = STMT_ENTER, .args = {job->org_id, "", "system", job->id}},
        {.stmt = STMT_MAIL_GET, .args = {job->mail_id}, .rows = &rows},
    };
    enum err e = db_run(j->db, j->arena, calls, 2);
    if (e != OK) {
        return e;
    }
    if (rows.n == 0 || !db_bool(&rows, 0, "wanted")) {
        return finish(j, job, "SKIPPED", NULL);
    }
    const char *problem = read_words(j, &rows, &words);
    if (problem) {
        return jobs_fail(j, job, problem, true);
    }
    if (db_str(&rows, 0, "topic")) {
        crypto_token(token);
        words.off_url = arena_printf(j->arena, "%s/unsubscribe?token=%s", words.base_url, token);
    }
    return send_words(j, job, db_str(&rows, 0, "recipient"), &words, words.off_url ? token : NULL);
}
