/* privacy.c - what is stored about people, and leaving: deleting an account or an organisation (rules E1 to E3). */
#include "apps/auth/auth.h"
#include "common/base/str.h"

#define RECENT_SECONDS 900

const struct field account_delete_fields[] = {
    FIELD_EMAIL(struct leave_body, confirm_email, "confirmEmail", FIELD_REQUIRED),
    FIELD_END,
};
const struct field organization_delete_fields[] = {
    FIELD_STR(struct leave_body, confirm_name, "confirmName", FIELD_REQUIRED, 1, 120),
    FIELD_EMAIL(struct leave_body, confirm_email, "confirmEmail", FIELD_REQUIRED),
    FIELD_END,
};

/* ---- the notice ---- */

/* Of an address such as smtps://name@mail.example.com:465. */
const char *mail_host(struct arena *a) {
    if (!auth_config.mail) {
        return NULL;
    }
    const char *start = strstr(auth_config.smtp_url, "://");
    start = start ? start + 3 : auth_config.smtp_url;
    const char *at = memchr(start, '@', strcspn(start, "/"));
    start = at ? at + 1 : start;
    return arena_strndup(a, start, *start == '[' ? strcspn(start, "]") + 1 : strcspn(start, ":/"));
}

void third_parties_write(struct arena *a, struct jwrite *w) {
    const char *host = mail_host(a);
    jw_karray(w, "thirdParties");
    if (host) {
        jw_object(w);
        jw_kstr(w, "name", host);
        jw_kstr(w, "purpose", "Delivers mail.");
        jw_kstr(w, "data", "E-mail address, name and the text of mails.");
        jw_object_end(w);
    }
    jw_array_end(w);
}

void privacy_write(struct jwrite *w, const struct db_rows *notice) {
    jw_karray(w, "categories");
    for (int i = 0; i < notice->n; i++) {
        jw_object(w);
        jw_kstr(w, "key", db_str(notice, i, "key"));
        jw_kstr(w, "label", db_str(notice, i, "label"));
        jw_kstr(w, "purpose", db_str(notice, i, "purpose"));
        jw_kstr(w, "legalBasis", db_str(notice, i, "legal_basis"));
        jw_kstr(w, "retention", db_str(notice, i, "retention"));
        jw_kstr(w, "erasure", db_str(notice, i, "erasure"));
        jw_kbool(w, "exported", db_bool(notice, i, "exported"));
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* A stolen cookie must not be enough to end an account (rule E3). A key is asked for the scope instead. */
static bool signed_in_recently(const struct req *q) {
    return q->who.is_key || q->who.age_seconds <= RECENT_SECONDS;
}

enum err privacy_get(struct req *q, struct resp *r) {
    struct db_rows notice;
    struct db_call call = {.stmt = STMT_PRIVACY_NOTICE, .rows = &notice};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    jw_object(&r->json);
    privacy_write(&r->json, &notice);
    third_parties_write(q->arena, &r->json);
    jw_kbool(&r->json, "recentSignIn", signed_in_recently(q));
    jw_object_end(&r->json);
    return OK;
}

/* ---- leaving ---- */

static enum err refused(struct resp *r, const char *verdict) {
    if (str_eq(verdict, "email_mismatch")) {
        return ERR_EMAIL_MISMATCH;
    }
    if (str_eq(verdict, "name_mismatch")) {
        return ERR_NAME_MISMATCH;
    }
    if (str_eq(verdict, "gone")) {
        return ERR_UNAUTHENTICATED;
    }
    if (str_eq(verdict, "last_platform_admin")) {
        return resp_fail(r, ERR_LAST_ADMIN,
                         "This is the last administrator of the platform. Make somebody else platform administrator on the server first.");
    }
    return resp_fail(r, ERR_LAST_ADMIN,
                     "You are the last administrator of your organisation. Make somebody else administrator first, or delete the "
                     "organisation.");
}

static enum err leave(struct req *q, struct resp *r, const struct db_call *call, const char *message) {
    if (!signed_in_recently(q)) {
        return ERR_RECENT_SIGN_IN;
    }
    const struct db_call calls[] = {{.stmt = STMT_PATIENCE, .seconds = DB_PATIENCE}, *call};
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    const char *verdict = db_str(call->rows, 0, "verdict");
    if (!str_eq(verdict, "ok")) {
        return refused(r, verdict);
    }
    resp_cookie(r, NULL, 0);
    jw_object(&r->json);
    jw_kbool(&r->json, "success", true);
    jw_kstr(&r->json, "message", message);
    jw_kstr(&r->json, "receipt", db_str(call->rows, 0, "receipt"));
    jw_object_end(&r->json);
    return OK;
}

enum err account_delete_post(struct req *q, struct resp *r) {
    const struct leave_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_ACCOUNT_DELETE, .args = {b->confirm_email}, .rows = &rows};
    return leave(q, r, &call, "Your account is deleted. The receipt is all that is left of it; keep its number if you want to show that.");
}

enum err organization_delete_post(struct req *q, struct resp *r) {
    const struct leave_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_ORGANIZATION_DELETE, .args = {b->confirm_name, b->confirm_email}, .rows = &rows};
    return leave(q, r, &call,
                 "The organisation is deleted, with everybody and everything in it. The receipt is all that is left of it; keep its number "
                 "if you want to show that.");
}
