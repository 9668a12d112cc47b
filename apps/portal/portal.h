/* portal.h - what the files of the portal family share. */
#ifndef MUSTER_APPS_PORTAL_PORTAL_H
#define MUSTER_APPS_PORTAL_PORTAL_H

#include "common/web/web.h"
#include "queries_portal.h"

/* Settings of this family: what platform administrators are shown, and the keys that seal mails. */
struct portal_config {
    const char *signups, *default_plan; /* as the environment has them; a stored value comes first */
    const char *secret_key_file;
    const char *smtp_url, *mail_from; /* "": none */
    bool mail;                        /* mails leave the machine; otherwise a reply holds the link */
    const char *data_dir;             /* on the file system that must have room */
    int64_t disk_free_mb, queue_age_seconds;
};
extern struct portal_config portal_config;

extern const struct table portal_tables[];

/* Opens the folder whose file system /readyz looks at, before the sandbox closes; "" is none. False when it is not there. */
bool ready_open(const char *folder);
/* What several resources reply. */
extern const struct shape admin_org_name_shape;

/* A verdict of an admin_* function as a reply: {"success":true}, or its error. */
enum err admin_judge(struct resp *r, const char *verdict);
/* OK, ERR_MISSING_SESSION_ID for none, ERR_NOT_FOUND for what cannot be an id; the id in lower case in *out. */
enum err portal_session_id(struct arena *a, const char *given, const char **out);

#endif
