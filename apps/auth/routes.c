/* routes.c - the resources of the auth family: each has its rows at the end of its file. */
#include "apps/auth/auth.h"

extern const struct route register_routes[], join_routes[], link_routes[], forgot_routes[], signin_routes[], step_up_routes[],
    password_routes[], sessions_routes[], factor_routes[], factor_reset_routes[], security_routes[], mail_preferences_routes[],
    api_keys_routes[], team_routes[], invitations_routes[], invitation_routes[], domains_routes[], audit_routes[], privacy_routes[],
    export_routes[], health_routes[];

const struct table auth_tables[] = {{.rows = register_routes},    {.rows = join_routes},
                                    {.rows = link_routes},        {.rows = forgot_routes},
                                    {.rows = signin_routes},      {.rows = step_up_routes},
                                    {.rows = password_routes},    {.rows = sessions_routes},
                                    {.rows = factor_routes},      {.rows = factor_reset_routes},
                                    {.rows = security_routes},    {.rows = mail_preferences_routes},
                                    {.rows = api_keys_routes},    {.rows = team_routes},
                                    {.rows = invitations_routes}, {.rows = invitation_routes},
                                    {.rows = domains_routes},     {.rows = audit_routes},
                                    {.rows = privacy_routes},     {.rows = export_routes},
                                    {.rows = health_routes},      {0}};
