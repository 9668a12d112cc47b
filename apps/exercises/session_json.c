/*
 * session_json.c - an exercise as its caller may see it.
 *
 * Two serialisers (rule C1): write_open_question() knows nothing of the key, write_debrief() adds it; which one runs is
 * decided in one line of write_question(). Other people's answers come from run->others, which the database leaves
 * empty for everybody who may not see them.
 */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"
#include "common/content/grade.h"
#include "common/json/jread.h"

/* Whose reply a computed member is in. */
struct viewed {
    struct req *req;
    const struct run *run;
};

const char *explanation_text(struct req *q, const struct run *run, int question) {
    const struct lib_question *item = run->play->questions[question].item;
    const char *out = play_fill(run->play, item->explanation);
    for (int shown = 0; shown < item->noptions; shown++) {
        const struct lib_option *o = &item->options[run_option_at(run, question, shown)];
        if (o->why) {
            out = arena_printf(q->arena, "%s\n%c: %s", out, 'A' + shown, play_fill(run->play, o->why));
        }
    }
    return out;
}

static const char *letter_text(struct req *q, char letter) {
    return arena_strndup(q->arena, &letter, 1);
}

/* ---- questions ---- */

static void write_options(struct req *q, struct jwrite *w, const struct run *run, int i, bool debrief) {
    const struct play_question *pq = &run->play->questions[i];
    jw_karray(w, "options");
    for (int shown = 0; shown < pq->item->noptions; shown++) {
        int at = run_option_at(run, i, shown);
        const struct lib_option *o = &pq->item->options[at];
        jw_object(w);
        jw_kint(w, "index", shown);
        jw_kstr(w, "letter", letter_text(q, (char)('A' + shown)));
        jw_kstr(w, "text", play_fill(run->play, o->text));
        if (debrief) {
            jw_kbool(w, "isCorrect", at == pq->item->key);
            jw_kint(w, "points", play_points(pq, at));
            jw_kstr(w, "why", play_fill(run->play, o->why));
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

void options_write_debrief(struct req *q, struct jwrite *w, const struct run *run, int question) {
    write_options(q, w, run, question, true);
}

/* Everything that may be known before answering. The technique and framework tags can give a hint and stay with the debrief. */
static void write_open_question(struct req *q, struct jwrite *w, const struct run *run, int i) {
    const struct play_question *pq = &run->play->questions[i];
    double seconds = run->completed ? 0 : play_seconds(run->play, pq, run->timing ? run->timing : "off");
    jw_kint(w, "questionIndex", i);
    jw_kint(w, "stageQuestionIndex", pq->stage_index);
    jw_kstr(w, "question", play_fill(run->play, pq->item->stem));
    jw_kstr(w, "context", play_fill(run->play, pq->item->context));
    jw_kstr(w, "difficulty", lib_level_names[pq->item->level]);
    jw_kstr(w, "role", pq->item->role);
    jw_kint(w, "maxPoints", pq->max_points);
    if (seconds > 0) {
        jw_kint(w, "timeLimitSeconds", (int64_t)seconds);
    } else {
        jw_knull(w, "timeLimitSeconds");
    }
    jw_kstr(w, "deadline", run->answer[i].given ? NULL : db_iso(q->arena, run->show[i].deadline));
}

void incident_write(struct jwrite *w, const struct lib_incident *incident) {
    if (!incident) {
        jw_knull(w, "realIncident");
        return;
    }
    jw_kobject(w, "realIncident");
    jw_kstr(w, "name", incident->name);
    jw_kint(w, "year", incident->year);
    jw_kstr(w, "text", incident->text);
    jw_object_end(w);
}

static void write_debrief(struct req *q, struct jwrite *w, const struct run *run, int i) {
    const struct lib_question *item = run->play->questions[i].item;
    const struct run_answer *a = &run->answer[i];
    bool chosen = a->given && !a->expired;
    jw_kstr(w, "selectedOption", chosen ? letter_text(q, run_letter(run, i, a->selected)) : NULL);
    jw_kstr(w, "correctOption", letter_text(q, run_letter(run, i, item->key)));
    if (a->given) {
        jw_kbool(w, "isCorrect", a->correct);
        jw_kbool(w, "expired", a->expired);
        jw_kint(w, "points", a->points);
    } else { /* whoever was not asked has no result, not a bad one */
        jw_knull(w, "isCorrect");
        jw_knull(w, "expired");
        jw_knull(w, "points");
    }
    jw_kstr(w, "explanation", explanation_text(q, run, i));
    jw_kstr(w, "consequence", !a->given ? NULL : play_fill(run->play, chosen ? play_consequence(item, a->selected) : item->worst));
    incident_write(w, item->incident);
    jw_kstrs(w, "mitreTechniques", item->attack);
    jw_kstrs(w, "csf", item->csf);
}

static void write_question(struct req *q, struct jwrite *w, const struct run *run, int i) {
    bool debrief = run->completed || run->answer[i].given;
    jw_object(w);
    write_open_question(q, w, run, i);
    write_options(q, w, run, i, debrief);
    if (debrief) {
        write_debrief(q, w, run, i);
    }
    jw_object_end(w);
}

/* ---- stages ---- */

static void write_artefacts(struct jwrite *w, const struct play *p, const struct lib_stage *s, const char *briefing) {
    jw_karray(w, "iocIndicators");
    for (int i = 0; i < s->niocs; i++) {
        jw_object(w);
        jw_kstr(w, "type", s->iocs[i].type);
        jw_kstr(w, "value", s->iocs[i].value);
        jw_kstr(w, "note", play_fill(p, s->iocs[i].note));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_karray(w, "alertsTriggered");
    for (int i = 0; i < s->nalerts; i++) {
        jw_object(w);
        jw_kstr(w, "tool", play_tool(p, s->alerts[i].tool));
        jw_kstr(w, "severity", s->alerts[i].severity);
        jw_kstr(w, "title", play_fill(p, s->alerts[i].title));
        jw_kstr(w, "description", play_fill(p, s->alerts[i].description));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_karray(w, "injects");
    if (briefing) {
        jw_object(w);
        jw_kstr(w, "time", "");
        jw_kstr(w, "channel", "meeting");
        jw_kstr(w, "from", "Exercise sponsor");
        jw_kstr(w, "text", briefing);
        jw_object_end(w);
    }
    for (int i = 0; i < s->ninjects; i++) {
        jw_object(w);
        jw_kstr(w, "time", s->injects[i].time);
        jw_kstr(w, "channel", s->injects[i].channel);
        jw_kstr(w, "from", play_fill(p, s->injects[i].from));
        jw_kstr(w, "text", play_fill(p, s->injects[i].text));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_story(struct req *q, struct jwrite *w, const struct run *run, int k) {
    const struct play *p = run->play;
    const struct lib_stage *s = p->stages[k].stage;
    const char *narrative = play_fill(p, s->narrative);
    if (p->stages[k].bridged && s->bridge) {
        narrative = arena_printf(q->arena, "%s\n\n%s", play_fill(p, s->bridge), narrative);
    }
    jw_kstr(w, "narrative", narrative);
    bool chosen = run->access == RUN_OWN || run->participants.n == 1;
    jw_kstr(w, "branchText", chosen ? play_fill(p, play_branch(p, k, run->selected)) : NULL);
    jw_kobject(w, "clock");
    jw_kstr(w, "scenario", s->clock_scenario);
    jw_kstr(w, "regulatory", play_fill(p, s->clock_regulatory));
    jw_object_end(w);
    write_artefacts(w, p, s, k == 0 ? p->briefing : NULL);
}

static void write_stage(struct req *q, struct jwrite *w, const struct run *run, int k) {
    const struct play_stage *ps = &run->play->stages[k];
    bool locked = run->access == RUN_OUTLINE || (!run->completed && k > run->open_stage);
    jw_object(w);
    jw_kint(w, "stageNumber", k + 1);
    jw_kstr(w, "title", play_fill(run->play, ps->stage->title));
    jw_kstr(w, "mitrePhase", ps->stage->phase);
    jw_kstrs(w, "mitreTechniques", ps->stage->techniques);
    jw_kbool(w, "locked", locked);
    jw_kint(w, "questionCount", ps->last - ps->first + 1);
    if (!locked) {
        write_story(q, w, run, k);
        jw_karray(w, "questions");
        for (int i = ps->first; i <= ps->last; i++) {
            if (run_visible(run, i)) {
                write_question(q, w, run, i);
            }
        }
        jw_array_end(w);
    }
    jw_object_end(w);
}

/* Who plays a part in the story, as chosen when the exercise was made. */
static void write_people(struct jwrite *w, const struct play *p) {
    static const char *const texts[] = {"name", "role", "department", "description"};
    jw_karray(w, "characters");
    for (size_t i = 0; i < jr_len(p->people); i++) {
        struct json_object *person = jr_at(p->people, i);
        struct json_object *expertise = jr_get(person, "expertise");
        jw_object(w);
        for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
            jw_kstr(w, texts[k], jr_str(person, texts[k]));
        }
        jw_karray(w, "expertise");
        for (size_t k = 0; k < jr_len(expertise); k++) {
            jw_str(w, json_object_get_string(jr_at(expertise, k)));
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void session_write_scenario(const struct shape_at *at, const struct field *f) {
    const struct viewed *v = at->context;
    struct jwrite *w = at->json;
    const struct play *p = v->run->play;
    const struct library *lib = p->lib;
    (void)f;
    jw_object(w);
    jw_kstr(w, "title", play_fill(p, lib->blueprint_title));
    jw_kstr(w, "overview", play_fill(p, lib->overview));
    jw_kobject(w, "attackerProfile");
    jw_kstr(w, "name", play_fill(p, lib->attacker.name));
    jw_kstr(w, "type", play_fill(p, lib->attacker.type));
    jw_kstr(w, "motivation", play_fill(p, lib->attacker.motivation));
    jw_kstr(w, "sophistication", play_fill(p, lib->attacker.sophistication));
    jw_object_end(w);
    jw_kobject(w, "targetOrganization");
    jw_kstr(w, "industry", play_fill(p, lib->target.industry));
    jw_kstr(w, "size", play_fill(p, lib->target.size));
    jw_kstr(w, "description", play_fill(p, lib->target.description));
    jw_object_end(w);
    write_people(w, p);
    jw_kint(w, "totalPoints", p->total_points);
    jw_karray(w, "objectives");
    for (int i = 0; i < lib->nobjectives; i++) {
        jw_str(w, play_fill(p, lib->objectives[i].text));
    }
    jw_array_end(w);
    jw_karray(w, "stages");
    for (int k = 0; k < p->nstages; k++) {
        write_stage(v->req, w, v->run, k);
    }
    jw_array_end(w);
    jw_object_end(w);
}

/* ---- participants ---- */

static void write_answer(struct req *q, struct jwrite *w, const struct run *run, const struct db_rows *rows, int i, int64_t option_seed) {
    int64_t question = db_int(rows, i, COL_QUESTION_INDEX);
    struct run as_seen = {.play = run->play, .option_seed = option_seed};
    bool chosen = !db_null(rows, i, COL_SELECTED) && question >= 0 && question < run->play->nquestions;
    jw_object(w);
    jw_kint(w, "questionIndex", question);
    jw_kint(w, "stageIndex", db_int(rows, i, COL_STAGE_NUMBER) - 1);
    jw_kstr(w, "selectedOption", chosen ? letter_text(q, run_letter(&as_seen, (int)question, (int)db_int(rows, i, COL_SELECTED))) : NULL);
    jw_kbool(w, "isCorrect", db_bool(rows, i, COL_IS_CORRECT));
    jw_kint(w, "points", db_int(rows, i, COL_POINTS));
    jw_kbool(w, "expired", db_bool(rows, i, COL_EXPIRED));
    if (db_null(rows, i, COL_CONFIDENCE)) {
        jw_knull(w, "confidence");
    } else {
        jw_kint(w, "confidence", db_int(rows, i, COL_CONFIDENCE));
    }
    jw_kstr(w, "rationale", db_str(rows, i, COL_RATIONALE));
    jw_kstr(w, "answeredAt", db_iso(q->arena, db_str(rows, i, COL_ANSWERED_AT)));
    jw_object_end(w);
}

void session_write_answers(const struct shape_at *at, const struct field *f) {
    const struct viewed *v = at->context;
    const struct run *run = v->run;
    bool own = at->row == run->own_row;
    const struct db_rows *rows = own ? &run->answers : &run->others;
    const char *participant = db_str(at->rows, at->row, COL_ID);
    int64_t seed = db_int(at->rows, at->row, COL_OPTION_SEED);
    if (!own && run->others.n == 0) {
        return;
    }
    jw_karray(at->json, f->name);
    for (int i = 0; i < rows->n; i++) {
        if (own || str_eq(db_str(rows, i, COL_PARTICIPANT_ID), participant)) {
            write_answer(v->req, at->json, run, rows, i, seed);
        }
    }
    jw_array_end(at->json);
}

void session_write_access(const struct shape_at *at, const struct field *f) {
    const struct viewed *v = at->context;
    (void)f;
    jw_str(at->json, run_access_names[v->run->access]);
}

/* How well somebody does is for the person and for those who lead or audit (rule C15). */
static bool may_see_result(const struct run *run, int row) {
    return row == run->own_row || (run->leads && run->access != RUN_OUTLINE);
}

/* One's own is the sum of the answers that are shown. */
void session_write_score(const struct shape_at *at, const struct field *f) {
    const struct run *run = ((const struct viewed *)at->context)->run;
    (void)f;
    if (!may_see_result(run, at->row)) {
        jw_null(at->json);
    } else {
        jw_int(at->json, at->row == run->own_row ? run->total_score : db_int(at->rows, at->row, COL_TOTAL_SCORE));
    }
}

void session_write_rank(const struct shape_at *at, const struct field *f) {
    const struct run *run = ((const struct viewed *)at->context)->run;
    (void)f;
    if (may_see_result(run, at->row)) {
        jw_int(at->json, db_int(at->rows, at->row, COL_RANK));
    } else {
        jw_null(at->json);
    }
}

void session_write_certificate(const struct shape_at *at, const struct field *f) {
    const struct viewed *v = at->context;
    const struct run *run = v->run;
    struct jwrite *w = at->json;
    const struct words *reason = NULL;
    if (!run->completed || run->access != RUN_OWN) {
        return;
    }
    bool eligible = certificate_eligible(run->ncorrect, run->play->nquestions, run->nexpired, run->participant_id, &reason);
    jw_kobject(w, f->name);
    jw_kbool(w, "eligible", eligible);
    jw_kstr(w, "id", db_str(&run->exercise, 0, COL_CERTIFICATE_ID));
    jw_kstr(w, "grade", eligible ? grade_for(run->ncorrect, run->play->nquestions) : NULL);
    jw_kstr(w, "reason", eligible ? NULL : say(at->arena, req_lang(v->req), *reason));
    jw_object_end(w);
}

void session_write_minutes(const struct shape_at *at, const struct field *f) {
    const struct viewed *v = at->context;
    (void)f;
    jw_int(at->json, play_minutes(v->run->play));
}

void session_write_stage(const struct shape_at *at, const struct field *f) {
    const struct viewed *v = at->context;
    int open = v->run->open_stage, last = v->run->play->nstages;
    (void)f;
    if (v->run->access == RUN_OWN) {
        jw_int(at->json, open < last ? open + 1 : last);
    } else {
        jw_int(at->json, db_int(at->rows, at->row, COL_CURRENT_STAGE));
    }
}

void session_write(struct req *q, struct resp *r, const struct run *run) {
    const struct viewed viewed = {q, run};
    const struct db_rows sets[] = {run->exercise, run->participants};
    shape_write(&r->json, q->arena, q->route->reply, sets, 0, &viewed);
}
