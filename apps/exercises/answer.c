/* answer.c - one answer: scored by the server, stored once. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

#include <ctype.h>

struct answer_body {
    int64_t question_index, confidence; /* confidence 0: not given */
    const int64_t *stage_index;         /* NULL: question_index counts over the whole exercise */
    const char *selected_option;        /* a letter, or a number from 0 */
    const char *rationale;
};

static const struct field answer_fields[] = {
    FIELD_INT(struct answer_body, question_index, "questionIndex", FIELD_REQUIRED, INT32_MIN, INT32_MAX, NULL,
              .help = "Of the question, from 0 over the whole exercise; together with stageIndex from 0 within that stage.",
              .example = "0"),
    FIELD_OPTINT(struct answer_body, stage_index, "stageIndex", 0, INT32_MIN, INT32_MAX,
                 .help = "Of the stage, from 0: then questionIndex counts within it. Absent: over the whole exercise."),
    FIELD_TOKEN(struct answer_body, selected_option, "selectedOption", FIELD_REQUIRED, 1, 20,
                .help = "Letter A to D in either case, or the option's index from 0.", .example = "B"),
    FIELD_INT(struct answer_body, confidence, "confidence", 0, 1, 5, NULL,
              .help = "How sure the player is, from 1 (guess) to 5 (certain); absent: not said.", .example = "4"),
    FIELD_STR(struct answer_body, rationale, "rationale", 0, 0, 2000, .help = "Why, in the player's words; kept with the answer.",
              .example = "Evidence in memory would be lost by switching off."),
    FIELD_END,
};

/* The global index, or -1 when there is no such question. */
static int find_question(const struct play *p, const struct answer_body *b) {
    int64_t at = b->question_index;
    if (b->stage_index) {
        if (*b->stage_index < 0 || *b->stage_index >= p->nstages || at < 0) {
            return -1;
        }
        const struct play_stage *s = &p->stages[*b->stage_index];
        at = at <= s->last - s->first ? at + s->first : -1;
    }
    return at >= 0 && at < p->nquestions ? (int)at : -1;
}

/* The shown position, or -1: a letter in either case, or a number from 0. */
static int find_position(const char *text, int noptions) {
    int64_t at = -1;
    if (text[0] != '\0' && text[1] == '\0' && isalpha((unsigned char)text[0])) {
        at = toupper((unsigned char)text[0]) - 'A';
    } else if (!str_to_i64(text, 0, LIB_OPTIONS, &at)) {
        return -1;
    }
    return at < noptions ? (int)at : -1;
}

/* The exercise as far as it takes to read an answer and to show what became of it: its questions, and the caller's order of options. */
static enum err load(struct req *q, struct resp *r, struct run *run) {
    *run = (struct run){0};
    struct db_call call = {SQL_ANSWER_LOAD(q->params[0]), .rows = &run->exercise};
    enum err e = req_run(q, &call, 1);
    if (e != OK || run->exercise.n == 0) {
        return e != OK ? e : ERR_NOT_FOUND;
    }
    if (db_null(&run->exercise, 0, COL_OPTION_SEED)) {
        return resp_fail(r, ERR_FORBIDDEN, W_ERRORS_EXERCISE_ANSWER);
    }
    run->option_seed = db_int(&run->exercise, 0, COL_OPTION_SEED);
    return run_play(q, run);
}

enum err answer_put(struct req *q, const struct run *run, int i, const struct answer_given *given, struct db_rows *rows) {
    static const struct answer_given nothing = {.option = ANSWER_NONE};
    const struct play_question *pq = &run->play->questions[i];
    const struct play_stage *ps = &run->play->stages[pq->stage];
    const struct answer_given *g = given ? given : &nothing;
    bool scored = g->option >= 0;
    struct db_call call = {SQL_ANSWER_PUT(q->params[0], db_number(q->arena, i), db_number(q->arena, pq->stage + 1),
                                          db_number(q->arena, ps->first), db_number(q->arena, ps->last), pq->item->id,
                                          given ? db_number(q->arena, g->option) : NULL,
                                          db_number(q->arena, scored ? pq->item->options[g->option].credit : 0),
                                          db_number(q->arena, scored ? play_points(pq, g->option) : 0), db_number(q->arena, pq->max_points),
                                          g->confidence ? db_number(q->arena, g->confidence) : NULL, g->rationale),
                           .rows = rows};
    return req_run(q, &call, 1);
}

/* ---- the reply: what answer_put said, with the question's texts ---- */

static const char *letter_or_null(struct req *q, const struct run *run, int i, int option) {
    if (option < 0) {
        return NULL;
    }
    char letter = run_letter(run, i, option);
    return arena_strndup(q->arena, &letter, 1);
}

static void write_result(struct req *q, struct jwrite *w, const struct run *run, int i, const struct db_rows *said) {
    const struct play_question *pq = &run->play->questions[i];
    int selected = db_null(said, 0, COL_SELECTED) ? -1 : (int)db_int(said, 0, COL_SELECTED);
    const char *consequence = selected >= 0 ? play_consequence(pq->item, selected) : pq->item->worst;
    jw_kbool(w, "isCorrect", db_bool(said, 0, COL_IS_CORRECT));
    jw_kint(w, "points", db_int(said, 0, COL_POINTS));
    jw_kint(w, "maxPoints", pq->max_points);
    jw_kint(w, "totalScore", db_int(said, 0, COL_TOTAL_SCORE));
    jw_kstr(w, "selectedOption", letter_or_null(q, run, i, selected));
    jw_kstr(w, "correctOption", letter_or_null(q, run, i, pq->item->key));
    jw_kstr(w, "explanation", explanation_text(q, run, i));
    jw_kstr(w, "consequence", play_fill(run->play, consequence));
    incident_write(w, pq->item->incident);
    options_write_debrief(q, w, run, i);
    jw_kbool(w, "expired", db_bool(said, 0, COL_EXPIRED));
    jw_kint(w, "answered", db_int(said, 0, COL_ANSWERED));
    jw_kint(w, "total", run->play->nquestions);
    jw_kbool(w, "completed", db_bool(said, 0, COL_COMPLETED));
}

/* What answer_put's verdicts are here; ok is in none of the rows. */
static const struct verdict {
    const char *name;
    enum err err;
    bool stored;        /* an answer is stored, which the error carries */
    enum words_id text; /* 0: the error's own */
} verdicts[] = {
    {"not_found", ERR_NOT_FOUND, false, 0},
    {"already_answered", ERR_ALREADY_ANSWERED, true, 0},
    {"invalid_option", ERR_INVALID_OPTION, false, 0},
    {"not_in_progress", ERR_NOT_IN_PROGRESS, false, 0},
    {"locked", ERR_LOCKED, false, 0},
    {"not_shown", ERR_LOCKED, false, WORDS_ERRORS_EXERCISE_NOT_SHOWN},
    {"expired", ERR_EXPIRED, true, 0},
    {0},
};

static enum err write_reply(struct req *q, struct resp *r, const struct run *run, int i, const struct db_rows *said) {
    const struct verdict *v = verdicts;
    while (v->name && !str_eq(v->name, db_str(said, 0, COL_VERDICT))) {
        v++;
    }
    if (v->name && !v->stored) {
        return v->text ? resp_fail_id(r, v->err, v->text) : v->err;
    }
    jw_object(&r->json);
    if (v->name) {
        r->status = err_status(v->err);
        resp_speaks(r);
        jw_kstr(&r->json, "error", err_say(v->err, r->lang));
        jw_kstr(&r->json, "code", err_code(v->err));
        jw_kstr(&r->json, "requestId", q->id);
    }
    write_result(q, &r->json, run, i, said);
    if (!v->name) {
        jw_kbool(&r->json, "stageCompleted", db_bool(said, 0, COL_STAGE_COMPLETED));
    }
    jw_object_end(&r->json);
    return OK;
}

static enum err answer_post(struct req *q, struct resp *r) {
    const struct answer_body *b = q->body;
    struct run run;
    struct db_rows said;
    enum err e = load(q, r, &run);
    if (e != OK) {
        return e;
    }
    int i = find_question(run.play, b);
    if (i < 0) {
        return ERR_INVALID_QUESTION;
    }
    int position = find_position(b->selected_option, run.play->questions[i].item->noptions);
    struct answer_given given = {
        .option = position < 0 ? ANSWER_NONE : run_option_at(&run, i, position), .confidence = b->confidence, .rationale = b->rationale};
    e = answer_put(q, &run, i, &given, &said);
    return e == OK ? write_reply(q, r, &run, i, &said) : e;
}

static const struct field answer_result_members[] = {
    OUT(FT_BOOL, "isCorrect", "True for the best option only."),
    OUT(FT_INT, "points", "Points that the answer got.", .min = 0, .example = "200"),
    OUT(FT_INT, "maxPoints", "Points for the best option.", .min = 1, .example = "200"),
    OUT(FT_INT, "totalScore", "Points of the run so far.", .min = 0, .example = "200"),
    OUT(FT_ENUM, "selectedOption", "Letter that was stored.", .values = VALUES("A", "B", "C", "D"), .example = "B"),
    OUT(FT_ENUM, "correctOption", "Letter of the best option.", .values = VALUES("A", "B", "C", "D"), .example = "B"),
    OUT(FT_STR, "explanation", "Why the best option is the best, then a line for each other one.", .min = 1,
        .example = "Isolation stops the spread and keeps what is in memory.\nA: It stops the encryption, and loses what is in memory.\nC: "
                   "Every minute encrypts more files."),
    OUT(FT_STR, "consequence", "What follows in the story from what was chosen.", .min = 1,
        .example = "The encryption stops at two servers, and the analysts find the account that was used."),
    OUT(FT_OBJ, "realIncident", "A public incident in which this mattered; null: none is named.", .shape = &real_incident_shape,
        .flags = FIELD_NULL),
    OUT(FT_OBJS, "options", "Every option with what it was worth, in the order the player sees.", .min = 3, .max = 4,
        .shape = &debrief_option_shape),
    OUT(FT_BOOL, "expired", "Whether the time ran out before an answer came.", .values = VALUES("false"), .example = "false"),
    OUT(FT_INT, "answered", "Questions of the run that are answered or expired.", .min = 1, .max = 30, .example = "1"),
    OUT(FT_INT, "total", "Questions of the run.", .min = 3, .max = 30, .example = "12"),
    OUT(FT_BOOL, "completed", "True when this was the last open question.", .example = "false"),
    OUT(FT_BOOL, "stageCompleted", "True when this was the last open question of its stage: the next stage is open now.",
        .example = "false"),
    FIELD_END,
};
static const struct shape answer_result_shape =
    SHAPE("AnswerResult", "What the answer was worth, and the key of the question.", answer_result_members);

static const struct field already_answered_members[] = {
    OUT(FT_STR, "error", "One sentence for people.", .min = 1, .example = "This question has been answered."),
    OUT(FT_ENUM, "code", "Always already_answered.", .values = VALUES("already_answered")),
    OUT(FT_STR, "requestId", "Names the request in the log; also in the header X-Request-Id.", .pattern = "^[0-9a-f-]{8,36}$",
        .example = "0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24"),
    OUT(FT_BOOL, "isCorrect", "True for the best option only."),
    OUT(FT_INT, "points", "Points that the answer got.", .min = 0, .example = "200"),
    OUT(FT_INT, "maxPoints", "Points for the best option.", .min = 1, .example = "200"),
    OUT(FT_INT, "totalScore", "Points of the run so far.", .min = 0, .example = "200"),
    OUT(FT_ENUM, "selectedOption", "Letter that was stored first; null: the time ran out.", .values = VALUES("A", "B", "C", "D"),
        .flags = FIELD_NULL, .example = "B"),
    OUT(FT_ENUM, "correctOption", "Letter of the best option.", .values = VALUES("A", "B", "C", "D"), .example = "B"),
    OUT(FT_STR, "explanation", "Why the best option is the best, then a line for each other one.", .min = 1,
        .example = "Isolation stops the spread and keeps what is in memory.\nA: It stops the encryption, and loses what is in memory.\nC: "
                   "Every minute encrypts more files."),
    OUT(FT_STR, "consequence", "What follows in the story from what was chosen.", .min = 1,
        .example = "The encryption stops at two servers, and the analysts find the account that was used."),
    OUT(FT_OBJ, "realIncident", "A public incident in which this mattered; null: none is named.", .shape = &real_incident_shape,
        .flags = FIELD_NULL),
    OUT(FT_OBJS, "options", "Every option with what it was worth, in the order the player sees.", .min = 3, .max = 4,
        .shape = &debrief_option_shape),
    OUT(FT_BOOL, "expired", "Whether the time ran out before an answer came.", .example = "false"),
    OUT(FT_INT, "answered", "Questions of the run that are answered or expired.", .min = 1, .max = 30, .example = "1"),
    OUT(FT_INT, "total", "Questions of the run.", .min = 3, .max = 30, .example = "12"),
    OUT(FT_BOOL, "completed", "True when this was the last open question.", .example = "false"),
    FIELD_END,
};
static const struct shape already_answered_shape =
    SHAPE("AlreadyAnswered", "The error, with the result of the first answer.", already_answered_members);

static const struct field answer_expired_members[] = {
    OUT(FT_STR, "error", "One sentence for people.", .min = 1, .example = "The time for this question is over."),
    OUT(FT_ENUM, "code", "Always expired.", .values = VALUES("expired")),
    OUT(FT_STR, "requestId", "Names the request in the log; also in the header X-Request-Id.", .pattern = "^[0-9a-f-]{8,36}$",
        .example = "0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24"),
    OUT(FT_BOOL, "isCorrect", "Always false: nothing was scored.", .values = VALUES("false")),
    OUT(FT_INT, "points", "Always 0.", .min = 0, .max = 0, .example = "0"),
    OUT(FT_INT, "maxPoints", "Points for the best option.", .min = 1, .example = "200"),
    OUT(FT_INT, "totalScore", "Points of the run so far.", .min = 0, .example = "0"),
    OUT(FT_JSON, "selectedOption", "Always null: what was sent came too late.", .example = "null"),
    OUT(FT_ENUM, "correctOption", "Letter of the best option.", .values = VALUES("A", "B", "C", "D"), .example = "B"),
    OUT(FT_STR, "explanation", "Why the best option is the best, then a line for each other one.", .min = 1,
        .example = "Isolation stops the spread and keeps what is in memory.\nA: It stops the encryption, and loses what is in memory.\nC: "
                   "Every minute encrypts more files."),
    OUT(FT_STR, "consequence", "What follows in the story when nobody decides.", .min = 1,
        .example = "Until the day shift arrives forty servers are encrypted."),
    OUT(FT_OBJ, "realIncident", "A public incident in which this mattered; null: none is named.", .shape = &real_incident_shape,
        .flags = FIELD_NULL),
    OUT(FT_OBJS, "options", "Every option with what it was worth, in the order the player sees.", .min = 3, .max = 4,
        .shape = &debrief_option_shape),
    OUT(FT_BOOL, "expired", "Always true.", .values = VALUES("true")),
    OUT(FT_INT, "answered", "Questions of the run that are answered or expired.", .min = 1, .max = 30, .example = "1"),
    OUT(FT_INT, "total", "Questions of the run.", .min = 3, .max = 30, .example = "12"),
    OUT(FT_BOOL, "completed", "True when this was the last open question.", .example = "false"),
    FIELD_END,
};
static const struct shape answer_expired_shape =
    SHAPE("AnswerExpired", "The error, with what was stored: no option, no points.", answer_expired_members);

const struct route answer_routes[] = {
    {METHOD_POST, "/api/ttx/session/{id}/answer", GUARD_PLAYER, "exercises", answer_post, BODY(answer_fields, struct answer_body),
     .summary = "Answer a question", .name = "answerQuestion", .tag = "exercises", .param_help = {"Of the exercise."},
     .help = "Stores one answer and scores it, once and for ever: points are the question's points times the credit of the chosen option, "
             "and isCorrect is true for the best option only. The last answer completes the run. Questions of a stage can be answered in "
             "any order, stages open one after the other (409 `locked` before). Only who plays the exercise can answer. With timing on, an "
             "answer after the deadline is 410 `expired` and counts as none. A second answer is 409 `already_answered` and shows what the "
             "first one got, so a request that was lost on its way can safely be sent again.",
     .reply_help = "The answer is stored and scored; the key is in the reply.", .reply = &answer_result_shape,
     .errors = ERRORS({ERR_ALREADY_ANSWERED, &already_answered_shape}, {ERR_CONFLICT, NULL}, {ERR_EXPIRED, &answer_expired_shape},
                      {ERR_INVALID_OPTION, NULL}, {ERR_INVALID_QUESTION, NULL}, {ERR_LOCKED, NULL}, {ERR_NOT_IN_PROGRESS, NULL})},
    {0},
};
