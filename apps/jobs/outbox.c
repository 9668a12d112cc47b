/* outbox.c - without a mail server every mail is a file that a mail program opens: <id>.eml, written aside and renamed. */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "queries_jobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_SECONDS (30 * 24 * 3600)
#define BATCH 500

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

/* NULL when there is no such folder. */
static DIR *open_list(const char *dir) {
    int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = at >= 0 ? fdopendir(at) : NULL;
    if (at >= 0 && !list) {
        close(at);
    }
    return list;
}

/* Also when there is a mail server now: files from before it run out as well. */
void outbox_sweep(const char *dir) {
    DIR *d = open_list(dir);
    int64_t oldest = clock_now_us() / 1000000 - KEPT_SECONDS;
    struct stat st;
    if (!d) {
        return;
    }
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        const char *dot = strrchr(e->d_name, '.');
        bool ours = dot && dot != e->d_name && (strcmp(dot, ".eml") == 0 || strcmp(dot, ".new") == 0);
        if (ours && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_mtime < oldest) {
            unlinkat(dirfd(d), e->d_name, 0);
        }
    }
    closedir(d);
}

/* ---- the job "outbox", once an hour: a file goes with its mail, above all when its person was erased (rule E2) ---- */

/* The mail that a file is named after, or NULL. */
static const char *mail_of(struct arena *a, const char *file) {
    const char *id = strlen(file) == 40 && str_eq(file + 36, ".eml") ? arena_strndup(a, file, 36) : NULL;
    return id && str_is_uuid(id) ? id : NULL;
}

static enum err remove_gone(struct job *job, int at, const char *const *ids, size_t n) {
    struct db_rows rows = {0};
    const struct db_call call = {SQL_MAILS_GONE(db_text_array(job->arena, ids, n)), .rows = &rows};
    enum err e = n ? job_run(job, &call, 1) : OK;
    for (int i = 0; e == OK && i < rows.n; i++) {
        unlinkat(at, arena_printf(job->arena, "%s.eml", db_str(&rows, i, COL_ID)), 0);
    }
    return e;
}

enum job_end outbox_run(struct job *job) {
    DIR *d = open_list(jobs_config.outbox_dir);
    const char *ids[BATCH];
    enum err e = OK;
    size_t n = 0;
    for (const struct dirent *entry; d && e == OK && job->stop == JOB_GOES_ON && (entry = readdir(d));) {
        ids[n] = mail_of(job->arena, entry->d_name);
        n += ids[n] != NULL;
        if (n == BATCH) {
            e = remove_gone(job, dirfd(d), ids, n);
            n = 0;
            job_goes_on(job);
        }
    }
    if (d) {
        e = e == OK ? remove_gone(job, dirfd(d), ids, n) : e;
        closedir(d);
    }
    return e != OK ? job_trouble(job) : job->stop == JOB_GOES_ON ? JOB_DONE : JOB_STOPPED;
}
