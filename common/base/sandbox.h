/*
 * sandbox.h - what a process that serves gives up for good: new privileges, core dumps, being looked into by others, every system
 * call that its work does not need (seccomp), and every file but those that are named (Landlock, where the kernel has it).
 */
#ifndef MUSTER_BASE_SANDBOX_H
#define MUSTER_BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#define SANDBOX_PATHS 8

/* Paths: files, or folders with everything below. What is missing, NULL or "" is left out. */
struct sandbox {
    const char *read[SANDBOX_PATHS];
    const char *write[SANDBOX_PATHS]; /* folders in which files may be made, renamed and removed */
    bool internet;                    /* IPv4 and IPv6 as a client, with names looked up; otherwise UNIX sockets alone */
    bool keeps;                       /* starts and ends processes of its own program, each of which enters a narrower one */
};

/*
 * For the rest of the process's life. Threads that exist already are not in it. Returns false with a sentence in err when the
 * process must not go on. A kernel without Landlock costs one line in the log.
 *
 * A call that is not allowed ends the process with SIGSYS, after a line that names it; a few that libraries try and do without
 * just fail.
 */
bool sandbox_enter(const struct sandbox *rules, char *err, size_t size);

#endif
