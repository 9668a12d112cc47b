/* run.c - loading an exercise with what the caller did in it. */
#include "apps/exercises/exercises.h"
#include "common/base/log.h"
#include "common/base/str.h"

const char *const run_access_names[] = {"own", "debrief", "outline", NULL};

static void read_participant(struct run *run) {
    run->own_row = -1;
    for (int i = 0; i < run->participants.n; i++) {
        if (db_bool(&run->participants, i, COL_OWN)) {
            run->own_row = i;
        }
    }
    run->leads = db_bool(&run->exercise, 0, COL_LEADS);
    run->access = run->own_row >= 0 ? RUN_OWN : run->completed && run->leads ? RUN_DEBRIEF : RUN_OUTLINE;
    if (run->own_row < 0) {
        /* In a debrief the options stand as the only participant saw them, so that letters mean the same. */
        run->option_seed = run->participants.n == 1 ? db_int(&run->participants, 0, COL_OPTION_SEED) : 0;
        return;
    }
    run->participant_id = db_str(&run->participants, run->own_row, COL_ID);
    run->option_seed = db_int(&run->participants, run->own_row, COL_OPTION_SEED);
    run->timing = db_str(&run->participants, run->own_row, COL_TIMING);
    run->timed = timing_factor(run->timing) > 0;
}

static void read_answers(struct run *run) {
    for (int i = 0; i < PLAY_MAX_QUESTIONS; i++) {
        run->selected[i] = -1;
    }
    for (int i = 0; i < run->answers.n; i++) {
        int64_t at = db_int(&run->answers, i, COL_QUESTION_INDEX);
        if (at < 0 || at >= run->play->nquestions) {
            continue;
        }
        struct run_answer *a = &run->answer[at];
        *a = (struct run_answer){
            .given = true,
            .expired = db_bool(&run->answers, i, COL_EXPIRED),
            .correct = db_bool(&run->answers, i, COL_IS_CORRECT),
            .selected = db_null(&run->answers, i, COL_SELECTED) ? -1 : (int)db_int(&run->answers, i, COL_SELECTED),
            .points = (int)db_int(&run->answers, i, COL_POINTS),
            .confidence = db_str(&run->answers, i, COL_CONFIDENCE),
            .answered_at = db_str(&run->answers, i, COL_ANSWERED_AT),
        };
        run->selected[at] = a->selected;
        /* Not the participant's own sum: that was read a statement earlier, and the answer may have come in between. */
        run->total_score += a->points;
        run->nanswered++;
        run->ncorrect += a->correct;
        run->nexpired += a->expired;
    }
}

/* The choices of the only participant, which the story of a debrief follows. */
static void read_choices(struct run *run) {
    for (int i = 0; run->access == RUN_DEBRIEF && run->participants.n == 1 && i < run->others.n; i++) {
        int64_t at = db_int(&run->others, i, COL_QUESTION_INDEX);
        if (at >= 0 && at < run->play->nquestions && !db_null(&run->others, i, COL_SELECTED)) {
            run->selected[at] = (int)db_int(&run->others, i, COL_SELECTED);
        }
    }
}

static void read_shown(struct run *run) {
    for (int i = 0; i < run->shown.n; i++) {
        int64_t at = db_int(&run->shown, i, COL_QUESTION_INDEX);
        if (at >= 0 && at < run->play->nquestions) {
            run->show[at] = (struct run_shown){
                .shown = true, .overdue = db_bool(&run->shown, i, COL_OVERDUE), .deadline = db_str(&run->shown, i, COL_DEADLINE)};
        }
    }
}

static void find_open(struct run *run) {
    run->next = 0;
    while (run->next < run->play->nquestions && run->answer[run->next].given) {
        run->next++;
    }
    run->open_stage = run->next < run->play->nquestions ? run->play->questions[run->next].stage : run->play->nstages;
}

enum err run_play(struct req *q, struct run *run) {
    const struct library *lib = NULL;
    enum err e = library_get(q->db, q->arena, STMT_LIBRARY_DOC, db_int(&run->exercise, 0, COL_LIBRARY_ID), &lib);
    if (e != OK) {
        return e;
    }
    run->play = play_load(q->arena, lib, db_str(&run->exercise, 0, COL_RECIPE), db_str(&run->exercise, 0, COL_DIFFICULTY));
    return run->play ? OK : ERR_INTERNAL;
}

enum err run_load(struct req *q, const char *exercise_id, struct run *run) {
    *run = (struct run){0};
    struct db_call calls[] = {
        {SQL_SESSION_GET(exercise_id), .rows = &run->exercise},       {SQL_SESSION_PARTICIPANTS(exercise_id), .rows = &run->participants},
        {SQL_SESSION_ANSWERS(exercise_id), .rows = &run->answers},    {SQL_SESSION_SHOWN(exercise_id), .rows = &run->shown},
        {SQL_SESSION_ANSWERS_ALL(exercise_id), .rows = &run->others},
    };
    enum err e = req_run(q, calls, sizeof(calls) / sizeof(calls[0]));
    if (e == OK && run->exercise.n == 0) {
        return ERR_NOT_FOUND;
    }
    e = e == OK ? run_play(q, run) : e;
    if (e != OK) {
        return e;
    }
    run->status = db_str(&run->exercise, 0, COL_STATUS);
    run->completed = str_eq(run->status, "COMPLETED");
    read_participant(run);
    read_answers(run);
    read_choices(run);
    read_shown(run);
    find_open(run);
    return OK;
}

bool run_visible(const struct run *run, int i) {
    if (run->completed || run->answer[i].given) {
        return true;
    }
    if (run->play->questions[i].stage > run->open_stage) {
        return false;
    }
    /* Against the clock one question comes at a time: what is not shown costs no time. */
    return !run->timed || i < run->next + !run->hold;
}

char run_letter(const struct run *run, int question, int option) {
    int order[LIB_OPTIONS];
    int n = run->play->questions[question].item->noptions;
    play_option_order(run->option_seed, question, n, order);
    for (int i = 0; i < n; i++) {
        if (order[i] == option) {
            return (char)('A' + i);
        }
    }
    return '?';
}

int run_option_at(const struct run *run, int question, int position) {
    int order[LIB_OPTIONS];
    play_option_order(run->option_seed, question, run->play->questions[question].item->noptions, order);
    return order[position];
}
