/* intel.h - what the files of the intel family share: threat intelligence, with an API that clients of ThreatConnect speak. */
#ifndef MUSTER_APPS_INTEL_INTEL_H
#define MUSTER_APPS_INTEL_INTEL_H

#include "common/web/web.h"
#include "queries_intel.h"

struct intel_config {
    const char *secret_key_file;
};
extern struct intel_config intel_config;

extern const struct table intel_tables[];

/* ---- dialects.c: how the protocol's calls speak ---- */

/* Of version 3; of version 2; of version 1, which is no more; of the renewal of tokens, which has no envelope. */
extern const struct dialect intel_v3, intel_v2, intel_v1, intel_renewal;
/* What every call that asks who calls may answer besides what follows from its row. */
#define INTEL_ERRORS                                                                                                                       \
    {ERR_TOKEN_EXPIRED, NULL}, {ERR_SUSPENDED, NULL}, {                                                                                    \
        ERR_FORBIDDEN, NULL                                                                                                                \
    }
/* The roles of an Organization, NULL-terminated. */
extern const char *const intel_org_roles[];

/* ---- credential.c: who asks: a signature, a token, or the session of the pages ---- */

extern const struct authenticator intel_authenticator;
/* False when no key is there to seal with. */
bool credential_start(void);

#define SECRET_KEY_CHARS CRYPTO_TOKEN_CHARS
#define ACCESS_ID_CHARS 20
/* What the secret key of an API user is sealed for. */
struct seal_place;
struct seal_place secret_place(const char *org_id, const char *access_id);

/* ---- tokens.c ---- */

/* A new token of an API user, and its digest as a statement argument. kind: "API" of a short one, "APIV2" of one that an administrator
 * made. */
struct token {
    const char *text, *hash;
};
struct token token_make(struct arena *a, const char *kind, const char *access_id);
/* The digest of a token that somebody shows. */
const char *token_digest(struct arena *a, const char *token);

/* ---- dialects.c: names that are part of the protocol, NULL-terminated ---- */

extern const char *const intel_kinds[], *const intel_made_kinds[], *const intel_comm_roles[];

/* ---- xml.c: version 2 in XML ---- */

/* What a handler of version 2 ends with: its reply, written as JSON, goes out as XML where the request asks for that. stem: of the root
 * element, "owners" for ownersResponse; entity: what the elements of a list are, NULL for one object. */
enum err xml_or_json(struct req *q, struct resp *r, const char *stem, const char *entity);
/* For rows whose handler ends so. */
#define XML_TOO_TEXT(stem)                                                                                                                 \
    .flags = ROUTE_XML_TOO, .reply_text = "<" stem "Response><Status>Success</Status><Data>...</Data></" stem "Response>"

#endif
