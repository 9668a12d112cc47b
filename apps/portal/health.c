/* health.c - whether this family answers. */
#include "common/web/health.h"

#include "apps/portal/portal.h"

const struct route health_routes[] = {
    {METHOD_GET, "/healthz/portal", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the portal family",
     .name = "getHealthPortal", .tag = "operation",
     .help = "For finding out which family is not well: this one answers when its processes and its database connection do.",
     .reply_help = "The family and the database answer.", .reply = &health_shape},
    {0},
};
