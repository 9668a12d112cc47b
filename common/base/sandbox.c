#include "common/base/sandbox.h"

#include "common/base/sandbox_internal.h"
#include "common/base/str.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* Not dumpable: nobody of the same user attaches to it or reads its memory, and /proc shows its files to root alone. */
static bool privileges(void) {
    const struct rlimit none = {0, 0};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0;
}

bool sandbox_enter(const struct sandbox *rules, char *err, size_t size) {
    str_load(); /* from a file, which would not be found later */
    const char *what = !privileges() ? "no_new_privs" : !sandbox_files(rules) ? "Landlock" : !sandbox_calls(rules) ? "seccomp" : NULL;
    if (what) {
        snprintf(err, size, "The kernel refuses %s (%m); without it nothing is served.", what);
    }
    return !what;
}
