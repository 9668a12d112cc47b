/* main.c - the portal family: lists, reports, certificates, administration of the platform. */
#include "apps/portal/portal.h"
#include "common/crypto/seal.h"
#include "common/web/health.h"

#include <stdio.h>

struct portal_config portal_config;

static const char *const signups[] = {"open", "closed", NULL};
static const struct cfg_row cfg[] = {
    HEALTH_SETTING,
    {.name = "DATA_DIR",
     .type = CFG_STR,
     .out = &portal_config.data_dir,
     .dflt = "",
     .max = 4000,
     .help = "Folder on the file system that must have room."},
    {.name = "DISK_FREE_MB",
     .type = CFG_INT,
     .out = &portal_config.disk_free_mb,
     .dflt = "256",
     .min = 0,
     .max = 100000000,
     .help = "With less room than this on the disk, /readyz says so."},
    {.name = "QUEUE_AGE_SECONDS",
     .type = CFG_INT,
     .out = &portal_config.queue_age_seconds,
     .dflt = "900",
     .min = 0,
     .max = 1000000,
     .help = "When a job waits longer than this, /readyz says so; 0 is for ever."},
    {.name = "SIGNUPS",
     .type = CFG_ENUM,
     .out = &portal_config.signups,
     .dflt = "open",
     .values = signups,
     .help = "Whether strangers may register organisations."},
    {.name = "DEFAULT_PLAN",
     .type = CFG_STR,
     .out = &portal_config.default_plan,
     .dflt = "ENTERPRISE",
     .min = 1,
     .max = 40,
     .help = "Plan of new organisations."},
    {.name = "SECRET_KEY_FILE",
     .type = CFG_STR,
     .out = &portal_config.secret_key_file,
     .min = 1,
     .max = 1000,
     .help = "File with the keys that this program needs to seal the secrets of people."},
    {.name = "SMTP_URL",
     .type = CFG_STR,
     .out = &portal_config.smtp_url,
     .dflt = "",
     .min = 8,
     .max = 300,
     .help = "The server that takes mail; without one mails are written to files."},
    {.name = "MAIL_FROM",
     .type = CFG_STR,
     .out = &portal_config.mail_from,
     .dflt = "",
     .max = 300,
     .help = "Sender: an address, or a name and <address>."},
    {0},
};

/* Rule B1: no service without a real key. */
static bool start(char *err, size_t size) {
    portal_config.mail = *portal_config.smtp_url != '\0';
    if (!ready_open(portal_config.data_dir)) {
        snprintf(err, size, "DATA_DIR, %.200s, cannot be opened: %m.", portal_config.data_dir);
        return false;
    }
    return seal_load(portal_config.secret_key_file, err, size);
}

int main(int argc, char **argv) {
    const struct app app = {
        .name = "portal", .tables = portal_tables, .stmts = portal_stmts, .nstmts = STMT_COUNT, .cfg = cfg, .start = start};
    return app_run(&app, argc, argv);
}
