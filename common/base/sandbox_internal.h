/* sandbox_internal.h - the two halves of a sandbox. */
#ifndef MUSTER_BASE_SANDBOX_INTERNAL_H
#define MUSTER_BASE_SANDBOX_INTERNAL_H

#include "common/base/sandbox.h"

/* A sanitizer's run time reads /proc, and looks for leaks with a thread that traces the others. */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZED true
#endif
#endif
#ifndef SANDBOX_SANITIZED
#define SANDBOX_SANITIZED false
#endif

/* System calls (sandbox_calls.c). */
bool sandbox_calls(const struct sandbox *rules);
/* Files and what else Landlock guards (sandbox_files.c). True, with a line in the log, when the kernel has none. */
bool sandbox_files(const struct sandbox *rules);

#endif
