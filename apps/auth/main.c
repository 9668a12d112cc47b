/* main.c - the auth family: accounts, sign-in, API keys, health of the installation. */
#include "apps/auth/auth.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/password_list.h"
#include "common/crypto/seal.h"
#include "common/web/health.h"

struct auth_config auth_config;

static const char *const signups[] = {"open", "closed", NULL};
static const char *const plans[] = {"FREE", "STARTER", "GROWTH", "PROFESSIONAL", "ENTERPRISE", NULL};
static const struct cfg_row cfg[] = {
    HEALTH_SETTING,
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
    {.name = "LIMIT_ACCOUNT_MAILS",
     .type = CFG_INT,
     .out = &auth_config.limit_account_mails,
     .dflt = "5",
     .min = 0,
     .max = 1000000,
     .help = "Mails with a link that can be asked for in an hour to one address; 0 is no limit."},
    {.name = "LIMIT_INVITE_MAILS",
     .type = CFG_INT,
     .out = &auth_config.limit_invite_mails,
     .dflt = "500",
     .min = 0,
     .max = 1000000,
     .help = "Invitations by mail a day and organisation; 0 is no limit."},
    {.name = "LIMIT_INVITE_RECIPIENT",
     .type = CFG_INT,
     .out = &auth_config.limit_invite_recipient,
     .dflt = "3",
     .min = 0,
     .max = 1000000,
     .help = "Invitations by mail a day to one address, of all organisations; 0 is no limit."},
    {.name = "LIMIT_INVITE_OPEN",
     .type = CFG_INT,
     .out = &auth_config.limit_open_invitations,
     .dflt = "1000",
     .min = 0,
     .max = 1000000,
     .help = "Invitations of an organisation that are open at a time; 0 is no limit."},
    {.name = "LIMIT_INVITE_FIRST",
     .type = CFG_INT,
     .out = &auth_config.limit_first_mails,
     .dflt = "20",
     .min = 0,
     .max = 1000000,
     .help = "Invitations by mail of an organisation before somebody has joined it; 0 is no limit."},
    {.name = "LIMIT_EXPORT",
     .type = CFG_INT,
     .out = &auth_config.limit_export,
     .dflt = "10",
     .min = 0,
     .max = 1000000,
     .help = "Exports of one's data an hour and person; 0 is no limit."},
    {.name = "PASSWORD_LIST",
     .type = CFG_STR,
     .out = &auth_config.password_list,
     .dflt = "",
     .max = 4000,
     .help = "File with the digests of passwords that nobody may choose."},
    {.name = "SECRET_KEY_FILE",
     .type = CFG_STR,
     .out = &auth_config.secret_key_file,
     .min = 1,
     .max = 1000,
     .help = "File with the keys that this program needs to seal the secrets of people."},
    {.name = "SMTP_URL",
     .type = CFG_STR,
     .out = &auth_config.smtp_url,
     .dflt = "",
     .min = 8,
     .max = 300,
     .help = "The server that takes mail; without one mails are written to files."},
    {0},
};

/* Rule B1: no service without a real key. */
static bool start(char *err, size_t size) {
    auth_config.mail = *auth_config.smtp_url != '\0';
    return password_list_open(auth_config.password_list, err, size) && seal_load(auth_config.secret_key_file, err, size);
}

/* All keys, of the file that the operator keeps. */
static bool load_all(void) {
    const char *file = getenv("SECRET_KEY_FILE");
    char err[600] = "SECRET_KEY_FILE is not set, or there is no source of randomness.";
    bool loaded = file && crypto_init() && seal_load(file, err, sizeof(err));
    if (!loaded) {
        log_error("%s", err);
    }
    return loaded;
}

/* What a program is given of them (apps/instance/keys.sh). */
static int print_keys(const char *const *uses) {
    log_init("keys", LOG_INFO);
    if (!load_all()) {
        return 1;
    }
    seal_print(uses);
    seal_wipe();
    return fflush(stdout) == 0 ? 0 : 1;
}

static int reseal(void) {
    const char *dsn = getenv("DATABASE_URL");
    log_init("reseal", LOG_INFO);
    if (!dsn) {
        fputs("usage: DATABASE_URL=... SECRET_KEY_FILE=... muster-auth --reseal\n", stderr);
        return 2;
    }
    if (!load_all()) {
        return 1;
    }
    struct db *db = db_new(dsn, "reseal", auth_stmts, STMT_COUNT);
    int rc = db_ready(db) == OK ? reseal_run(db) : 1;
    db_free(db);
    return rc;
}

/* The form in which an address that somebody types on the server is stored and looked for; a script asks. */
static int print_address(const char *typed) {
    struct arena *a = arena_new(4096);
    const char *normal = str_is_utf8(typed, strlen(typed)) ? email_normal(a, typed) : NULL;
    if (normal) {
        puts(normal);
    }
    arena_free(a);
    return normal ? 0 : 1;
}

int main(int argc, char **argv) {
    const struct app app = {.name = "auth", .tables = auth_tables, .stmts = auth_stmts, .nstmts = STMT_COUNT, .cfg = cfg, .start = start};
    if (argc > 1 && str_eq(argv[1], "--reseal")) {
        return reseal();
    }
    if (argc > 2 && str_eq(argv[1], "--keys")) {
        return print_keys((const char *const *)argv + 2);
    }
    if (argc == 3 && str_eq(argv[1], "--address")) {
        return print_address(argv[2]);
    }
    return app_run(&app, argc, argv);
}
