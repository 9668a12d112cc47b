#include "common/base/version.h"

#include "common/base/str.h"

#include <stdio.h>

#define TEXT_OF(tokens) #tokens
#define TEXT(macro) TEXT_OF(macro)

const char *const muster_version = TEXT(MUSTER_VERSION);

bool version_asked(const char *name, int argc, char **argv) {
    bool asked = argc > 1 && str_eq(argv[1], "--version");
    if (asked) {
        printf("muster-%s %s\n", name, muster_version);
    }
    return asked;
}
