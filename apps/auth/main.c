/* main.c - the auth family: accounts, sign-in, API keys, health of the installation. */
#include "apps/auth/auth.h"

struct auth_config auth_config;

static const char *const signups[] = {"open", "closed", NULL};
static const char *const plans[] = {"FREE", "STARTER", "GROWTH", "PROFESSIONAL", "ENTERPRISE", NULL};
static const struct cfg_row cfg[] = {
    {.name = "SIGNUPS",
     .type = CFG_ENUM,
     .out = &auth_config.signups,
     .dflt = "open",
     .values = signups,
     .help = "Whether strangers may register organisations."},
    {.name = "DEFAULT_PLAN",
     .type = CFG_ENUM,
     .out = &auth_config.default_plan,
     .dflt = "ENTERPRISE",
     .values = plans,
     .help = "Plan of new organisations."},
    {.name = "LIMIT_REGISTER",
     .type = CFG_INT,
     .out = &auth_config.limit_register,
     .dflt = "5",
     .min = 0,
     .max = 1000000,
     .help = "Registrations an hour and address; 0 is no limit."},
    {.name = "LIMIT_SIGNIN_ACCOUNT",
     .type = CFG_INT,
     .out = &auth_config.limit_signin_account,
     .dflt = "10",
     .min = 0,
     .max = 1000000,
     .help = "Sign-in attempts in 15 minutes and account; 0 is no limit."},
    {.name = "LIMIT_SIGNIN_ADDRESS",
     .type = CFG_INT,
     .out = &auth_config.limit_signin_address,
     .dflt = "60",
     .min = 0,
     .max = 1000000,
     .help = "Sign-in attempts in 15 minutes and address; 0 is no limit."},
    {0},
};

int main(int argc, char **argv) {
    const struct app app = {
        .name = "auth", .routes = auth_routes, .nroutes = auth_nroutes, .stmts = auth_stmts, .nstmts = STMT_COUNT, .cfg = cfg};
    return app_run(&app, argc, argv);
}
