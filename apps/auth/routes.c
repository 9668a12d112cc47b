/* routes.c - the resources of the auth family: each has its rows at the end of its file. */
#include "apps/auth/auth.h"

extern const struct route register_routes[], join_routes[], link_routes[], forgot_routes[], signin_routes[], step_up_routes[],
    password_routes[], sessions_routes[], factor_routes[], mail_preferences_routes[], api_keys_routes[], team_routes[],
    invitations_routes[], domains_routes[], audit_routes[], privacy_routes[], export_routes[], health_routes[];

const struct route *const auth_routes[] = {register_routes,
                                           join_routes,
                                           link_routes,
                                           forgot_routes,
                                           signin_routes,
                                           step_up_routes,
                                           password_routes,
                                           sessions_routes,
                                           factor_routes,
                                           mail_preferences_routes,
                                           api_keys_routes,
                                           team_routes,
                                           invitations_routes,
                                           domains_routes,
                                           audit_routes,
                                           privacy_routes,
                                           export_routes,
                                           health_routes,
                                           NULL};
