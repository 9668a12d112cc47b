/*
 * jobs.h - what the files of the worker share.
 *
 * The worker does what no request waits for: it takes jobs from the queue (sql/code/jobs), one at a time. A new kind of
 * job is a row of the table in queue.c and a function that does it; a new mail is a row of the table in templates.c.
 */
#ifndef MUSTER_APPS_JOBS_JOBS_H
#define MUSTER_APPS_JOBS_JOBS_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/db/db.h"
#include "common/mail/mail.h"
#include "common/net/smtp.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jobs_config {
    const char *database_url, *base_url, *log_level, *secret_key_file;
    const char *smtp_url, *smtp_user, *smtp_password_file, *smtp_tls, *smtp_ca_file;
    int64_t smtp_timeout;
    const char *mail_from;  /* address, or name <address> */
    const char *outbox_dir; /* where mails go without a server */
};
extern struct jobs_config jobs_config;

/* Both parts of mail_from, and the host of base_url. */
struct sender {
    const char *name; /* "": none */
    const char *address;
    const char *host;
};

struct jobs {
    struct db *db;
    struct arena *arena; /* of the running job */
    struct smtp *smtp;   /* NULL: mails become files */
    struct sender sender;
    int64_t mail_rests_until, mail_rest; /* the server was down: monotonic time of the next try, length of the pause; microseconds */
    bool scheduled;                      /* what recurs was asked for since the start */
};

struct job {
    const char *id, *attempt, *org_id, *mail_id;
};

/* ---- queue.c ---- */

/* Takes what is due and does it until nothing is or a signal came. Returns the milliseconds until there may be more. */
int jobs_run_due(struct jobs *j);
/* SIGTERM and SIGINT stop the worker: the running job is finished, no other is begun. Blocks them and puts them into stop. */
void jobs_handle_signals(sigset_t *stop);
bool jobs_stopping(void);
/* Whether an outside call should be given up, because a stop has waited for it long enough. */
bool jobs_give_up(void);

/* ---- mail.c, retention.c, outbox.c: the kinds. OK, or why the connection to the database failed. ---- */

enum err mail_run(struct jobs *j, const struct job *job);
enum err retention_run(struct jobs *j, const struct job *job);
enum err outbox_run(struct jobs *j, const struct job *job);
/* Records a failed attempt; permanent: there will be no other. */
enum err jobs_fail(struct jobs *j, const struct job *job, const char *why, bool permanent);

/* ---- templates.c, message.c: from words to bytes; no input or output ---- */

struct mail_words {
    const char *kind, *base_url;
    struct mail_param params[MAIL_MAX_PARAMS + 8];
    int nparams;
    const char *off_url; /* optional mail: the page that turns it off; else NULL */
};

struct mail_parts {
    const char *subject;
    struct buf text, html; /* released with the arena */
};

/* Fills parts, or returns a sentence that says what is wrong with the words: trying again makes no sense then. */
const char *mail_render(struct arena *a, const struct mail_words *words, struct mail_parts *parts);

struct message {
    const struct sender *from;
    const char *to, *id;       /* the mail's UUID: from it the Message-ID follows, so that a mail sent twice is known as one */
    const char *one_click_url; /* List-Unsubscribe (RFC 8058), or NULL */
    int64_t date_us;
};

/* "Name <address>" or an address; false when it is neither, or could break out of a header. */
bool sender_parse(struct arena *a, const char *mail_from, const char *base_url, struct sender *out);
/* The whole mail as RFC 5322 and 2045 want it; false when an address or a header value is unsound. */
bool message_write(struct buf *out, const struct message *m, const struct mail_parts *parts);

/* ---- outbox.c: mails as files ---- */

bool outbox_write(const char *dir, const char *id, const char *data, size_t len);
/* Removes files older than 30 days. */
void outbox_sweep(const char *dir);

#endif
