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

static void release(void *buf) {
    buf_release(buf);
}

/* The mail that is being handed over, for mail_give_up(). */
static struct job *sending;

/* State SENT or SKIPPED; token: of the link that turns such mail off, or NULL. */
static enum job_end finish(struct job *job, const char *state, const char *token) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *digest = NULL;
    if (token) {
        crypto_sha256(token, strlen(token), hash);
        digest = db_bytes(job->arena, hash, sizeof(hash));
    }
    job_with(job, (struct db_call){SQL_MAIL_FINISH(job->mail_id, state, digest)});
    return JOB_DONE;
}

void mail_dead(struct job *job) {
    job_with(job, (struct db_call){SQL_MAIL_DEAD(job->mail_id)});
}

/* Unlike other work a mail is not left at once when the worker is to stop: it would be sent twice. */
bool mail_give_up(void) {
    return jobs_give_up() || (sending && !job_goes_on(sending) && sending->stop != JOB_GIVE_BACK);
}

static void add(struct mail_words *w, const char *name, const char *value) {
    if (value && w->nparams < (int)(sizeof(w->params) / sizeof(w->params[0]))) {
        w->params[w->nparams++] = (struct mail_param){name, value};
    }
}

/* What the caller sealed comes first and so wins. NULL, or why there will never be words. */
static const char *read_words(struct job *job, const struct db_rows *rows, struct mail_words *w) {
    const char *sealed = db_str(rows, 0, COL_SEALED), *exercise = db_str(rows, 0, COL_EXERCISE_ID);
    *w = (struct mail_words){
        .kind = db_str(rows, 0, COL_KIND), .base_url = jobs_config.base_url, .lang = lang_of(db_str(rows, 0, COL_LANGUAGE))};
    if (sealed) {
        w->nparams = mail_params_open(job->arena, db_str(rows, 0, COL_RECIPIENT), sealed, w->params);
        if (w->nparams < 0) {
            return "The mail's parameters do not open with any key.";
        }
    }
    add(w, "name", db_str(rows, 0, COL_NAME));
    add(w, "organization", db_str(rows, 0, COL_ORGANIZATION));
    if (str_eq(w->kind, "invitation")) { /* without a name it was the platform that invited */
        add(w, "inviter", say(job->arena, w->lang, W_MAIL_INSTALLATION));
    }
    if (!db_null(rows, 0, COL_ROLE)) {
        add(w, "role", say(job->arena, w->lang, W_MAIL_ROLE(db_str(rows, 0, COL_ROLE))));
    }
    add(w, "person", db_str(rows, 0, COL_PERSON));
    add(w, "time", db_iso(job->arena, db_str(rows, 0, COL_QUEUED_AT)));
    add(w, "title", db_str(rows, 0, COL_TITLE));
    add(w, "ends", db_iso(job->arena, db_str(rows, 0, COL_ENDS_AT)));
    add(w, "receipt", db_str(rows, 0, COL_RECEIPT));
    if (!db_null(rows, 0, COL_ACCURACY)) {
        add(w, "accuracy", say_percent(job->arena, w->lang, (double)db_int(rows, 0, COL_ACCURACY) / 100));
    }
    if (exercise) {
        add(w, "url", arena_printf(job->arena, "%s/exercises/%s/result", w->base_url, exercise));
    } else if (db_str(rows, 0, COL_PERSON)) {
        add(w, "url", arena_printf(job->arena, "%s/settings/team", w->base_url));
    }
    return NULL;
}

enum smtp_outcome mail_deliver(struct job *job, const char *name, const char *to, const struct buf *out, char why[SMTP_WHY_SIZE]) {
    struct jobs *j = job->worker;
    if (j->smtp) {
        sending = job;
        enum smtp_outcome outcome = smtp_send(j->smtp, j->sender.address, to, out->data, out->len, why);
        sending = NULL;
        return outcome;
    }
    snprintf(why, SMTP_WHY_SIZE, "The mail could not be written to the outbox folder.");
    return outbox_write(jobs_config.outbox_dir, name, out->data, out->len) ? SMTP_SENT : SMTP_DOWN;
}

/* While the server is down one mail after a pause tries it, and the others keep their attempts. */
static void rest(struct job *job, enum smtp_outcome outcome) {
    const struct db_call call = {SQL_REST(job->kind->name, outcome == SMTP_DOWN ? "true" : "false")};
    if (outcome == SMTP_DOWN || job->resting) {
        db_run(job->worker->db, job->arena, &call, 1);
    }
}

static enum job_end judge(struct job *job, enum smtp_outcome outcome, const struct mail_words *w, const char *token, const char *why) {
    if (outcome == SMTP_DOWN && (job->stop != JOB_GOES_ON || jobs_stopping())) {
        return JOB_STOPPED;
    }
    rest(job, outcome);
    jobs_count_mail(outcome == SMTP_SENT ? JOB_MAIL_SENT : outcome == SMTP_REFUSED ? JOB_MAIL_REFUSED : JOB_MAIL_FAILED);
    switch (outcome) {
    case SMTP_SENT:
        log_info("mail: %s %s", w->kind, job->worker->smtp ? "sent" : "written to the outbox folder");
        return finish(job, "SENT", token);
    case SMTP_REFUSED: return job_refuse(job, why);
    default: return job_retry(job, why);
    }
}

static enum job_end send_words(struct job *job, const char *to, const struct mail_words *w, const char *token) {
    struct message m = {.from = &job->worker->sender, .to = to, .id = job->mail_id, .date_us = clock_now_us()};
    struct mail_parts *parts = arena_alloc(job->arena, sizeof(*parts)); /* it is released with the arena, after we have returned */
    struct buf *out = arena_alloc(job->arena, sizeof(*out));
    char *why = arena_alloc(job->arena, SMTP_WHY_SIZE);
    if (token) { /* RFC 8058 wants an address that a POST turns it off with; the link in the text has its token behind # */
        m.one_click_url = arena_printf(job->arena, "%s/api/public/unsubscribe?token=%s", w->base_url, token);
    }
    buf_init(out, MAX_MESSAGE);
    arena_cleanup(job->arena, release, out);
    const char *problem = mail_render(job->arena, w, parts);
    if (!problem && !message_write(out, &m, parts)) {
        problem = "The mail's address or headers are not sound.";
    }
    return problem ? job_refuse(job, problem) : judge(job, mail_deliver(job, job->mail_id, to, out, why), w, token, why);
}

enum job_end mail_run(struct job *job) {
    struct db_rows rows;
    struct mail_words words;
    char token[CRYPTO_TOKEN_SIZE];
    const struct db_call get = {SQL_MAIL_GET(job->mail_id), .rows = &rows};
    if (job_run(job, &get, 1) != OK) {
        return job_trouble(job);
    }
    if (rows.n == 0 || !db_bool(&rows, 0, COL_WANTED)) {
        return finish(job, "SKIPPED", NULL);
    }
    const char *problem = read_words(job, &rows, &words);
    if (problem) {
        return job_refuse(job, problem);
    }
    if (db_str(&rows, 0, COL_TOPIC)) {
        crypto_token(token);
        words.off_url = arena_printf(job->arena, "%s/unsubscribe#token=%s", words.base_url, token);
    }
    return send_words(job, db_str(&rows, 0, COL_RECIPIENT), &words, words.off_url ? token : NULL);
}
