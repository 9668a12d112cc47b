/* auth.h - what the files of the auth family share. */
#ifndef MUSTER_APPS_AUTH_AUTH_H
#define MUSTER_APPS_AUTH_AUTH_H

#include "common/auth/attempt.h"
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
    int64_t limit_export;                               /* an hour and person */
    const char *secret_key_file;
    const char *smtp_url; /* "": none */
    bool mail;            /* mails leave the machine; otherwise whoever queues one returns its link to those who may have it */
};
extern struct auth_config auth_config;

extern const struct route auth_routes[];
extern const size_t auth_nroutes;

#define SIGNIN_WINDOW 900
#define SESSION_SECONDS (14 * 24 * 3600)
#define SESSION_SECONDS_TEXT "1209600"

/* Request bodies and their descriptors, used by routes.c. */
struct signin_body {
    const char *email, *password;
};
struct register_body {
    const char *email, *password, *first_name, *last_name, *organization, *invite_token;
    bool join_domain;
};
struct forgot_body {
    const char *email;
};
/* A token from a mail, and with it a password where one is set or asked for. */
struct link_body {
    const char *token, *password;
};
struct link_query {
    const char *token;
};
struct domain_body {
    const char *domain, *mailbox;
};
extern const struct field forgot_fields[], reset_fields[], confirm_fields[], link_fields[], link_query_fields[], domain_fields[];
struct api_key_body {
    const char *name, *expires_at;
    struct field_strs scopes;
};
struct id_query {
    const char *id;
};
struct password_body {
    const char *current_password, *new_password;
};
struct factor_body {
    const char *code, *recovery_code;
};
extern const struct field password_fields[], factor_fields[], factor_proof_fields[], factor_code_fields[];
struct audit_query {
    const char *action, *actor, *since, *until, *format;
    const int64_t *limit, *cursor;
};
struct users_query {
    int64_t limit;
    const char *cursor;
};
struct user_change_body {
    const char *role, *status;
};
struct invite_body {
    struct field_strs emails;
    const char *role;
};
struct accept_body {
    const char *token;
};
struct export_query {
    const char *format;
};
struct leave_body {
    const char *confirm_email, *confirm_name;
};
extern const struct field export_query_fields[], account_delete_fields[], organization_delete_fields[];
struct mail_preference_body {
    bool team, results;
};
struct unsubscribe_query {
    const char *token;
};
extern const struct field mail_preference_fields[], unsubscribe_fields[];
extern const struct field audit_query_fields[], users_query_fields[], user_change_fields[], invite_fields[], accept_fields[];
/* The roles that an administrator gives. */
extern const char *const team_roles[];
extern const struct field signin_fields[], register_fields[], api_key_fields[], id_query_fields[];

enum err signup_status_get(struct req *q, struct resp *r);
enum err register_check(struct req *q, struct resp *r);
enum err register_post(struct req *q, struct resp *r);
enum err signin_post(struct req *q, struct resp *r);
enum err signout_post(struct req *q, struct resp *r);
enum err me_get(struct req *q, struct resp *r);
enum err api_keys_get(struct req *q, struct resp *r);
enum err api_keys_check(struct req *q, struct resp *r);
enum err api_keys_post(struct req *q, struct resp *r);
enum err api_keys_delete(struct req *q, struct resp *r);
enum err audit_check(struct req *q, struct resp *r);
enum err audit_get(struct req *q, struct resp *r);
enum err users_get(struct req *q, struct resp *r);
enum err user_change_check(struct req *q, struct resp *r);
enum err user_put(struct req *q, struct resp *r);
enum err user_delete(struct req *q, struct resp *r);
enum err invite_check(struct req *q, struct resp *r);
enum err invite_post(struct req *q, struct resp *r);
enum err invitations_get(struct req *q, struct resp *r);
enum err invitation_delete(struct req *q, struct resp *r);
enum err accept_post(struct req *q, struct resp *r);

enum err privacy_get(struct req *q, struct resp *r);
enum err export_get(struct req *q, struct resp *r);
enum err account_delete_post(struct req *q, struct resp *r);
enum err organization_delete_post(struct req *q, struct resp *r);
/* The server that mail is handed to; NULL: none. */
const char *mail_host(struct arena *a);
/* Writes the array thirdParties: whom data is handed to, by what is configured. */
void third_parties_write(struct arena *a, struct jwrite *w);
/* Writes the array categories from rows of statement privacy_notice. */
void privacy_write(struct jwrite *w, const struct db_rows *notice);

enum err mail_preferences_get(struct req *q, struct resp *r);
enum err mail_preferences_put(struct req *q, struct resp *r);
enum err unsubscribe_check(struct req *q, struct resp *r);
enum err unsubscribe_get(struct req *q, struct resp *r);
enum err unsubscribe_post(struct req *q, struct resp *r);
enum err password_check(struct req *q, struct resp *r);
enum err password_post(struct req *q, struct resp *r);
enum err sessions_get(struct req *q, struct resp *r);
enum err sessions_delete_one(struct req *q, struct resp *r);
enum err sessions_delete_others(struct req *q, struct resp *r);
enum err factor_get(struct req *q, struct resp *r);
enum err factor_post(struct req *q, struct resp *r);
enum err factor_proof_check(struct req *q, struct resp *r);
enum err factor_delete(struct req *q, struct resp *r);
enum err factor_verify_post(struct req *q, struct resp *r);
enum err recovery_codes_post(struct req *q, struct resp *r);

enum err forgot_post(struct req *q, struct resp *r);
enum err reset_check(struct req *q, struct resp *r);
enum err reset_post(struct req *q, struct resp *r);
enum err verify_get(struct req *q, struct resp *r);
enum err verify_resend_post(struct req *q, struct resp *r);
enum err confirm_post(struct req *q, struct resp *r);
enum err domains_get(struct req *q, struct resp *r);
enum err domain_check(struct req *q, struct resp *r);
enum err domain_post(struct req *q, struct resp *r);
enum err domain_delete(struct req *q, struct resp *r);
enum err domain_verify_post(struct req *q, struct resp *r);

/* A page of ours with a new token behind #, where neither logs nor Referer see it; and the token's digest. */
struct link {
    const char *url, *hash;
};
struct link link_make(struct arena *a, const char *page);
/* The statement that enters as whom a token from a mail belongs to. */
struct db_call link_enter(struct arena *a, const char *kind, const char *token);
/* Takes an attempt at something that a token opens; to be the first of a pipeline. */
struct db_call link_attempt(struct req *q, struct db_rows *rows);
/* 410 with a sentence that says what to do. */
enum err link_expired(struct resp *r);
/* An hour's mails to one address, whoever asks for them; first: whose attempts are asked before, in an hour too. */
struct db_call mail_attempt(struct req *q, struct attempt first, const char *kind, const char *to, struct db_rows *rows);
/* {"success":true} */
enum err write_success(struct resp *r);
/* The registration of somebody who may join by the domain of the address; hash: of the password. */
enum err join_domain(struct req *q, struct resp *r, const char *hash);
/* A time as a parameter of a mail. */
const char *mail_time(struct arena *a, int64_t us);
/* 403 unless the person's address is proven, where mails leave the machine: nobody writes to strangers from an unproven one. */
enum err need_proven_address(struct resp *r, const struct db_rows *me);

/* A new session token in `token`, and its digest as a statement argument. */
const char *session_token(struct arena *a, char token[CRYPTO_TOKEN_SIZE]);
const char *token_hash(struct arena *a, const char *token);
/* What the client calls itself, as far as it is text. */
const char *session_agent(const struct req *q);
/* muster-auth --reseal; returns the exit code. */
int reseal_run(struct db *db);

/* Writes the user object of `me` and sign-in from a row of statement me. */
void me_write(struct req *q, struct resp *r, const struct db_rows *rows);

#endif
