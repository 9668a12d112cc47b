/* dialect.c - what every dialect can say, and the first one: sessions, API keys, {"error","code","requestId"}. */
#include "common/web/dialect.h"

#include "common/base/str.h"
#include "common/web/internal.h"

/* ---- errors by their dialect ---- */

static const struct dialect_error *find_error(const struct dialect *d, enum err e) {
    for (const struct dialect_error *row = d->errors; row && row->err != OK; row++) {
        if (row->err == e) {
            return row;
        }
    }
    return NULL;
}

int dialect_status(const struct dialect *d, enum err e) {
    const struct dialect_error *own = find_error(d, e);
    return own && own->status ? own->status : err_status(e);
}

const char *dialect_code(const struct dialect *d, enum err e) {
    const struct dialect_error *own = find_error(d, e);
    return own && own->code ? own->code : err_code(e);
}

const char *dialect_text(const struct dialect *d, enum err e) {
    const struct dialect_error *own = find_error(d, e);
    return own ? own->text : NULL;
}

/* ---- envelopes ---- */

static void write_fields(struct jwrite *w, const char *name, const struct resp *r) {
    jw_karray(w, name);
    for (const struct field_error *f = r->errors.first; f; f = f->next) {
        jw_object(w);
        jw_kstr(w, "field", f->field);
        jw_kstr(w, "message", say(r->arena, r->lang, *f->message));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static bool has_part(const struct envelope *envelope, enum part part) {
    while (envelope->name && envelope->part != part) {
        envelope++;
    }
    return envelope->name;
}

/* The sentence of an error, or all wrong fields in it where the envelope has no place for them. */
static const char *envelope_text(const struct dialect *d, const struct resp *r, enum err e) {
    const char *own = dialect_text(d, e), *text = own ? own : err_say(e, r->lang);
    if (r->message) {
        return say(r->arena, r->lang, *r->message);
    }
    if (e != ERR_VALIDATION || has_part(d->error, PART_FIELDS)) {
        return text;
    }
    for (const struct field_error *f = r->errors.first; f; f = f->next) {
        text = arena_printf(r->arena, "%s%s%s: %s", f == r->errors.first ? "" : text, f == r->errors.first ? "" : " ", f->field,
                            say(r->arena, r->lang, *f->message));
    }
    return text;
}

void envelope_error(struct jwrite *w, const struct dialect *d, const char *id, enum err e, const struct resp *r) {
    jw_object(w);
    for (const struct envelope *m = d->error; m->name; m++) {
        switch (m->part) {
        case PART_WORD: jw_kstr(w, m->name, m->word); break;
        case PART_TEXT: jw_kstr(w, m->name, envelope_text(d, r, e)); break;
        case PART_CODE:
            if (*dialect_code(d, e)) {
                jw_kstr(w, m->name, dialect_code(d, e));
            }
            break;
        case PART_ID: jw_kstr(w, m->name, id); break;
        case PART_FIELDS:
            if (e == ERR_VALIDATION && r->errors.first) {
                write_fields(w, m->name, r);
            }
            break;
        default: break; /* parts of replies */
        }
    }
    jw_object_end(w);
}

static void write_fact(struct jwrite *w, const struct resp *r, const char *name) {
    for (int i = 0; i < r->nfacts; i++) {
        if (!str_eq(r->facts[i].name, name)) {
            continue;
        }
        if (r->facts[i].text) {
            jw_kstr(w, name, r->facts[i].text);
        } else {
            jw_kint(w, name, r->facts[i].number);
        }
        return;
    }
}

/* A null stands where the reply belongs, and is cut out. */
struct around envelope_success(struct buf *out, const struct req *q, const struct resp *r) {
    struct jwrite w;
    size_t at = 0, gap = 0;
    buf_clear(out, 0);
    jw_init(&w, out);
    jw_object(&w);
    for (const struct envelope *m = q->dialect->success; m->name; m++) {
        switch (m->part) {
        case PART_WORD: jw_kstr(&w, m->name, m->word); break;
        case PART_ID: jw_kstr(&w, m->name, q->id); break;
        case PART_FACT: write_fact(&w, r, m->name); break;
        case PART_REPLY:
            if (r->body->len > 0 || r->stream) {
                jw_key(&w, m->name);
                at = out->len;
                jw_null(&w);
                gap = out->len - at;
            }
            break;
        default: break; /* parts of errors */
        }
    }
    jw_object_end(&w);
    at = gap ? at : out->len;
    return (struct around){.before = out->data, .nbefore = at, .after = out->data + at + gap, .nafter = out->len - at - gap};
}

/* ---- the first dialect ---- */

/* A key excuses where it is what lets the request in: nobody asks a public row for one, so there a header that looks like a key is
 * nothing yet. */
bool req_cross_site(const struct req *q) {
    const char *site = req_header(q, "HTTP_SEC_FETCH_SITE"), *origin = req_header(q, "HTTP_ORIGIN");
    bool by_key = q->credential.is_key && q->route->guard != GUARD_PUBLIC;
    if (by_key || q->method == METHOD_GET || q->method == METHOD_OPTIONS) {
        return false;
    }
    if (site && *site && !str_eq(site, "same-origin") && !str_eq(site, "none")) {
        return true;
    }
    return origin && *origin && !origin_is_ours(q->arena, origin);
}

/* Rule A10: a write with a cookie must come from our own pages. Browsers say where a request comes from; scripts that
 * send neither header carry no ambient cookies that somebody else could ride on. */
static enum err muster_credential(struct req *q, struct resp *r) {
    (void)r;
    q->credential = credential_from_headers(q->arena, req_header(q, "HTTP_AUTHORIZATION"), req_header(q, "HTTP_COOKIE"), req_cookie_name());
    if (q->route->guard != GUARD_PUBLIC && !q->credential.token) {
        return ERR_UNAUTHENTICATED;
    }
    return req_cross_site(q) ? ERR_CROSS_ORIGIN : OK;
}

static struct demand demand_of(const struct route *row) {
    return (struct demand){
        .guard = row->guard,
        .scope = row->scope,
        .proof_seconds = row->flags & ROUTE_STEP_UP ? STEP_UP_SECONDS : 0,
        .idle_seconds = web_config.session_idle_hours * 3600,
        .factor = row->flags & ROUTE_WITHOUT_FACTOR ? NULL
                  : row->guard == GUARD_PLATFORM    ? "always"
                                                    : "required",
        .ending = row->flags & ROUTE_ENDING,
    };
}

static struct db_call muster_call(struct req *q, struct db_rows *rows) {
    return principal_call(q->arena, &q->credential, demand_of(q->route), q->id, rows);
}

static enum err muster_known(struct req *q, struct resp *r, const struct db_rows *rows) {
    if (rows->n != 1) {
        return ERR_UNAUTHENTICATED;
    }
    principal_read(rows, q->credential.is_key, &q->who);
    r->lang = q->who.language ? lang_of(q->who.language) : r->lang;
    return OK;
}

static struct db_call muster_enter(struct req *q) {
    return muster_call(q, NULL);
}

static const struct authenticator muster_authenticator = {
    .credential = muster_credential, .call = muster_call, .known = muster_known, .enter = muster_enter, .challenge = "Bearer"};

static const struct envelope muster_error[] = {{.name = "error", .part = PART_TEXT},
                                               {.name = "code", .part = PART_CODE},
                                               {.name = "requestId", .part = PART_ID},
                                               {.name = "fields", .part = PART_FIELDS},
                                               {0}};

const struct dialect muster_dialect = {.name = "muster",
                                       .content_type = "application/json",
                                       .authenticator = &muster_authenticator,
                                       .error = muster_error,
                                       .error_shape = "Error",
                                       .limits = {.path = 1024, .query = 4096, .body = BODY_MEMORY}};
