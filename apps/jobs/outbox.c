/* outbox.c - without a mail server every mail is a file that a mail program opens: <id>.eml, written aside and renamed. */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_SECONDS (30 * 24 * 3600)

static bool write_all(int fd, const char *data, size_t len) {
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static int open_dir(const char *dir) {
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return -1;
    }
    return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The name follows from the mail, so that writing it twice leaves one file. */
bool outbox_write(const char *dir, const char *id, const char *data, size_t len) {
    char aside[64], name[64];
    bool ok = false;
    int at = open_dir(dir), fd = -1;
    snprintf(aside, sizeof(aside), ".%s.new", id);
    snprintf(name, sizeof(name), "%s.eml", id);
    if (at >= 0) {
        fd = openat(at, aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
    if (fd >= 0) {
        ok = write_all(fd, data, len) && fsync(fd) == 0;
        ok = close(fd) == 0 && ok;
        ok = ok && renameat(at, aside, at, name) == 0 && fsync(at) == 0;
    }
    if (!ok) {
        log_error("mail: cannot write to %s: %m", dir);
    }
    if (at >= 0) {
        close(at);
    }
    return ok;
}

/* Also when there is a mail server now: files from before it run out as well. */
void outbox_sweep(const char *dir) {
    int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = at >= 0 ? fdopendir(at) : NULL;
    int64_t oldest = clock_now_us() / 1000000 - KEPT_SECONDS;
    struct stat st;
    if (!d) {
        return;
    }
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        const char *dot = strrchr(e->d_name, '.');
        bool ours = dot && dot != e->d_name && (strcmp(dot, ".eml") == 0 || strcmp(dot, ".new") == 0);
        if (ours && fstatat(at, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_mtime < oldest) {
            unlinkat(at, e->d_name, 0);
        }
    }
    closedir(d);
}
