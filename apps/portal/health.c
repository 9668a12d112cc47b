/* health.c - whether this family answers, and whether the installation can do its work. */
#include "common/web/health.h"

#include "apps/portal/portal.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/web/metrics.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#define READY_SECONDS 5 /* as for a ping: whoever probes waits */
#define SERVICES_MOST 60
#define KEEP_US (1000000) /* a write of the disk a second and process at most, however many probe */

enum { CHECK_FAMILIES, CHECK_WRITE, CHECK_DISK, CHECK_QUEUE, CHECK_COUNT };
static const char *const check_names[] = {"families", "write", "disk", "queue"};

static int disk = -1; /* the folder of the database, opened before the sandbox closes */

bool ready_open(const char *folder) {
    disk = *folder ? open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    return !*folder || disk >= 0;
}

static bool disk_has_room(void) {
    struct statfs fs;
    if (disk < 0) {
        return true;
    }
    return fstatfs(disk, &fs) == 0 && (double)fs.f_bavail * (double)fs.f_bsize >= (double)portal_config.disk_free_mb * 1048576;
}

static void check_all(struct req *q, bool well[CHECK_COUNT]) {
    struct db_rows rows;
    struct db_call call = {SQL_READY(), .rows = &rows, .seconds = READY_SECONDS};
    bool asked = db_run(q->db, q->arena, &call, 1) == OK && rows.n == 1;
    int64_t late = portal_config.queue_age_seconds;
    well[CHECK_FAMILIES] = health_families_well(q, asked);
    well[CHECK_WRITE] = asked && db_bool(&rows, 0, COL_WRITABLE);
    well[CHECK_DISK] = disk_has_room();
    well[CHECK_QUEUE] = asked && (late == 0 || db_null(&rows, 0, COL_OLDEST_SECONDS) || db_int(&rows, 0, COL_OLDEST_SECONDS) <= late);
}

static enum err ready_get(struct req *q, struct resp *r) {
    static bool well[CHECK_COUNT];
    static int64_t until;
    struct jwrite *w = &r->json;
    bool all = true;
    if (clock_mono_us() >= until) {
        check_all(q, well);
        until = clock_mono_us() + KEEP_US;
    }
    jw_object(w);
    jw_kobject(w, "checks");
    for (int i = 0; i < CHECK_COUNT; i++) {
        jw_kstr(w, check_names[i], well[i] ? "ok" : "failed");
        all = all && well[i];
    }
    jw_object_end(w);
    jw_kstr(w, "status", all ? "ok" : "unavailable");
    jw_object_end(w);
    if (!all) {
        resp_status(r, 503);
        resp_header(r, "Retry-After", "2");
    }
    return OK;
}

/* Every service that has a socket, and the workers. */
static const char *const *all_services(struct req *q) {
    const char **list = arena_alloc(q->arena, (SERVICES_MOST + 2) * sizeof(*list));
    size_t n = 0;
    for (const char *s = web_config.health_sockets; *s && n < SERVICES_MOST; s += *s == ':') {
        size_t len = strcspn(s, ":");
        list[n++] = health_pool_of(q->arena, arena_strndup(q->arena, s, len));
        s += len;
    }
    list[n++] = "jobs";
    list[n] = NULL;
    return list;
}

static void write_gauge(struct buf *out, const struct db_rows *rows, const char *name, enum db_column column, const char *help) {
    metrics_family(out, name, "gauge", help);
    for (int i = 0; i < rows->n; i++) {
        buf_printf(out, "%s{kind=\"%s\"} %lld\n", name, db_str(rows, i, COL_KIND), (long long)db_int(rows, i, column));
    }
}

/* Also when the database is away: then that is what is told. */
static enum err metrics_all_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {SQL_QUEUE_STATE(), .rows = &rows, .seconds = READY_SECONDS};
    enum err e = metrics_tell(q, r, all_services(q));
    if (e != OK) {
        return e;
    }
    bool up = db_run(q->db, q->arena, &call, 1) == OK;
    metrics_family(r->body, "muster_database_up", "gauge", "1 when the database answers.");
    buf_printf(r->body, "muster_database_up %d\n", up);
    if (up) {
        write_gauge(r->body, &rows, "muster_jobs_waiting", COL_WAITING, "Jobs in the queue, by kind.");
        write_gauge(r->body, &rows, "muster_jobs_running", COL_RUNNING, "Jobs that a worker is at.");
        write_gauge(r->body, &rows, "muster_jobs_dead", COL_DEAD, "Jobs that failed for good and are kept for a look.");
        write_gauge(r->body, &rows, "muster_jobs_oldest_seconds", COL_OLDEST_SECONDS,
                    "For how long the oldest job that is due has waited.");
    }
    return metrics_end(r);
}

static const struct field ready_members[] = {
    OUT(FT_MAP, "checks",
        "families: each answers; write: a write reaches the disk; disk: there is more room than DISK_FREE_MB; queue: no job waits "
        "longer than QUEUE_AGE_SECONDS.",
        .values = VALUES("ok", "failed"), .example = "{\"families\":\"ok\",\"write\":\"ok\",\"disk\":\"ok\",\"queue\":\"ok\"}"),
    OUT(FT_ENUM, "status", "Of all together.", .values = VALUES("ok")),
    FIELD_END,
};
static const struct shape ready_shape = SHAPE("Ready", "The installation can do its work.", ready_members);

static const struct field unready_members[] = {
    OUT(FT_MAP, "checks", "What holds, and what does not.", .values = VALUES("ok", "failed"),
        .example = "{\"families\":\"ok\",\"write\":\"ok\",\"disk\":\"failed\",\"queue\":\"ok\"}"),
    OUT(FT_ENUM, "status", "Of all together.", .values = VALUES("unavailable")),
    FIELD_END,
};
static const struct shape unready_shape = SHAPE("Unready", "The installation cannot do all of its work.", unready_members);

const struct route health_routes[] = {
    {METHOD_GET, "/metrics", GUARD_PUBLIC, NULL, metrics_all_get, METRICS_ROW, .summary = "What all services count", .name = "getMetrics",
     .help = "Counters and histograms of all processes of all families and of the workers, and the state of the queue, in the OpenMetrics "
             "text format. " METRICS_GUARD,
     .reply_help = "In the OpenMetrics text format, version 1.0.0."},
    {METHOD_GET, "/healthz/portal", GUARD_PUBLIC, NULL, health_family_get, .summary = "Health of the portal family",
     .name = "getHealthPortal", .tag = "operation",
     .help = "For finding out which family is not well: this one answers when its processes and its database connection do.",
     .reply_help = "The family and the database answer.", .reply = &health_shape},
    {METHOD_GET, "/readyz", GUARD_PUBLIC, NULL, ready_get, .summary = "Whether the installation can do its work", .name = "getReady",
     .tag = "operation",
     .help =
         "For a load balancer or a monitor: unlike /healthz it asks for a write that reaches the disk, for room on it and for the age of "
         "the oldest job, and so costs more. 503 names the check that failed in checks; ask again after Retry-After.",
     .reply_help = "Every check holds.", .reply = &ready_shape, .errors = ERRORS({ERR_UNAVAILABLE, &unready_shape})},
    {METHOD_GET, "/metrics/portal", GUARD_PUBLIC, NULL, metrics_family_get, METRICS_ROW, .summary = "What the portal family counts",
     .name = "getMetricsPortal",
     .help = "Counters and histograms of all processes of the family, in the OpenMetrics text format. " METRICS_GUARD,
     .reply_help = "In the OpenMetrics text format, version 1.0.0."},
    {0},
};
