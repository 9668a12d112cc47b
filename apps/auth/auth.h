/* auth.h - what the files of the auth family share. */
#ifndef MUSTER_APPS_AUTH_AUTH_H
#define MUSTER_APPS_AUTH_AUTH_H

#include "common/auth/attempt.h"
#include "common/base/email.h"
#include "common/crypto/crypto.h"
#include "common/web/web.h"
#include "queries_auth.h"

/* Settings of this family. */
struct auth_config {
    const char *signups;                                /* open or closed */
    const char *default_plan;                           /* of new organisations */
    int64_t limit_register;                             /* an hour and address */
    int64_t limit_signin_account, limit_signin_address; /* in 15 minutes */
    int64_t limit_account_mails;                        /* an hour and address that mail goes to */
    int64_t limit_invite_mails;                         /* a day and organisation */
    int64_t limit_invite_recipient;                     /* a day and address that mail goes to */
    int64_t limit_open_invitations;                     /* of an organisation, at a time */
    int64_t limit_first_mails;                          /* invitations of an organisation that nobody has joined */
    int64_t limit_export;                               /* an hour and person */
    const char *secret_key_file, *password_list;
    const char *smtp_url; /* "": none */
    bool mail;            /* mails leave the machine; otherwise whoever queues one returns its link to those who may have it */
};
extern struct auth_config auth_config;

extern const struct table auth_tables[];
/* What several resources reply. */
extern const struct shape third_party_shape, privacy_category_shape, organization_shape, me_shape;

#define SIGNIN_WINDOW 900
#define SESSION_SECONDS (14 * 24 * 3600)
#define SESSION_SECONDS_TEXT "1209600"

struct register_body {
    const char *email, *password, *first_name, *last_name, *organization, *invite_token;
    bool join_domain;
};
/* A token from a mail, and with it a password where one is set or asked for. */
struct link_body {
    const char *token, *password;
};
extern const struct field link_fields[];
/* The roles that an administrator gives. */
extern const char *const team_roles[];

/* Names the field when nobody should have this password: one that everybody tries, or that is made of what is known of the person. */
bool password_is_refused(struct resp *r, const char *field, const char *password, const char *const *known, size_t n);
/* Names the field when nobody, or not this person, should have the password: before it is known who it is with NULL, and then with the
 * row of password_get or link_person. */
bool password_refused(struct resp *r, const char *field, const char *password, const struct db_rows *person);

/* The server that mail is handed to; NULL: none. */
const char *mail_host(struct arena *a);
/* Writes the array of third parties: whom data is handed to, by what is configured. */
void third_parties_write(struct arena *a, struct jwrite *w, enum lang lang);
/* What a row of statement privacy_notice says in its column label, purpose, legal_basis, retention or erasure; as the table has it where
 * the catalogue has no words for the category. */
const char *category_say(struct arena *a, enum lang lang, const struct db_rows *notice, int row, enum db_column column);
/* Writes the array of categories from rows of statement privacy_notice, for programs: in English. */
void privacy_write(struct arena *a, struct jwrite *w, const struct db_rows *notice);

/* How an account may be stored whose address somebody types, as a statement argument. */
const char *spellings(struct arena *a, const char *email);
/* Whose attempts are counted: the account's, however its address is written. */
const char *account_key(struct arena *a, const char *email);
/* A page of ours with a new token behind #, where neither logs nor Referer see it; and the token's digest. */
struct link {
    const char *url, *hash;
};
struct link link_make(struct arena *a, const char *page);
/* The link with the address that it is for, which its page shows, for password managers too. */
const char *link_for(struct arena *a, const struct link *link, const char *email);
/* The statement that enters as whom a token from a mail belongs to. */
struct db_call link_enter(struct arena *a, const char *kind, const char *token);
/* Takes an attempt at something that a token opens; to be the first of a pipeline. */
struct db_call link_attempt(struct req *q, struct db_rows *rows);
/* The same as a list, to which more can be added. */
void link_attempts(struct req *q, struct attempts *all);
/* For the undo of a row: gives them back. */
void attempts_undo(struct req *q, const struct attempts *all);
/* 410 with a sentence that says what to do. */
enum err link_expired(struct resp *r);
/* An hour's mails to one address, whoever asks for them; first: whose attempts are asked before, in an hour too. mail_is_there(): there
 * were enough mails, so that the last one need not be sent again; nobody is told to wait because of what others asked for. */
struct db_call mail_attempt(struct req *q, struct attempt first, const char *kind, const char *to, struct db_rows *rows);
bool mail_is_there(const struct db_rows *rows);
/* The registration of somebody who may join by the domain of the address; hash: of the password. */
enum err join_domain(struct req *q, struct resp *r, const char *hash);
/* What is answered to it, and also to who asked for too many mails. */
enum err join_reply(const struct req *q, struct resp *r);
/* Whether mail leaves the server, as a statement argument: then an address is an account only when it is proven. */
const char *mail_flag(void);
/* A time as a parameter of a mail. */
const char *mail_time(struct arena *a, int64_t us);
/* 403 unless the person's address is proven, where mails leave the machine: nobody writes to strangers from an unproven one. */
enum err need_proven_address(struct resp *r, const struct db_rows *me);

/* A new session token in `token`, and its digest as a statement argument. */
const char *session_token(struct arena *a, char token[CRYPTO_TOKEN_SIZE]);
const char *token_hash(struct arena *a, const char *token);
/* What the client calls itself, as far as it is text. */
const char *session_agent(const struct req *q);
/* A digest of network, browser and person: what counts as one device of the person's. */
const char *session_device(const struct req *q, const char *user_id);
/* The time step of a right code of the factor in column sealed, as a statement argument; NULL: it is wrong. Whether it was used before
 * is for the statement to tell. */
const char *factor_step(struct req *q, const struct db_rows *factor, const char *code);
/* What names the device in attempts, when the account has signed in from it before, however its address is written; otherwise NULL. */
const char *device_of(const struct req *q, const char *email);
/* From now on it has. */
void device_remember(struct req *q, struct resp *r, const char *email);
/* Who tries an account, however its address is written, for attempts that are counted by account and asker: nobody else's attempts keep
 * the owner out. */
const char *account_asker(const struct req *q, const char *email);
/* Attempts at sign-in that a sign-in which went well gives back. */
void signin_address_attempts(struct req *q, struct attempts *all);
/* muster-auth --reseal; returns the exit code. */
int reseal_run(struct db *db);

/* Writes the user object of `me` and sign-in from a row of statement me. */
void me_write(struct req *q, struct resp *r, const struct db_rows *rows);

#endif
