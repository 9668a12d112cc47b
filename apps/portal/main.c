/* main.c - the portal family: lists, reports, certificates. */
#include "apps/portal/portal.h"

int main(int argc, char **argv) {
    const struct app app = {
        .name = "portal", .routes = portal_routes, .nroutes = portal_nroutes, .stmts = portal_stmts, .nstmts = STMT_COUNT};
    return app_run(&app, argc, argv);
}
