/* routes.c - the resources of the portal family: each has its rows at the end of its file. */
#include "apps/portal/portal.h"

extern const struct route sessions_routes[], next_routes[], search_routes[], report_routes[], certificate_routes[], admin_orgs_routes[],
    admin_users_routes[], admin_settings_routes[], admin_health_routes[], admin_audit_routes[], health_routes[];

const struct table portal_tables[] = {{.rows = sessions_routes},    {.rows = next_routes},           {.rows = search_routes},
                                      {.rows = report_routes},      {.rows = certificate_routes},    {.rows = admin_orgs_routes},
                                      {.rows = admin_users_routes}, {.rows = admin_settings_routes}, {.rows = admin_health_routes},
                                      {.rows = admin_audit_routes}, {.rows = health_routes},         {0}};
