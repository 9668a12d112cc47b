/* session.c - reading, deleting, and the state of one exercise. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

const struct field status_query_fields[] = {
    FIELD_UUID(struct status_query, id, "id", FIELD_REQUIRED),
    FIELD_END,
};

/* Closes the overdue question as expired: its time ran out while nobody looked (rule C4). */
static enum err expire(struct req *q, const struct run *run) {
    const struct play_question *pq = &run->play->questions[run->next];
    const struct play_stage *ps = &run->play->stages[pq->stage];
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_ANSWER_PUT,
                           .args = {db_str(&run->exercise, 0, "id"), db_number(q->arena, pq->index), db_number(q->arena, pq->stage + 1),
                                    db_number(q->arena, ps->first), db_number(q->arena, ps->last), pq->item->id, NULL, "0", "0",
                                    db_number(q->arena, pq->max_points), NULL, NULL},
                           .rows = &rows};
    return req_run(q, &call, 1);
}

/* Notes when questions were first shown; against the clock this starts the time of one question. */
static enum err show(struct req *q, struct run *run) {
    const struct play_stage *ps = &run->play->stages[run->open_stage];
    int last = run->timed ? run->next : ps->last;
    double seconds = run->timed ? play_seconds(run->play, &run->play->questions[run->next], run->timing) : 0;
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_QUESTION_SHOW,
                           .args = {run->participant_id, db_number(q->arena, run->next), db_number(q->arena, last),
                                    run->timed ? arena_printf(q->arena, "%.0f", seconds) : NULL},
                           .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e == OK && rows.n == 0) {
        return ERR_NOT_FOUND; /* deleted a moment ago */
    }
    for (int i = 0; e == OK && i < rows.n; i++) {
        int64_t at = db_int(&rows, i, "question_index");
        run->show[at] = (struct run_shown){.shown = true, .deadline = db_str(&rows, i, "deadline")};
    }
    return e;
}

enum err session_get(struct req *q, struct resp *r) {
    struct run run;
    enum err e = run_load(q, q->params[0], RUN_WHOLE, &run);
    bool playing = e == OK && run.participant_id && str_eq(run.status, "IN_PROGRESS") && run.next < run.play->nquestions;
    if (playing && run.show[run.next].overdue) {
        e = expire(q, &run);
        e = e == OK ? run_load(q, q->params[0], RUN_WHOLE, &run) : e;
        run.hold = true;
    } else if (playing && !run.show[run.next].shown) {
        e = show(q, &run);
    }
    if (e == OK) {
        session_write(q, &r->json, &run);
    }
    return e;
}

enum err session_delete(struct req *q, struct resp *r) {
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_EXERCISE_DELETE, .args = {q->params[0]}, .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK) {
        return e;
    }
    if (str_eq(db_str(&rows, 0, "verdict"), "not_found")) {
        return ERR_NOT_FOUND;
    }
    if (str_eq(db_str(&rows, 0, "verdict"), "forbidden")) {
        return resp_fail(r, ERR_FORBIDDEN, "Only the person who created the exercise or an administrator can delete it.");
    }
    jw_object(&r->json);
    jw_kbool(&r->json, "success", true);
    jw_object_end(&r->json);
    return OK;
}

enum err status_get(struct req *q, struct resp *r) {
    const struct status_query *query = q->query;
    struct db_rows rows;
    struct db_call call = {.stmt = STMT_SESSION_STATUS, .args = {query->id}, .rows = &rows};
    enum err e = req_run(q, &call, 1);
    if (e != OK || rows.n == 0) {
        return e != OK ? e : ERR_NOT_FOUND;
    }
    jw_object(&r->json);
    jw_kstr(&r->json, "id", db_str(&rows, 0, "id"));
    jw_kstr(&r->json, "status", db_str(&rows, 0, "status"));
    jw_kstr(&r->json, "title", db_str(&rows, 0, "title"));
    /* Generation from the library is done when the call returns. */
    jw_kint(&r->json, "progress", 100);
    jw_knull(&r->json, "error");
    jw_object_end(&r->json);
    return OK;
}
