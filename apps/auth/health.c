/* health.c - whether this family answers. */
#include "common/web/health.h"

#include "apps/auth/auth.h"

const struct route health_routes[] = {
    {METHOD_GET, "/healthz", GUARD_PUBLIC, NULL, health_all, .summary = "Health of all families"},
    {METHOD_GET, "/healthz/auth", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the auth family"},
    {0},
};
