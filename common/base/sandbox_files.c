/* sandbox_files.c - Landlock by its system calls: younger than the C library of some systems that we run on, and so are its headers. */
#include "common/base/log.h"
#include "common/base/sandbox_internal.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers on every architecture. */
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define CREATE_VERSION 1U
#define RULE_PATH_BENEATH 1

#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_REG (1ULL << 8)
#define FS_TRUNCATE (1ULL << 14)
#define NET_BIND (1ULL << 0)
#define NET_CONNECT (1ULL << 1)

#define READS (FS_READ_FILE | FS_READ_DIR)
#define WRITES (READS | FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_TRUNCATE)
#define FILE_RIGHTS (FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE)

/* What a kernel is asked to guard; a younger kernel accepts less than it knows, and an older one gets no bit that it does not know. */
struct ruleset {
    uint64_t fs, net, scoped;
};
struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

/* What each version added. */
static const struct {
    int abi;
    struct ruleset adds;
} versions[] = {
    {1, {.fs = (1ULL << 13) - 1}},          /* execute, read, write, remove and make files of all kinds */
    {2, {.fs = 1ULL << 13}},                /* move between folders */
    {3, {.fs = FS_TRUNCATE}},               /* */
    {4, {.net = NET_BIND | NET_CONNECT}},   /* TCP */
    {5, {.fs = 1ULL << 15}},                /* ioctl on devices */
    {6, {.scoped = 1ULL << 0 | 1ULL << 1}}, /* abstract UNIX sockets of others, signals to others */
};

/* To look up a name and to know whom to trust. Files of /etc come and go by renaming, so the folder is what is named; what is
 * secret there belongs to root. */
static const char *const internet_paths[] = {"/etc",
                                             "/usr/lib",
                                             "/lib",
                                             "/usr/share/ca-certificates",
                                             "/usr/local/share/ca-certificates",
                                             "/run/systemd/resolve",
                                             "/run/resolvconf",
                                             "/run/NetworkManager",
                                             "/dev/urandom",
                                             NULL};
static const char *const sanitizer_paths[] = {"/proc", "/usr", "/lib", NULL};

static struct ruleset known_to(long abi, bool internet) {
    struct ruleset all = {0};
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (versions[i].abi <= abi) {
            all.fs |= versions[i].adds.fs;
            all.net |= versions[i].adds.net;
            all.scoped |= versions[i].adds.scoped;
        }
    }
    all.net &= internet ? NET_BIND : NET_BIND | NET_CONNECT;
    return all;
}

static bool allow(int ruleset, const char *path, uint64_t rights) {
    struct stat st;
    int at = path && *path ? open(path, O_PATH | O_CLOEXEC) : -1;
    if (at < 0) {
        return true;
    }
    bool file = fstat(at, &st) == 0 && !S_ISDIR(st.st_mode);
    const struct path_beneath rule = {.allowed = file ? rights & FILE_RIGHTS : rights, .parent = at};
    bool ok = syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0;
    close(at);
    return ok;
}

static bool allow_all(int ruleset, const char *const *paths, uint64_t rights) {
    bool ok = true;
    for (; ok && *paths; paths++) {
        ok = allow(ruleset, *paths, rights);
    }
    return ok;
}

static bool allow_rules(int ruleset, const struct sandbox *rules, uint64_t handled) {
    bool ok = true;
    for (int i = 0; ok && i < SANDBOX_PATHS; i++) {
        ok = allow(ruleset, rules->read[i], READS & handled) && allow(ruleset, rules->write[i], WRITES & handled);
    }
    ok = ok && (!rules->internet || allow_all(ruleset, internet_paths, READS));
    return ok && (!SANDBOX_SANITIZED || allow_all(ruleset, sanitizer_paths, READS));
}

bool sandbox_files(const struct sandbox *rules) {
    long abi = syscall(CREATE_RULESET, NULL, 0, CREATE_VERSION);
    if (abi < 1) {
        log_warn("sandbox: this kernel has no Landlock; files are guarded by their owners and modes alone");
        return true;
    }
    const struct ruleset handled = known_to(abi, rules->internet);
    int ruleset = (int)syscall(CREATE_RULESET, &handled, sizeof(handled), 0);
    bool ok = ruleset >= 0 && allow_rules(ruleset, rules, handled.fs) && syscall(RESTRICT_SELF, ruleset, 0) == 0;
    if (ruleset >= 0) {
        close(ruleset);
    }
    return ok;
}
