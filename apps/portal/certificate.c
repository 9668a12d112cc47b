/* certificate.c - one's own certificate, issued at the first request and stored (rules C6, D4), and its public verification. */
#include "apps/portal/certificate_html.h"
#include "apps/portal/portal.h"
#include "apps/portal/style.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/content/grade.h"

struct certificate_query {
    const char *session_id;
    bool download;
};

static const struct field certificate_query_fields[] = {
    FIELD_STR(struct certificate_query, session_id, "sessionId", FIELD_ASKED, 0, 1000,
              .help = "Of an exercise that the caller has completed.", .example = "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"),
    FIELD_BOOL(struct certificate_query, download, "download", 0, "false", .help = "true: as an attachment with a file name."),
    FIELD_END,
};

static struct certificate read_certificate(struct arena *a, const struct db_rows *rows, const char *organization) {
    const char *id = db_str(rows, 0, COL_CERT_ID);
    return (struct certificate){
        .id = id,
        .holder = db_str(rows, 0, COL_CERT_HOLDER),
        .organization = organization,
        .exercise = db_str(rows, 0, COL_CERT_EXERCISE),
        .theme = db_str(rows, 0, COL_CERT_THEME),
        .difficulty = db_str(rows, 0, COL_CERT_DIFFICULTY),
        .grade = db_str(rows, 0, COL_CERT_GRADE),
        .status = db_str(rows, 0, COL_CERT_STATUS),
        .correct = (int)db_int(rows, 0, COL_CERT_CORRECT),
        .questions = (int)db_int(rows, 0, COL_CERT_QUESTIONS),
        .completed_at = db_iso(a, db_str(rows, 0, COL_CERT_COMPLETED_AT)),
        .issued_at = db_iso(a, db_str(rows, 0, COL_CERT_ISSUED_AT)),
        .valid_until = db_iso(a, db_str(rows, 0, COL_CERT_VALID_UNTIL)),
        .verify_url = arena_printf(a, "%s/verify/%s", web_config.base_url, id),
    };
}

static enum err find(struct req *q, const char *session_id, struct db_rows *rows) {
    struct db_call call = {SQL_CERTIFICATE_FIND(session_id), .rows = rows};
    enum err e = req_run(q, &call, 1);
    /* Who did not take part has no certificate to ask for. */
    return e == OK && (rows->n == 0 || db_null(rows, 0, COL_PARTICIPANT_ID)) ? ERR_NOT_FOUND : e;
}

static enum err check(struct resp *r, const struct db_rows *run) {
    int correct = (int)db_int(run, 0, COL_CORRECT);
    int questions = (int)db_int(run, 0, COL_QUESTIONS);
    int expired = (int)db_int(run, 0, COL_EXPIRED);
    int answered = (int)db_int(run, 0, COL_ANSWERED);
    bool completed = str_eq(db_str(run, 0, COL_STATUS), "COMPLETED") && !db_null(run, 0, COL_COMPLETED_AT);
    const struct words *reason = NULL;
    if (certificate_eligible(correct, questions, expired, completed, &reason)) {
        return OK;
    }
    if (reason->id == WORDS_ERRORS_REASON_OPEN) {
        return resp_fail(r, ERR_NOT_ELIGIBLE, W_ERRORS_CERTIFICATE_OPEN(answered, questions));
    }
    /* What is the least is the reason's own argument. */
    return resp_fail(r, ERR_NOT_ELIGIBLE,
                     reason->id == WORDS_ERRORS_REASON_LATE
                         ? W_ERRORS_CERTIFICATE_LATE(reason->args[0].number, questions - expired, questions, correct)
                         : W_ERRORS_CERTIFICATE_LOW(reason->args[0].number, questions - expired, questions, correct));
}

/* The stored row, in rows. When another request was faster, its row. */
static enum err issue(struct req *q, const char *session_id, struct db_rows *rows) {
    struct db_rows fresh;
    const char *grade = grade_for((int)db_int(rows, 0, COL_CORRECT), (int)db_int(rows, 0, COL_QUESTIONS));
    struct db_call call = {SQL_CERTIFICATE_ISSUE(db_str(rows, 0, COL_PARTICIPANT_ID), grade), .rows = &fresh};
    enum err e = req_run(q, &call, 1);
    if (e == OK && fresh.n == 1) {
        *rows = fresh;
        return OK;
    }
    e = e == OK ? find(q, session_id, rows) : e;
    if (e == OK && db_null(rows, 0, COL_CERT_ID)) {
        log_error("certificate: it was not stored");
        return ERR_INTERNAL;
    }
    return e;
}

static enum err write_page(struct req *q, struct resp *r, const struct certificate *c) {
    const struct certificate_query *query = q->query;
    char name[96];
    struct hwrite w;
    safe_filename(name, sizeof(name), arena_printf(q->arena, "muster-certificate-%s-%.10s.html", c->theme, c->issued_at));
    resp_html(r, style_hash(q->arena, &certificate_style, c->accent_rules), query->download ? arena_strdup(q->arena, name) : NULL);
    hw_init(&w, r->body);
    certificate_write(&w, q->arena, c);
    if (!hw_done(&w)) {
        log_error("certificate: the page could not be written");
        return ERR_INTERNAL;
    }
    return OK;
}

static enum err certificate_get(struct req *q, struct resp *r) {
    const struct certificate_query *query = q->query;
    const char *id = NULL;
    struct db_rows rows;
    enum err e = portal_session_id(q->arena, query->session_id, &id);
    if (e == OK) {
        e = find(q, id, &rows);
    }
    if (e != OK) {
        return e;
    }
    const char *organization = db_str(&rows, 0, COL_ORG_NAME), *footer = db_str(&rows, 0, COL_FOOTER_TEXT);
    enum lang lang = lang_written(db_str(&rows, 0, COL_LANGUAGE));
    const char *accent_rules = style_accent(q->arena, db_str(&rows, 0, COL_ACCENT_COLOR));
    if (db_null(&rows, 0, COL_CERT_ID)) {
        e = check(r, &rows);
        e = e == OK ? issue(q, id, &rows) : e;
    }
    if (e != OK) {
        return e;
    }
    struct certificate c = read_certificate(q->arena, &rows, organization);
    c.lang = lang;
    c.accent_rules = accent_rules;
    c.footer = footer;
    return write_page(q, r, &c);
}

static enum err certificate_public_get(struct req *q, struct resp *r) {
    struct db_rows found, gone;
    const struct db_call calls[] = {{SQL_CERTIFICATE_PUBLIC(q->params[0]), .rows = &found},
                                    {SQL_CERTIFICATE_WITHDRAWN(q->params[0]), .rows = &gone}};
    resp_header(r, "X-Robots-Tag", "noindex");
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    if (found.n == 0) {
        return db_bool(&gone, 0, COL_WITHDRAWN) ? ERR_WITHDRAWN : ERR_NOT_FOUND;
    }
    return reply_sets(q, r, &found);
}

static const struct field public_certificate_members[] = {
    OUT(FT_UUID, "id", "Of the certificate.", .column = COL_ID, .example = "b7e6d5c4-3a29-4180-9f0e-1d2c3b4a5968"),
    OUT(FT_ENUM, "status", "valid; expired a year after it was issued; revoked when it was taken back.", .column = COL_STATUS,
        .values = VALUES("valid", "revoked", "expired"), .example = "valid"),
    OUT(FT_STR, "holder", "Whose certificate it is, as the name was when it was issued.", .column = COL_HOLDER, .min = 1,
        .example = "Robin Sample"),
    OUT(FT_STR, "organization", "Of which organisation the holder was a member.", .column = COL_ORGANIZATION, .min = 1,
        .example = "Example Logistics"),
    OUT(FT_STR, "exercise", "Title of the story.", .column = COL_EXERCISE, .min = 1, .example = "The backup that would not start"),
    OUT(FT_STR, "theme", "One of the catalogue's themes.", .column = COL_THEME, .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        .example = "ransomware"),
    OUT(FT_STR, "themeTitle", "The theme's name; null when the library no longer has it.", .column = COL_THEME_TITLE, .flags = FIELD_NULL,
        .example = "Ransomware"),
    OUT(FT_ENUM, "difficulty", "How hard the exercise is: the mix of questions, their points and the time for each follow from it.",
        .column = COL_DIFFICULTY, .values = VALUES("BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"), .example = "INTERMEDIATE"),
    OUT(FT_ENUM, "grade", "By the share of best answers: PLATINUM from 90 %, GOLD from 75, SILVER from 60, BRONZE from 50.",
        .column = COL_GRADE, .values = VALUES("PLATINUM", "GOLD", "SILVER", "BRONZE"), .example = "GOLD"),
    OUT(FT_NUM, "accuracy", "Best answers over questions served.", .column = COL_ACCURACY, .min = 0, .max = 1, .item_max = 4,
        .example = "0.75"),
    OUT(FT_TIME, "issuedAt", "When it was first asked for.", .column = COL_ISSUED_AT, .example = "2026-11-21T08:52:10.480Z"),
    OUT(FT_TIME, "validUntil", "A year later.", .column = COL_VALID_UNTIL, .example = "2027-11-21T08:52:10.480Z"),
    FIELD_END,
};
static const struct shape public_certificate_shape =
    SHAPE("PublicCertificate", "What a certificate says, for whoever was shown it.", public_certificate_members);

const struct route certificate_routes[] = {
    {METHOD_GET, "/api/portal/certificate", GUARD_MEMBER, "results", certificate_get,
     QUERY(certificate_query_fields, struct certificate_query), .flags = ROUTE_HTML | ROUTE_FILE,
     .summary = "The caller's own certificate of a completed exercise, as one HTML page", .name = "getCertificate", .tag = "results",
     .help =
         "An HTML page with name, exercise, grade and a QR code that leads to its verification. It is issued when it is first asked for "
         "and valid for a year. The conditions: the run is completed, at least 80 % of its questions were answered in time, and the "
         "accuracy is 50 % or more; otherwise 409 `not_eligible` names the one that failed. Who takes no part in the exercise gets 404.",
     .reply_help = "Issued when first asked for; later always the same facts.",
     .reply_text = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Certificate</title>",
     .errors = ERRORS({ERR_MISSING_SESSION_ID, NULL}, {ERR_NOT_ELIGIBLE, NULL}, {ERR_NOT_FOUND, NULL})},
    {METHOD_GET, "/api/public/certificates/{id}", GUARD_PUBLIC, NULL, certificate_public_get, .summary = "Verify a certificate by its id",
     .name = "verifyCertificate", .tag = "results", .param_help = {"Of the certificate: it is on the page and in the QR code."},
     .help =
         "For whoever is shown a certificate: what is stored about it. Compare holder, exercise and grade with what you were shown. "
         "404: this installation never issued such a certificate. 410 `withdrawn`: it did, and the holder's account was deleted, alone or "
         "with the organisation.",
     .reply_help = "The stored facts.", .reply = &public_certificate_shape, .errors = ERRORS({ERR_WITHDRAWN, NULL})},
    {0},
};
