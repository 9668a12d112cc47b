/* domains.c - e-mail domains of the organisation whose people may join by themselves: list, add, remove, prove (rules A4, A6). */
#include "apps/auth/auth.h"
#include "common/base/str.h"
#include "common/mail/mail.h"

struct domain_body {
    const char *domain, *mailbox;
};

#define MAX_DOMAINS 20

/* Mailboxes that the owner of a domain alone has (RFC 2142 and the practice of certificate authorities). */
static const char *const mailboxes[] = {"postmaster", "hostmaster", "webmaster", "admin", "administrator", NULL};

static const struct field domain_fields[] = {
    FIELD_STR(struct domain_body, domain, "domain", FIELD_REQUIRED, 4, 253,
              .help = "A domain that the organisation owns, without anything before it.", .example = "example.com"),
    FIELD_ENUM(struct domain_body, mailbox, "mailbox", 0, mailboxes, "postmaster",
               .help = "Which mailbox of the domain gets the mail: of those only the owner has.", .example = "postmaster"),
    FIELD_END,
};

static enum err domain_check(struct req *q, struct resp *r) {
    const struct domain_body *b = q->body;
    if (b->domain && !domain_normal(q->arena, b->domain)) {
        resp_field_error(r, "domain", W_ERRORS_FIELD_DOMAIN);
    }
    return OK;
}

static enum err domains_get(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_DOMAIN_LIST()});
}

/* Who may send this mail, and how often: to one mailbox, and for one organisation. */
static enum err may_send(struct req *q, struct resp *r, const char *to) {
    struct db_rows me, limit;
    struct db_call look = {SQL_ME(), .rows = &me};
    enum err e = req_run(q, &look, 1);
    e = e == OK ? need_proven_address(r, &me) : e;
    if (e != OK) {
        return e;
    }
    struct attempt organization = {"domain-org", q->who.org_id, 4 * auth_config.limit_account_mails};
    struct db_call take = mail_attempt(q, organization, "domain-mail", to, &limit);
    e = req_run(q, &take, 1);
    return e == OK && attempt_wait(&limit) > 0 ? resp_wait(r, attempt_wait(&limit)) : e;
}

static enum err domain_post(struct req *q, struct resp *r) {
    const struct domain_body *b = q->body;
    const char *domain = domain_normal(q->arena, b->domain);
    const char *to = arena_printf(q->arena, "%s@%s", b->mailbox, domain);
    if (!str_is_email(to)) {
        resp_field_error(r, "domain", W_ERRORS_FIELD_DOMAIN_LONG);
        return ERR_VALIDATION;
    }
    enum err e = may_send(q, r, to);
    if (e != OK) {
        return e;
    }
    struct link link = link_make(q->arena, "/verify-domain");
    struct db_rows made;
    struct db_call call = {SQL_DOMAIN_PUT(domain, b->mailbox, link.hash, to,
                                          mail_params(q->arena, to, "domain", domain, "url", link.url, NULL),
                                          db_number(q->arena, MAX_DOMAINS)),
                           .rows = &made};
    e = req_run(q, &call, 1);
    if (e == OK && made.n == 0) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_DOMAIN_THERE(MAX_DOMAINS));
    }
    return e == OK ? reply_sets(q, r, &made) : e;
}

static enum err domain_delete(struct req *q, struct resp *r) {
    return reply_from(q, r, (struct db_call){SQL_DOMAIN_DELETE(q->params[0])});
}

/* Whoever reads the domain's mailbox says yes; that need not be a person with an account. */
static enum err domain_verify_post(struct req *q, struct resp *r) {
    const struct link_body *b = q->body;
    struct db_rows limit, rows;
    struct db_call take = link_attempt(q, &limit);
    enum err e = req_run(q, &take, 1);
    if (e == OK && attempt_wait(&limit) > 0) {
        return resp_wait(r, attempt_wait(&limit));
    }
    struct db_call calls[] = {
        link_enter(q->arena, "domain", b->token),
        {SQL_DOMAIN_VERIFY(token_hash(q->arena, b->token)), .rows = &rows},
    };
    e = e == OK ? req_run(q, calls, 2) : e;
    if (e == ERR_CONFLICT) {
        return resp_fail(r, ERR_CONFLICT, W_ERRORS_DOMAIN_TAKEN);
    }
    if (e == OK && rows.n == 0) {
        return link_expired(r);
    }
    return e == OK ? reply_sets(q, r, &rows) : e;
}

static const struct field domain_members[] = {
    OUT(FT_UUID, "id", "Of the claim: to remove it.", .column = COL_ID, .example = "8b7a6958-4736-4251-9403-f2e1d0c9b8a7"),
    OUT(FT_STR, "domain", "In lower case.", .column = COL_DOMAIN, .min = 4, .max = 253, .example = "example.com"),
    OUT(FT_ENUM, "mailbox", "Where the mail goes, at the domain.", .column = COL_MAILBOX,
        .values = VALUES("postmaster", "hostmaster", "webmaster", "admin", "administrator"), .example = "postmaster"),
    OUT(FT_ENUM, "status", "PENDING: the mail was not answered yet. VERIFIED: people of the domain may join. EXPIRED: send the mail again.",
        .column = COL_STATUS, .values = VALUES("PENDING", "VERIFIED", "EXPIRED"), .example = "VERIFIED"),
    OUT(FT_TIME, "createdAt", "When it was added.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "expiresAt", "When the link in the mail stops working; null: it was used.", .column = COL_EXPIRES_AT, .example = "null",
        .flags = FIELD_NULL),
    OUT(FT_TIME, "verifiedAt", "When the link was followed; null: it was not.", .column = COL_VERIFIED_AT,
        .example = "2026-11-21T08:21:07.940Z", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape domain_shape = SHAPE("Domain", "An e-mail domain that the organisation says it owns.", domain_members);

static const struct field domain_verified_members[] = {
    OUT(FT_BOOL, "success", "Always true: whatever fails is an error.", .values = VALUES("true")),
    OUT(FT_STR, "domain", "The domain that is proven now.", .column = COL_DOMAIN, .example = "example.com"),
    OUT(FT_STR, "organization", "Whose domain it is.", .column = COL_ORGANIZATION, .min = 1, .example = "Example Logistics"),
    FIELD_END,
};
static const struct shape domain_verified_shape = SHAPE("DomainVerified", "Which domain is proven, and for whom.", domain_verified_members);

const struct route domains_routes[] = {
    {METHOD_GET, "/api/portal/domains", GUARD_ADMIN, NULL, domains_get, .summary = "List the organisation's e-mail domains",
     .flags = ROUTE_LIST, .name = "listDomains", .tag = "team",
     .help = "Domains that the organisation added, with the state of each: people with an address of a VERIFIED one may join without an "
             "invitation.",
     .reply_help = "In alphabetical order.", .reply = &domain_shape},
    {METHOD_POST, "/api/portal/domains", GUARD_ADMIN, NULL, domain_post, BODY(domain_fields, struct domain_body), .check = domain_check,
     .flags = ROUTE_STEP_UP, .summary = "Add an e-mail domain, or send its mail again", .name = "addDomain", .tag = "team",
     .help = "A mail with a link goes to a mailbox that the owner of the domain alone has. Once it was followed, whoever proves an address "
             "of the domain may join as a member. At most 20 domains. Where mails leave the server, needs an own address that is proven. "
             "Limited by mailbox and by organisation.",
     .reply_help = "Added; the mail is queued.", .status = 201, .reply = &domain_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL}, {ERR_EMAIL_NOT_VERIFIED, NULL})},
    {METHOD_DELETE, "/api/portal/domains/{id}", GUARD_ADMIN, NULL, domain_delete, .summary = "Remove an e-mail domain",
     .name = "removeDomain", .tag = "team", .param_help = {"Of the claim."},
     .help = "Nobody joins by it any more; who has joined stays. A link that was not followed yet stops working.", .reply_help = "Removed.",
     .reply = &success_shape},
    {METHOD_POST, "/api/auth/verify-domain", GUARD_PUBLIC, NULL, domain_verify_post, BODY(link_fields, struct link_body),
     .summary = "Prove an e-mail domain with the link from the mail", .name = "verifyDomain", .tag = "team",
     .help = "For whoever reads the mailbox of the domain; no account is needed. The link works once and for 3 days. Limited by address.",
     .reply_help = "People with an address of the domain may join the organisation now.", .reply = &domain_verified_shape,
     .errors = ERRORS({ERR_CONFLICT, NULL}, {ERR_TOKEN_EXPIRED, NULL})},
    {0},
};
