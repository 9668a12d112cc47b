/* reply.c - replies that the route's descriptors say: from rows of a result to JSON without a line in the handler. */
#include "common/web/web.h"

static const struct field success_members[] = {OUT(FT_BOOL, "success", "It was done.", .values = VALUES("true")), FIELD_END};
const struct shape success_shape = SHAPE("Success", "It was done.", success_members);

enum err reply_success(struct resp *r) {
    jw_object(&r->json);
    jw_kbool(&r->json, "success", true);
    jw_object_end(&r->json);
    return OK;
}

/* Whether the first result is a list in the object, not the object itself. */
static bool is_list_inside(const struct shape *s) {
    const struct field *f = s->fields;
    while (f->name && f->set != 1) {
        f++;
    }
    return f->name;
}

enum err reply_sets(struct req *q, struct resp *r, const struct db_rows *sets) {
    const struct route *row = q->route;
    if (row->status) {
        r->status = row->status;
    }
    if (row->flags & ROUTE_LIST) {
        shape_write_list(&r->json, q->arena, row->reply, sets, sets->n, q);
    } else if (sets->n > 0 || is_list_inside(row->reply)) {
        shape_write(&r->json, q->arena, row->reply, sets, 0, q);
    } else {
        return ERR_NOT_FOUND;
    }
    return OK;
}

enum err reply_from(struct req *q, struct resp *r, struct db_call call) {
    struct db_rows rows;
    call.rows = &rows;
    enum err e = req_run(q, &call, 1);
    return e == OK ? reply_sets(q, r, &rows) : e;
}
