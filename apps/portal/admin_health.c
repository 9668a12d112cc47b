/* admin_health.c - the state of the installation as it is measured at this moment (rule G3), and its dead letters. */
#include "apps/portal/portal.h"
#include "common/base/clock.h"
#include "common/crypto/seal.h"
#include "common/web/health.h"
#include "common/web/list.h"

struct jobs_query {
    const char *state, *cursor;
    int64_t limit;
};

static const struct shape admin_job_shape;

static const struct field jobs_query_fields[] = {
    FIELD_ENUM(struct jobs_query, state, "state", 0, NULL, "DEAD", FILTERS(admin_job_shape, "state"), .example = "DEAD"),
    FIELD_STR(struct jobs_query, cursor, "cursor", 0, 10, 80, .help = "Where the page begins: from the Link header of the page before."),
    FIELD_INT(struct jobs_query, limit, "limit", 0, 1, 200, "50", .help = "Jobs on a page.", .example = "50"),
    FIELD_END,
};

/* What is measured here and not in the database. */
struct measured {
    struct req *req;
    int64_t round_trip_us;
    bool *well; /* every family answers: known when they are written */
};

static void write_families(const struct shape_at *at, const struct field *f) {
    const struct measured *m = at->context;
    (void)f;
    *m->well = health_families(m->req, at->json, true);
}

static void write_round_trip(const struct shape_at *at, const struct field *f) {
    const struct measured *m = at->context;
    jw_num(at->json, (double)m->round_trip_us / 1000, (int)f->item_max);
}

static void write_key_id(const struct shape_at *at, const struct field *f) {
    (void)f;
    jw_str(at->json, seal_key_id());
}

static void write_status(const struct shape_at *at, const struct field *f) {
    const struct measured *m = at->context;
    bool well = *m->well && db_int(at->rows, at->row, COL_WORKERS) > 0;
    jw_str(at->json, f->values[well ? 0 : 1]);
}

static enum err admin_health_get(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call look = {SQL_ADMIN_HEALTH(), .rows = &rows};
    struct db_call ping = {SQL_PING()};
    bool well = false;
    enum err e = req_run(q, &look, 1);
    if (e != OK) {
        return e;
    }
    /* A statement that does nothing, and nothing around it: what is measured is the way. */
    int64_t begin = clock_mono_us();
    e = db_run(q->db, q->arena, &ping, 1);
    int64_t round_trip = clock_mono_us() - begin;
    if (e != OK) {
        return e;
    }
    struct measured m = {q, round_trip, &well};
    shape_write(&r->json, q->arena, q->route->reply, &rows, 0, &m);
    return OK;
}

/* ---- jobs ---- */

static const struct list jobs_list = {.order = LIST_NEWEST, .at = COL_SORT_US, .id = COL_ID, .limit = 50};

static enum err admin_jobs_get(struct req *q, struct resp *r) {
    const struct jobs_query *f = q->query;
    const struct list_at at = list_at(q, &jobs_list);
    struct db_call call = {SQL_ADMIN_JOBS(f->state, at.limit, at.place, at.id)};
    return list_reply(q, r, &jobs_list, &at, &call, 1);
}

static enum err act(struct req *q, struct resp *r, int stmt) {
    struct db_rows rows;
    struct db_call call = {.stmt = stmt, .args = {q->params[0]}, .rows = &rows};
    enum err e = req_run(q, &call, 1);
    return e == OK ? admin_judge(r, db_str(&rows, 0, COL_VERDICT)) : e;
}

static enum err admin_job_retry(struct req *q, struct resp *r) {
    return act(q, r, STMT_ADMIN_JOB_RETRY);
}

static enum err admin_job_delete(struct req *q, struct resp *r) {
    return act(q, r, STMT_ADMIN_JOB_DELETE);
}

static const struct field admin_health_database_members[] = {
    OUT(FT_NUM, "roundTripMs", "Milliseconds that a statement took to the database and back.", .write = write_round_trip, .min = 0,
        .item_max = 3, .example = "0.21"),
    OUT(FT_STR, "version", "Which PostgreSQL runs; its updates are Debian's.", .column = COL_VERSION, .example = "15.18"),
    OUT(FT_INT, "sizeBytes", "Bytes that the database takes on disk.", .column = COL_SIZE_BYTES, .min = 0, .example = "73400320"),
    OUT(FT_STR, "migration", "The newest file of the schema that is applied.", .column = COL_MIGRATION, .example = "0028_jobs"),
    OUT(FT_TIME, "migratedAt", "When that was applied.", .column = COL_MIGRATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "startedAt", "When the database was started.", .column = COL_STARTED_AT, .example = "2026-11-21T08:15:30.123Z"),
    FIELD_END,
};
static const struct shape admin_health_database_shape = SHAPE("AdminHealthDatabase", "How the database is.", admin_health_database_members);

static const struct field admin_health_jobs_members[] = {
    OUT(FT_INT, "queued", "Jobs that wait, also for later.", .column = COL_QUEUED, .min = 0, .example = "0"),
    OUT(FT_INT, "running", "Jobs that workers have now.", .column = COL_RUNNING, .min = 0, .example = "0"),
    OUT(FT_INT, "dead", "Jobs whose attempts were used up: dead letters.", .column = COL_DEAD, .min = 0, .example = "0"),
    OUT(FT_INT, "oldestWaitingSeconds", "How long the oldest job that is due has waited; null: nothing is due.",
        .column = COL_OLDEST_SECONDS, .min = 0, .flags = FIELD_NULL, .example = "null"),
    OUT(FT_INT, "workers", "Workers that are connected now.", .column = COL_WORKERS, .min = 0, .example = "4"),
    OUT(FT_TIME, "lastFinishedAt", "When a job was last finished; null: none is on record.", .column = COL_WORKER_AT,
        .example = "2026-11-21T08:52:10.480Z", .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape admin_health_jobs_shape = SHAPE("AdminHealthJobs", "How work in the background is.", admin_health_jobs_members);

static const struct field admin_health_secret_key_members[] = {
    OUT(FT_STR, "id", "Names the key in use; not the key.", .write = write_key_id, .pattern = "^m[0-9a-f]{8}$", .example = "m3fa1c09b"),
    FIELD_END,
};
static const struct shape admin_health_secret_key_shape =
    SHAPE("AdminHealthSecretKey", "Which key seals secrets.", admin_health_secret_key_members);

static const struct field admin_health_members[] = {
    OUT(FT_MAP, "families", "Each family of programs, and whether it answers.", .write = write_families,
        .values = VALUES("ok", "unavailable"), .example = "{\"auth\": \"ok\", \"exercises\": \"ok\", \"portal\": \"ok\"}"),
    OUT(FT_OBJ, "database", "How the database is.", .shape = &admin_health_database_shape),
    OUT(FT_OBJ, "jobs", "How work in the background is.", .shape = &admin_health_jobs_shape),
    OUT(FT_OBJ, "secretKey", "Which key seals secrets.", .shape = &admin_health_secret_key_shape),
    OUT(FT_ENUM, "status", "ok: every family answers and workers are connected.", .write = write_status, .values = VALUES("ok", "degraded"),
        .example = "ok"),
    FIELD_END,
};
static const struct shape admin_health_shape = SHAPE("AdminHealth", "What was measured for this reply.", admin_health_members);

static const struct field admin_job_mail_members[] = {
    OUT(FT_STR, "kind", "What kind of mail it is.", .column = COL_MAIL_KIND, .example = "invitation"),
    OUT(FT_STR, "domain", "Of the recipient's address; null: it is gone.", .column = COL_DOMAIN, .flags = FIELD_NULL,
        .example = "example.com"),
    FIELD_END,
};
static const struct shape admin_job_mail_shape = SHAPE("AdminJobMail", "Which mail the job sends.", admin_job_mail_members);

static const struct field admin_job_members[] = {
    OUT(FT_UUID, "id", "Of the job.", .column = COL_ID, .example = "d2c3b4a5-9687-4f5e-8d4c-3b2a19080716"),
    OUT(FT_STR, "kind", "What kind of job it is.", .column = COL_KIND, .example = "mail"),
    OUT(FT_OBJ, "mail", "Which mail it sends; null: it sends none.", .shape = &admin_job_mail_shape, .flags = FIELD_NULL),
    OUT(FT_OBJ, "organization", "For whom it works; null: for the installation.", .shape = &admin_org_name_shape, .flags = FIELD_NULL),
    OUT(FT_ENUM, "state", "QUEUED: it waits. RUNNING: a worker has it. DEAD: its attempts were used up.", .column = COL_STATE,
        .values = VALUES("DEAD", "QUEUED", "RUNNING"), .example = "DEAD"),
    OUT(FT_INT, "attempts", "How often it was tried.", .column = COL_ATTEMPTS, .min = 0, .example = "12"),
    OUT(FT_INT, "maxAttempts", "How often it is tried at most.", .column = COL_MAX_ATTEMPTS, .min = 0, .example = "12"),
    OUT(FT_INT, "progress", "How far it is, in percent.", .column = COL_PERCENT, .max = 100, .example = "0"),
    OUT(FT_STR, "lastError", "Why the last attempt failed, without addresses; null: none did.", .column = COL_LAST_ERROR,
        .flags = FIELD_NULL, .example = "The server refused the recipient."),
    OUT(FT_TIME, "createdAt", "When it was queued.", .column = COL_CREATED_AT, .example = "2026-11-21T08:15:30.123Z"),
    OUT(FT_TIME, "runAt", "When it is tried next, or was tried last.", .column = COL_RUN_AT, .example = "2026-11-21T08:21:07.940Z"),
    OUT(FT_TIME, "finishedAt", "When it ended; null: it has not.", .column = COL_FINISHED_AT, .example = "2026-11-21T08:52:10.480Z",
        .flags = FIELD_NULL),
    FIELD_END,
};
static const struct shape admin_job_shape = SHAPE("AdminJob", "A job in the background.", admin_job_members);

const struct route admin_health_routes[] = {
    {METHOD_GET, "/api/admin/health", GUARD_PLATFORM, NULL, admin_health_get, .summary = "Measured state of the installation",
     .name = "adminGetHealth", .tag = "platform",
     .help = "Every figure is measured for this reply: families, database, jobs, key. status is degraded when a family does not answer or "
             "no worker is connected.",
     .reply_help = "What was measured.", .reply = &admin_health_shape},
    {METHOD_GET, "/api/admin/jobs", GUARD_PLATFORM, NULL, admin_jobs_get, QUERY(jobs_query_fields, struct jobs_query),
     .summary = "List background jobs in one state", .flags = ROUTE_PAGED | ROUTE_LIST, .name = "adminListJobs", .tag = "platform",
     .help = "Dead letters are jobs whose attempts were used up: read lastError, mend the cause, then retry or delete them. Of the "
             "recipient of a mail the domain alone is shown.",
     .reply_help = "One page, latest first.", .reply = &admin_job_shape},
    {METHOD_POST, "/api/admin/jobs/{id}/retry", GUARD_PLATFORM, NULL, admin_job_retry, .flags = ROUTE_STEP_UP,
     .summary = "Put a dead letter back into the queue", .name = "adminRetryJob", .tag = "platform", .param_help = {"Of the job."},
     .help = "Puts a dead letter back: it is due at once, with all its attempts. 409 `conflict`: the job is not dead any more, or the same "
             "work waits already.",
     .reply_help = "It is due now, with all its attempts.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {METHOD_DELETE, "/api/admin/jobs/{id}", GUARD_PLATFORM, NULL, admin_job_delete, .flags = ROUTE_STEP_UP,
     .summary = "Give a dead letter up", .name = "adminDeleteJob", .tag = "platform", .param_help = {"Of the job."},
     .help = "Gives a dead letter up for good; a mail is deleted with its job. 409 `conflict`: the job is not dead any more.",
     .reply_help = "Deleted.", .reply = &success_shape, .errors = ERRORS({ERR_CONFLICT, NULL})},
    {0},
};
