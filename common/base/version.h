/*
 * version.h - which Muster this is.
 */
#ifndef MUSTER_BASE_VERSION_H
#define MUSTER_BASE_VERSION_H

#include <stdbool.h>

/* The line of the file VERSION that this was built from, such as "1.2.0". */
extern const char *const muster_version;

/* Prints "muster-NAME 1.2.0" when the first argument asks for it (--version), and says whether it did. */
bool version_asked(const char *name, int argc, char **argv);

#endif
