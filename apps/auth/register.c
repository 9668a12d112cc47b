/* register.c - sign-up: a new organisation with its administrator, an invitation, or one's company's domain (rule A4). */
#include "apps/auth/auth.h"
#include "common/auth/attempt.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/password_list.h"
#include "common/mail/mail.h"

#include <ctype.h>

static const struct field register_fields[] = {
    FIELD_EMAIL(struct register_body, email, "email", FIELD_REQUIRED, .help = "The person's e-mail address: the name to sign in with.",
                .example = "robin@example.com"),
    FIELD_STR(struct register_body, password, "password", FIELD_REQUIRED | FIELD_SECRET | FIELD_PASSWORD, 8, 256,
              .help =
                  "8 characters at least, not on a list of common or stolen passwords, and more than names and addresses of the person.",
              .example = "harbour lantern quiet meadow"),
    FIELD_STR(struct register_body, first_name, "firstName", FIELD_REQUIRED, 1, 80, .help = "Given name.", .example = "Robin"),
    FIELD_STR(struct register_body, last_name, "lastName", FIELD_REQUIRED, 1, 80, .help = "Family name.", .example = "Sample"),
    FIELD_STR(struct register_body, organization, "organization", 0, 1, 120,
              .help = "Name of the new organisation; absent: one made of the family name. Without effect with inviteToken or joinDomain.",
              .example = "Example Logistics"),
    FIELD_STR(struct register_body, invite_token, "inviteToken", FIELD_SECRET, 20, 100,
              .help = "Token of the link in an invitation: joins the inviting organisation, with the role that the invitation gives."),
    FIELD_BOOL(struct register_body, join_domain, "joinDomain", 0, "false",
               .help = "true: join the organisation that has proven the domain of the address; not together with inviteToken."),
    FIELD_END,
};

/* What is stored for the platform, or else the environment's values; read afresh, so that a change counts at once. */
static struct db_call settings_call(struct db_rows *rows) {
    return (struct db_call){SQL_SIGNUP_SETTINGS(auth_config.signups, auth_config.default_plan), .rows = rows};
}

static bool is_open(const struct db_rows *settings) {
    return str_eq(db_str(settings, 0, COL_SIGNUPS), "open");
}

static void write_open(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_bool(at->json, is_open(at->rows));
}

static void write_signed_in(const struct shape_at *at, const struct field *f) {
    const bool *signed_in = at->context;
    (void)f;
    jw_bool(at->json, *signed_in);
}

/* Also says whether the caller's cookie is good, for pages that anybody may open: no answer of theirs need be a 401. */
static enum err signup_status_get(struct req *q, struct resp *r) {
    bool has_cookie = q->credential.token && !q->credential.is_key;
    struct db_rows settings, found;
    struct db_call call = settings_call(&settings);
    enum err e = req_run(q, &call, 1);
    if (e == OK) {
        bool signed_in = false;
        if (has_cookie) {
            call =
                principal_call(q->arena, &q->credential,
                               (struct demand){.guard = GUARD_MEMBER, .idle_seconds = web_config.session_idle_hours * 3600}, q->id, &found);
            signed_in = req_run(q, &call, 1) == OK;
        }
        shape_write(&r->json, q->arena, q->route->reply, &settings, 0, &signed_in);
    }
    return e;
}

/* "Example & Sons GmbH" -> "example-sons-gmbh". */
static const char *slug_of(struct arena *a, const char *name) {
    char *out = arena_alloc(a, 82);
    size_t n = 0;
    for (const char *c = name; *c && n < 60; c++) {
        if (isalnum((unsigned char)*c)) {
            out[n++] = (char)tolower((unsigned char)*c);
        } else if (n && out[n - 1] != '-') {
            out[n++] = '-';
        }
    }
    while (n && out[n - 1] == '-') {
        out[--n] = '\0';
    }
    return n ? out : "organisation";
}

/* Where mail leaves the server the registration waits for the answer to one; otherwise there is an account at once. */
static struct db_call store_call(struct req *q, const struct register_body *b, const char *hash, struct db_rows *rows) {
    const char *organization = b->organization ? b->organization : arena_printf(q->arena, "Organisation of %s", b->last_name);
    const char *slug = slug_of(q->arena, organization), *others = spellings(q->arena, b->email);
    const char *invite = b->invite_token ? token_hash(q->arena, b->invite_token) : NULL;
    struct link link = link_make(q->arena, auth_config.mail ? "/confirm" : "/verify-email");
    const char *sealed = mail_params(q->arena, b->email, "url", auth_config.mail ? link_for(q->arena, &link, b->email) : link.url, NULL);
    if (auth_config.mail) {
        return (struct db_call){SQL_REGISTER_WAIT(b->email, b->first_name, b->last_name, hash, organization, slug, auth_config.default_plan,
                                                  invite, link.hash, sealed, others),
                                .rows = rows};
    }
    return (struct db_call){SQL_REGISTER(b->email, b->first_name, b->last_name, hash, organization, slug, auth_config.default_plan, invite,
                                         NULL, link.hash, sealed, others),
                            .rows = rows};
}

static enum err store(struct req *q, struct resp *r, const struct register_body *b, const char *hash, bool *waits) {
    struct db_rows rows;
    struct db_call call = store_call(q, b, hash, &rows);
    enum err e = req_run(q, &call, 1);
    if (e == ERR_CONFLICT) {
        return ERR_EMAIL_TAKEN;
    }
    *waits = e == OK && str_eq(db_str(&rows, 0, COL_VERDICT), "waits");
    if (e == OK && !*waits && !str_eq(db_str(&rows, 0, COL_VERDICT), "ok")) {
        return resp_fail(r, ERR_TOKEN_EXPIRED, W_ERRORS_INVITATION_GONE);
    }
    return e;
}

static enum err register_check(struct req *q, struct resp *r) {
    const struct register_body *b = q->body;
    const char *known[] = {b->email, b->first_name, b->last_name, b->organization};
    if (b->password) {
        password_is_refused(r, "password", b->password, known, 4);
    }
    if (b->join_domain && b->invite_token) {
        resp_field_error(r, "joinDomain", W_ERRORS_FIELD_NOT_INVITE);
    }
    return OK;
}

/* Whether anybody who types an address causes a mail to it. With an invitation in hand one need not be a stranger. */
static bool mails_strangers(const struct register_body *b) {
    return b->join_domain || (auth_config.mail && !b->invite_token);
}

/* Registrations of one client address, and where they cause mails also those to one mailbox. */
static void register_attempts(struct req *q, struct attempts *all) {
    const struct register_body *b = q->body;
    attempts_add_address(q->arena, all, "register", q->address, auth_config.limit_register);
    if (mails_strangers(b)) {
        attempts_add(all, "join-mail", mailbox_key(q->arena, b->email), auth_config.limit_account_mails);
    }
}

static void register_undo(struct req *q) {
    struct attempts all = {0};
    register_attempts(q, &all);
    attempts_undo(q, &all);
}

/* The same whatever became of it. */
static enum err registered_reply(struct req *q, struct resp *r) {
    const struct register_body *b = q->body;
    if (b->join_domain) {
        return join_reply(q, r);
    }
    resp_status(r, 201);
    return reply_success(r);
}

/* Who may register at all. An invitation says what the organisation is called, which the password then must not say. */
static enum err register_admit(struct req *q, struct resp *r) {
    const struct register_body *b = q->body;
    struct attempts all = {0};
    struct db_rows settings, taken, org = {0};
    register_attempts(q, &all);
    struct db_call calls[] = {settings_call(&settings),
                              attempts_take(q->arena, &all, 3600, &taken),
                              link_enter(q->arena, "invitation", b->invite_token ? b->invite_token : ""),
                              {SQL_LINK_ORGANISATION(), .rows = &org}};
    enum err e = req_run(q, calls, b->invite_token ? 4 : 2);
    if (e == OK && !b->invite_token && !b->join_domain && !is_open(&settings)) {
        return ERR_SIGNUPS_CLOSED;
    }
    if (e == OK && mails_strangers(b) && attempts_refused(&taken) == all.n - 1) {
        q->answered = true; /* the mail is there already */
        return registered_reply(q, r);
    }
    if (e == OK && attempt_wait(&taken) == 0 && password_refused(r, "password", b->password, &org)) {
        register_undo(q);
        return ERR_VALIDATION;
    }
    return e == OK && attempt_wait(&taken) > 0 ? resp_wait(r, attempt_wait(&taken)) : e;
}

static enum err register_post(struct req *q, struct resp *r) {
    const struct register_body *b = q->body;
    char hash[CRYPTO_PASSWORD_SIZE];
    bool waits = false;
    enum err e = OK;
    if (!crypto_password_hash(b->password, hash)) {
        e = ERR_UNAVAILABLE;
    }
    if (e == OK && b->join_domain) {
        return join_domain(q, r, hash);
    }
    if (e == OK) {
        e = store(q, r, b, hash, &waits);
    }
    if (e == OK && b->invite_token && !waits) {
        register_undo(q); /* whoever was invited takes no place from others at that address; but each mail takes one */
    }
    return e == OK ? registered_reply(q, r) : e;
}

static void write_confirms(const struct shape_at *at, const struct field *f) {
    (void)f;
    if (auth_config.mail) {
        jw_kbool(at->json, "confirmsByMail", true);
    }
}

static const struct field signup_status_members[] = {
    OUT(FT_BOOL, "open", "Whether strangers may register organisations.", .write = write_open),
    OUT(FT_BOOL, "signedIn", "Whether the cookie that came with the call is that of a session.", .write = write_signed_in,
        .example = "false"),
    OUT(FT_BOOL, "confirmsByMail",
        "Always true: a registration waits for the answer to a mail, and there is no account before. Absent: one signs in at once.",
        .values = VALUES("true"), .flags = FIELD_MAYBE, .write = write_confirms),
    FIELD_END,
};
static const struct shape signup_status_shape = SHAPE("SignupStatus", "What a page for registering needs to know.", signup_status_members);

static const struct field registered_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_BOOL, "verificationRequired", "With joinDomain: there is no account before the mail was answered.", .values = VALUES("true"),
        .flags = FIELD_MAYBE),
    FIELD_END,
};
static const struct shape registered_shape = SHAPE("Registered", "Registered, or on the way until a mail is answered.", registered_members);

const struct route register_routes[] = {
    {METHOD_GET, "/api/public/signup-status", GUARD_PUBLIC, NULL, signup_status_get, .summary = "Whether registration is open",
     .name = "getSignupStatus", .tag = "account",
     .help =
         "For pages that offer registration: when sign-ups are closed, register answers 403 `signups_closed` to whoever has no invitation.",
     .reply_help = "Open or closed for strangers.", .reply = &signup_status_shape},
    {METHOD_POST, "/api/auth/register", GUARD_PUBLIC, NULL, register_post, BODY(register_fields, struct register_body),
     .check = register_check, .admit = register_admit, .undo = register_undo, .flags = ROUTE_HASHES,
     .summary = "Register a person, with a new organisation or an invitation", .name = "register", .tag = "account",
     .help =
         "Creates a person: as administrator of a new organisation, with inviteToken as what the invitation says, or with joinDomain as a "
         "member of the organisation that has proven the domain of the address. Without a mail server (signup-status has no "
         "confirmsByMail) "
         "the account is there at once, and signing in works; 409 `email_taken`: the address has one, sign in instead. Where mail "
         "leaves the server an address is an account only when it is proven: the answer is the same whether or not it is known, a mail "
         "goes to it (5 an hour, LIMIT_ACCOUNT_MAILS), and POST /api/auth/register/confirm with the mail's link and the password makes the "
         "account, within 7 days; until then signing in is 401. An invitation that came by mail is proof enough. With joinDomain it is "
         "always so, within a day, and a mail goes out when an organisation has the domain. Registrations are limited by address and hour "
         "(5, LIMIT_REGISTER), several times as many by network; who comes with an invitation takes none of it: 429 with Retry-After. 410 "
         "`token_expired`: the invitation is over, used, or for another address.",
     .reply_help = "Registered. Sign in next, or wait for the mail where one confirms it.", .status = 201, .reply = &registered_shape,
     .errors = ERRORS({ERR_EMAIL_TAKEN, NULL}, {ERR_SUSPENDED, NULL}, {ERR_ENDING, NULL}, {ERR_SEATS, NULL}, {ERR_SIGNUPS_CLOSED, NULL},
                      {ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
