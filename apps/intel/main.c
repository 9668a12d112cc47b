/* main.c - the intel family: threat intelligence. */
#include "apps/intel/intel.h"
#include "common/crypto/seal.h"

#include <stdio.h>

struct intel_config intel_config;

static const struct cfg_row cfg[] = {
    {.name = "SECRET_KEY_FILE",
     .type = CFG_STR,
     .out = &intel_config.secret_key_file,
     .min = 1,
     .max = 1000,
     .help = "File with the keys that this program needs to seal the secret keys of API users."},
    {0},
};

/* Rule B1: no service without a real key. */
static bool start(char *err, size_t size) {
    if (!seal_load(intel_config.secret_key_file, err, size)) {
        return false;
    }
    if (!credential_start()) {
        snprintf(err, size, "The key file %s has no key for secret keys of API users.", intel_config.secret_key_file);
        return false;
    }
    return true;
}

int main(int argc, char **argv) {
    const struct app app = {
        .name = "intel", .tables = intel_tables, .stmts = intel_stmts, .nstmts = STMT_COUNT, .cfg = cfg, .start = start};
    return app_run(&app, argc, argv);
}
