/*
 * privacy.c - what is stored about people, and leaving: deleting an account or an organisation (rules E1 to E3).
 *
 * A person's own erasure is a right and takes effect at once. An organisation belongs to many, and whoever holds a session of one of its
 * administrators could end it for all: so it is suspended first, all administrators are told, and one of them can take it back within seven
 * days. Meanwhile everybody can still export what is about them, and leave (ROUTE_ENDING). The erasure is a job (apps/jobs/endings.c).
 */
#include "apps/auth/auth.h"
#include "common/base/str.h"

struct leave_body {
    const char *confirm_email, *confirm_name;
};

static const struct field account_delete_fields[] = {
    FIELD_EMAIL(struct leave_body, confirm_email, "confirmEmail", FIELD_REQUIRED | FIELD_KNOWN,
                .help = "The caller's own address, so that nobody deletes by mistake.", .example = "robin@example.com"),
    FIELD_END,
};
static const struct field organization_delete_fields[] = {
    FIELD_STR(struct leave_body, confirm_name, "confirmName", FIELD_REQUIRED, 1, 120, .help = "The organisation's name, exactly.",
              .example = "Example Logistics"),
    FIELD_EMAIL(struct leave_body, confirm_email, "confirmEmail", FIELD_REQUIRED | FIELD_KNOWN,
                .help = "The caller's own address, so that nobody deletes by mistake.", .example = "robin@example.com"),
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

void third_parties_write(struct arena *a, struct jwrite *w, enum lang lang) {
    const char *host = mail_host(a);
    jw_array(w);
    if (host) {
        jw_object(w);
        jw_kstr(w, "name", host);
        jw_kstr(w, "purpose", say(a, lang, W_EXPORT_PARTY_PURPOSE));
        jw_kstr(w, "data", say(a, lang, W_EXPORT_PARTY_DATA));
        jw_object_end(w);
    }
    jw_array_end(w);
}

void privacy_write(struct arena *a, struct jwrite *w, const struct db_rows *notice) {
    shape_write_list(w, a, &privacy_category_shape, notice, notice->n, NULL);
}

static void write_third_parties(const struct shape_at *at, const struct field *f) {
    (void)f;
    third_parties_write(at->arena, at->json, req_lang(at->context));
}

/* In replies the reader's language; an export for programs has no context. */
static void write_words(const struct shape_at *at, const struct field *f) {
    const struct req *q = at->context;
    jw_str(at->json, q ? category_say(at->arena, req_lang(q), at->rows, at->row, f->column) : db_str(at->rows, at->row, f->column));
}

static void write_recent(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_bool(at->json, req_is_proven(at->context));
}

static void write_allowed(const struct shape_at *at, const struct field *f) {
    jw_bool(at->json, db_null(at->rows, at->row, f->column));
}

static enum err privacy_get(struct req *q, struct resp *r) {
    struct db_rows sets[2];
    struct db_call calls[] = {{SQL_PRIVACY_NOTICE(), .rows = &sets[0]}, {SQL_PRIVACY_LEAVING(), .rows = &sets[1]}};
    enum err e = req_run(q, calls, 2);
    if (e != OK) {
        return e;
    }
    resp_speaks(r);
    return reply_sets(q, r, sets);
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
    if (str_eq(verdict, "late")) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_ERASE_LATE);
    }
    if (str_eq(verdict, "last_platform_admin")) {
        return resp_fail(r, ERR_LAST_ADMIN, W_ERRORS_ERASE_PLATFORM);
    }
    return resp_fail(r, ERR_LAST_ADMIN, W_ERRORS_ERASE_LAST);
}

static void write_message(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_str(at->json, "Your account is deleted. The receipt is all that is left of it; keep its number if you want to show that.");
}

/* Runs the last of n calls for its verdict. */
static enum err judged(struct req *q, struct resp *r, const struct db_call *calls, size_t n) {
    enum err e = req_run(q, calls, n);
    if (e != OK) {
        return e;
    }
    const char *verdict = db_str(calls[n - 1].rows, 0, COL_VERDICT);
    return str_eq(verdict, "ok") ? OK : refused(r, verdict);
}

static enum err account_delete_post(struct req *q, struct resp *r) {
    const struct leave_body *b = q->body;
    struct db_rows rows;
    const struct db_call calls[] = {{SQL_PATIENCE(), .seconds = DB_PATIENCE},
                                    {SQL_ACCOUNT_DELETE(b->confirm_email, spellings(q->arena, b->confirm_email)), .rows = &rows}};
    enum err e = judged(q, r, calls, 2);
    if (e != OK) {
        return e;
    }
    resp_cookie(r, NULL, 0);
    return reply_sets(q, r, &rows);
}

static enum err organization_delete_post(struct req *q, struct resp *r) {
    const struct leave_body *b = q->body;
    struct db_rows rows;
    struct db_call call = {SQL_ORGANIZATION_DELETE(b->confirm_name, b->confirm_email, spellings(q->arena, b->confirm_email)),
                           .rows = &rows};
    enum err e = judged(q, r, &call, 1);
    return e == OK ? reply_sets(q, r, &rows) : e;
}

static enum err organization_restore_post(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_ORGANIZATION_RESTORE(), .rows = &rows};
    enum err e = judged(q, r, &call, 1);
    return e == OK ? reply_success(r) : e;
}

static const struct field privacy_category_members[] = {
    OUT(FT_STR, "key", "The key in the export.", .column = COL_KEY, .example = "exerciseHistory"),
    OUT(FT_STR, "label", "What people call it.", .column = COL_LABEL, .write = write_words,
        .example = "Exercises you took part in, with your answers"),
    OUT(FT_STR, "purpose", "What it is kept for.", .column = COL_PURPOSE, .write = write_words,
        .example = "To score exercises, explain decisions and show what to practise."),
    OUT(FT_STR, "legalBasis", "The article of the GDPR that allows it.", .column = COL_LEGAL_BASIS, .write = write_words,
        .example = "Contract: GDPR Art. 6(1)(b)"),
    OUT(FT_STR, "retention", "How long, with the periods that are configured.", .column = COL_RETENTION, .write = write_words,
        .example = "Until you delete your account."),
    OUT(FT_STR, "erasure", "What becomes of it when the account is deleted.", .column = COL_ERASURE, .write = write_words,
        .example = "Completed exercises stay in your organisation's figures without you."),
    OUT(FT_BOOL, "exported", "Whether it is in the export; false: it is not about people who have an account.", .column = COL_EXPORTED),
    FIELD_END,
};
const struct shape privacy_category_shape = SHAPE("PrivacyCategory", "One kind of data about people.", privacy_category_members);

static const struct field third_party_members[] = {
    OUT(FT_STR, "name", "The host that data is handed to.", .example = "mail.example.com"),
    OUT(FT_STR, "purpose", "What it is handed over for.", .example = "Delivering mail."),
    OUT(FT_STR, "data", "What is handed over.", .example = "The address and the text of mails."),
    FIELD_END,
};
const struct shape third_party_shape = SHAPE("ThirdParty", "Somebody else who gets data about people.", third_party_members);

static const struct field account_leaving_members[] = {
    OUT(FT_BOOL, "allowed", "Whether nothing is against it.", .column = COL_ACCOUNT, .write = write_allowed),
    OUT(FT_ENUM, "why",
        "last_admin: the organisation would have no administrator; make somebody else one, or delete it. last_platform_admin: the platform "
        "would have none. null: it is allowed.",
        .column = COL_ACCOUNT, .values = VALUES("last_admin", "last_platform_admin"), .flags = FIELD_NULL, .example = "last_admin"),
    FIELD_END,
};
static const struct shape account_leaving_shape =
    SHAPE("AccountLeaving", "Whether the caller's account can be deleted.", account_leaving_members);

static const struct field organization_leaving_members[] = {
    OUT(FT_BOOL, "allowed", "Whether nothing is against it.", .column = COL_ORGANIZATION, .write = write_allowed),
    OUT(FT_ENUM, "why",
        "not_admin: its administrators alone delete it. last_platform_admin: the platform would have none. null: it is allowed.",
        .column = COL_ORGANIZATION, .values = VALUES("not_admin", "last_platform_admin"), .flags = FIELD_NULL, .example = "not_admin"),
    FIELD_END,
};
static const struct shape organization_leaving_shape =
    SHAPE("OrganizationLeaving", "Whether the caller can delete the organisation.", organization_leaving_members);

static const struct field deletion_members[] = {
    OUT(FT_OBJ, "account", "The caller's own.", .shape = &account_leaving_shape),
    OUT(FT_OBJ, "organization", "That of the caller.", .shape = &organization_leaving_shape),
    FIELD_END,
};
static const struct shape deletion_shape =
    SHAPE("Deletion", "What would be refused, by the rule that refuses it: it may be otherwise a moment later.", deletion_members);

static const struct field privacy_members[] = {
    OUT(FT_OBJS, "categories", "Every kind of data about people.", .set = 1, .shape = &privacy_category_shape),
    OUT(FT_OBJS, "thirdParties", "Who else gets any of it, as it is configured.", .write = write_third_parties,
        .shape = &third_party_shape),
    OUT(FT_OBJ, "deletion", "Whether the caller can delete the account, and the organisation.", .set = 2, .shape = &deletion_shape),
    OUT(FT_BOOL, "recentSignIn", "Whether accounts can be deleted without POST /api/auth/step-up before.", .write = write_recent),
    FIELD_END,
};
static const struct shape privacy_shape = SHAPE("Privacy", "What is stored about people.", privacy_members);

static const struct field ending_members[] = {
    OUT(FT_TIME, "endsAt", "When the deletion begins that nobody can take back; until then it can be restored.", .column = COL_ENDS_AT,
        .example = "2026-11-28T08:15:30.123Z"),
    FIELD_END,
};
static const struct shape ending_shape = SHAPE("OrganizationEnding", "The organisation is going to be deleted.", ending_members);

static const struct field erased_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_STR, "message", "What was done, for people.", .write = write_message,
        .example = "Your account is deleted. The receipt is all that is left of it; keep its number if you want to show that."),
    OUT(FT_UUID, "receipt", "Names the erasure in the log of the installation; it leads to nobody.", .column = COL_RECEIPT,
        .example = "f6e5d4c3-b2a1-4908-8776-5a4b3c2d1e0f"),
    FIELD_END,
};
static const struct shape erased_shape = SHAPE("Erased", "It is done; the receipt says so.", erased_members);

const struct route privacy_routes[] = {
    {METHOD_GET, "/api/portal/privacy", GUARD_MEMBER, "account", privacy_get, .flags = ROUTE_WITHOUT_FACTOR | ROUTE_ENDING,
     .summary = "What is stored about people, why and for how long", .name = "getPrivacy", .tag = "account",
     .help = "What is kept about people, why, for how long and what becomes of it, generated from the registry that export and erasure "
             "follow, and from what is configured. It needs no reading between the lines: what is not listed is not kept.",
     .reply_help = "The same for everybody of the installation, but for deletion and recentSignIn; sentences are in the reader's language.",
     .reply = &privacy_shape},
    {METHOD_POST, "/api/portal/delete-account", GUARD_MEMBER, "account", account_delete_post,
     BODY(account_delete_fields, struct leave_body),
     .flags = ROUTE_WHO | ROUTE_SLOW | ROUTE_COOKIE | ROUTE_STEP_UP | ROUTE_WITHOUT_FACTOR | ROUTE_ENDING,
     .summary = "Delete one's account, for good", .name = "deleteAccount", .tag = "account",
     .help = "At once, all or nothing. What was made with others stays, without the "
             "person; sessions, keys, certificates, invitations and mail end. GET /api/portal/privacy says what becomes of each category. "
             "The last administrator can leave once the organisation is going to be deleted.",
     .reply_help = "Deleted; the session cookie is taken back.", .reply = &erased_shape,
     .errors = ERRORS({ERR_EMAIL_MISMATCH, NULL}, {ERR_FORBIDDEN, NULL}, {ERR_LAST_ADMIN, NULL}, {ERR_NAME_MISMATCH, NULL})},
    {METHOD_POST, "/api/portal/delete-organization", GUARD_ADMIN, NULL, organization_delete_post,
     BODY(organization_delete_fields, struct leave_body), .flags = ROUTE_STEP_UP | ROUTE_ENDING,
     .summary = "Delete the organisation with everybody and everything in it, in seven days", .name = "deleteOrganization",
     .tag = "account",
     .help = "From now on the organisation is suspended: sessions and keys get 403 `organization_ending` for everything but reading about "
             "oneself, exporting, leaving and restoring it, and nobody joins. Its administrators are told by mail. At endsAt, at most an "
             "hour later, every account, exercise, certificate and the audit log are deleted for good. Asked for again it replies the same "
             "end.",
     .reply_help = "It is going to be deleted.", .status = 202, .reply = &ending_shape,
     .errors = ERRORS({ERR_EMAIL_MISMATCH, NULL}, {ERR_LAST_ADMIN, NULL}, {ERR_NAME_MISMATCH, NULL})},
    {METHOD_POST, "/api/portal/restore-organization", GUARD_ADMIN, NULL, organization_restore_post,
     .flags = ROUTE_STEP_UP | ROUTE_ENDING | ROUTE_WITHOUT_FACTOR, .summary = "Take the deletion of the organisation back",
     .name = "restoreOrganization", .tag = "account",
     .help = "Everything is as it was before it was to be deleted, whoever had asked for that; sessions and keys work again. Where nothing "
             "is to be deleted it changes nothing. 409 `conflict`: the deletion has begun.",
     .reply_help = "It stays.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {0},
};
