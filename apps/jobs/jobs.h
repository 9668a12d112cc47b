/*
 * jobs.h - what the files of the worker share.
 *
 * The worker does what no request waits for: it takes jobs from the queue (sql/code/jobs), one at a time, and there are several workers.
 * A new kind of job is a row of the table in kinds.c and a function that does it; a new mail is a row of the table in templates.c.
 */
#ifndef MUSTER_APPS_JOBS_JOBS_H
#define MUSTER_APPS_JOBS_JOBS_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/db/db.h"
#include "common/json/jread.h"
#include "common/json/jwrite.h"
#include "common/mail/mail.h"
#include "common/net/smtp.h"
#include "common/words/words.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jobs_config {
    const char *database_url, *base_url, *log_level, *secret_key_file;
    const char *smtp_url, *smtp_user, *smtp_password_file, *smtp_tls, *smtp_ca_file;
    int64_t smtp_timeout, processes;
    const char *mail_from;  /* address, or name <address> */
    const char *outbox_dir; /* where mails go without a server */
    const char *metrics_file;
    const char *audit_key_file, *audit_head_mail; /* "": none */
};
extern struct jobs_config jobs_config;

/* Both parts of mail_from, and the host of base_url. */
struct sender {
    const char *name; /* "": none */
    const char *address;
    const char *host;
};

#define JOB_MAX_KINDS 32
#define JOB_MAX_WITH 8
#define JOB_MAX_RESULT (16 * 1024) /* of a result, in bytes; as the table has it */

/* One worker. */
struct jobs {
    struct db *db;
    struct arena *arena; /* of the running job */
    int64_t workers;     /* how many there are */
    struct smtp *smtp;   /* NULL: mails become files */
    struct sender sender;
    bool scheduled;                /* what recurs was asked for since the start */
    size_t turn;                   /* the kind that is looked for first: the one behind the last that was found */
    char after[JOB_MAX_KINDS][37]; /* of each kind the organisation that was served last */
};

/* How an attempt ended. */
enum job_end {
    JOB_DONE,    /* it did what it should */
    JOB_RETRY,   /* it failed; another attempt may do better: job_retry() */
    JOB_REFUSED, /* it failed, and always would: job_refuse() */
    JOB_STOPPED  /* it was to stop and did: job->stop says why */
};

enum job_stop {
    JOB_GOES_ON,
    JOB_CANCELLED, /* somebody does not want it any more: it ends for good */
    JOB_LOST,      /* the lease ran out and another worker has it: nothing of this attempt may be recorded */
    JOB_GIVE_BACK  /* this worker ends: another one goes on, at once, and the attempt does not count */
};

struct job {
    struct jobs *worker;
    const struct job_kind *kind;
    struct arena *arena; /* memory until the job's end */
    const char *id, *attempt, *org_id, *mail_id;
    struct json_object *payload; /* an object: ids and settings */
    bool last;                   /* when this attempt fails there is no other */
    bool resting;                /* the kind's server was away, and nobody knows yet whether it is back */
    enum job_stop stop;
    /* Private, see the functions below. */
    const char *why;
    struct buf *result_text;
    struct jwrite *result;
    int64_t beat_us;
    struct db_call with[JOB_MAX_WITH];
    size_t nwith;
};

/* A kind of job. Times are in seconds. */
struct job_kind {
    const char *name;
    enum job_end (*run)(struct job *job);
    /* Adds to the transaction in which the job ends for good without having been done, with job_with(): what was taken for it is given
     * back here. A dead letter that is put back into the queue may die again. NULL: nothing to do. */
    void (*dead)(struct job *job);
    int lease;       /* how long a worker may be silent; job_progress() and job_goes_on() begin it anew */
    int at_once;     /* how many may run at once, over all workers; 0: as many as there are workers */
    bool waits;      /* for somebody else's server: all such kinds together leave one worker to the others */
    int first, most; /* the pause after a failure, which doubles, and the longest */
    int every;       /* for the platform, again and again; 0: when somebody queues it, who then says how many attempts it has */
    int attempts;    /* of what recurs */
};

/* Ends with a row without a name. */
extern const struct job_kind job_kinds[];

/* ---- processes.c ---- */

/* Runs work(arg) in n processes, at most 64, and again in another one whenever it returns or is killed. Returns after SIGTERM or SIGINT,
 * when all of them have ended. */
void processes_keep(int n, int (*work)(void *arg), void *arg);

/* ---- queue.c ---- */

/* Takes what is due and does it until nothing is or a signal came. Returns the milliseconds until there may be more. */
int jobs_run_due(struct jobs *j);
/* SIGTERM and SIGINT stop the worker: no job is begun any more. Blocks them and puts them into stop. */
void jobs_handle_signals(sigset_t *stop);
bool jobs_stopping(void);
/* Whether a stop has waited long enough for something that cannot be interrupted without loss. */
bool jobs_give_up(void);

/* ---- job.c: what a kind's function has at hand ---- */

/* Runs statements in one transaction, inside the job's organisation. */
enum err job_run(struct job *job, const struct db_call *calls, size_t n);
/* Says how far the job is (0 to 100, and a few words or NULL) and that it lives. False: stop, undo nothing, and return JOB_STOPPED. May be
 * called as often as one likes; the database is asked once a second. */
bool job_progress(struct job *job, int percent, const char *text);
/* The same without news, for callbacks of whoever makes us wait: the database is asked every five seconds. */
bool job_goes_on(struct job *job);
/* One more statement for the transaction that ends the job: it takes effect when the job is done by this attempt, or not at all. */
void job_with(struct job *job, struct db_call call);
/* Where the result goes, one JSON value of at most JOB_MAX_RESULT bytes, seen by whoever may see the job. */
struct jwrite *job_result(struct job *job);
/* Return these. why: a sentence that whoever may see the job is shown (rule B6). */
enum job_end job_retry(struct job *job, const char *why);
enum job_end job_refuse(struct job *job, const char *why);
/* For a statement that failed; the log has the reason. */
enum job_end job_trouble(struct job *job);
/* How many attempts ended how, and what became of mails, in metrics_file: all workers count in it. */
void jobs_count_begin(const char *path);
enum job_mail { JOB_MAIL_SENT, JOB_MAIL_REFUSED, JOB_MAIL_FAILED, JOB_MAIL_COUNT };
void jobs_count_mail(enum job_mail what);
/* Records the end. */
enum err job_end(struct job *job, enum job_end end);

/* ---- mail.c, retention.c, endings.c, outbox.c, factor.c: the kinds ---- */

enum job_end mail_run(struct job *job);
void mail_dead(struct job *job);
/* Asked while a server makes us wait: true ends the attempt. */
bool mail_give_up(void);
/* Hands a mail over: to the server, or into the file of this name without one. */
enum smtp_outcome mail_deliver(struct job *job, const char *name, const char *to, const struct buf *out, char why[SMTP_WHY_SIZE]);
enum job_end retention_run(struct job *job);
enum job_end outbox_run(struct job *job);
enum job_end factor_reset_run(struct job *job);
enum job_end endings_run(struct job *job);

/* ---- audit_head.c ---- */

enum job_end audit_head_run(struct job *job);
/* The key that signs; "" is none. Before the sandbox closes. */
bool audit_head_load(const char *path, char *err, size_t size);
/* Prints the public part of the key in a file. */
int audit_head_key(const char *path);
/* Whether one of these public keys, NULL-terminated, has signed the statement on standard input; prints the key's name. */
int audit_head_check(char *const *keys);

/* ---- words.c: which sentences a mail has ---- */

struct template {
    const char *kind;
    enum words_id subject, lines[8]; /* 0 at the end */
    enum words_id link;              /* the line that is one; 0: none */
    const char *page;                /* of this installation, for the link; NULL: the parameter url */
};

/* NULL: there is no such mail. */
const struct template *template_of(const char *kind);

/* ---- templates.c, message.c: from words to bytes; no input or output ---- */

struct mail_words {
    const char *kind, *base_url;
    enum lang lang; /* of whoever gets it */
    struct mail_param params[MAIL_MAX_PARAMS + 12];
    int nparams;
    const char *off_url; /* optional mail: the page that turns it off; else NULL */
};

struct mail_parts {
    const char *subject;
    struct buf text, html; /* released with the arena */
};

/* Fills parts, which must live as long as the arena, or returns a sentence that says what is wrong with the words: trying again makes no
 * sense then. */
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
