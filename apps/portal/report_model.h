/*
 * report_model.h - every figure of the executive report, computed without a database or a page.
 *
 * report_build() fills struct report from the run's answers by the rules of after-action-report.md (sections 4 to 7, executive
 * variant of section 6). A figure without enough data is marked as such and never made up (rule D1). Statistics come from each
 * question's own tags and the stored answers (rule C8); accuracy is over questions served (rule C6).
 */
#ifndef MUSTER_APPS_PORTAL_REPORT_MODEL_H
#define MUSTER_APPS_PORTAL_REPORT_MODEL_H

#include "common/content/play.h"
#include "common/words/words.h"

#define REPORT_MIN_EVIDENCE 3  /* items below which an objective is "not observed" */
#define REPORT_MIN_INTERVAL 10 /* items below which no interval is printed */
#define REPORT_MIN_STRENGTH 5
#define REPORT_STRENGTH_PERCENT 85 /* best options of a strength */
#define REPORT_LEVEL_POINTS 5      /* a change of accuracy below is none */
#define REPORT_OBJECTIVES 12
#define REPORT_ROLES 16
#define REPORT_PAST 5
#define REPORT_COSTLY 3
#define REPORT_ACTIONS 5

/* One stored answer; question and option count in the play's and the library's order. */
struct report_answer {
    int question, selected; /* selected: -1 when the time ran out */
    int credit, points, max_points;
    int confidence; /* 0: not given */
    bool correct, expired;
    double seconds; /* from shown to answered; 0 or less: not known */
};

/* A comparable run before this one: same organisation, theme and difficulty. */
struct report_past {
    const char *completed_at;
    int correct, served;
};

struct report_run {
    const struct play *play;
    enum lang lang; /* of the exercise, whoever reads the report */
    const char *org, *title, *theme, *difficulty, *mode, *timing;
    const char *started_at, *completed_at, *now; /* ISO 8601 */
    const char *accent_rules, *footer;           /* branding: style rules ("" for none), a line or NULL */
    const char *data_hash;                       /* first 12 digits of SHA-256 over the answers */
    int participants, completed_participants;
    const struct report_answer *answers;
    int nanswers;
    struct report_past past[REPORT_PAST]; /* newest first */
    int npast;
};

/* Decisions by outcome. An item is one question for one participant. */
struct tally {
    int served, best, defensible, poor, late; /* what is left of served was never answered */
    int64_t weight, earned;                   /* points served; points x credit in hundredths */
};
int tally_missing(const struct tally *t);
double tally_accuracy(const struct tally *t); /* best of served, 0 to 1 */
double tally_score(const struct tally *t);    /* credit weighted by points, 0 to 1 */

enum rating { RATING_NONE, RATING_U, RATING_M, RATING_S, RATING_P, RATING_COUNT }; /* from worst to best */
extern const char *const rating_letters[RATING_COUNT];
extern const int rating_from[RATING_COUNT]; /* percent of the points */
/* The rule of section 4: thresholds 0.85, 0.70, 0.50, lowered by missed critical decisions; under 3 items not observed. */
enum rating rating_of(const struct tally *t, int missed);

struct report_objective {
    const struct lib_objective *objective;
    struct tally tally;
    int decisions; /* questions in which a critical option was on offer, when the objective is critical */
    int missed;    /* of these: critical option chosen, or no answer in time, by at least half of the participants */
    enum rating rating;
};

struct report_group {
    const char *name;
    struct tally tally;
};

struct report_finding {
    int id; /* F<id> */
    const struct play_question *question;
    struct tally tally;
    int64_t lost;  /* hundredths of points */
    int chosen;    /* the option that cost most here, -1: only unanswered or late */
    int chosen_by; /* answers with this option */
};

struct report_action {
    enum words_id text;
    const struct report_finding *findings[PLAY_MAX_QUESTIONS];
    int nfindings;
    int64_t lost;
};

struct report_strength {
    bool is_stage;
    const char *name;
    const struct tally *tally;
};

enum trend { TREND_FIRST, TREND_UP, TREND_LEVEL, TREND_DOWN };

struct report_confidence {
    int n, wrong, confidently_wrong;
    double mean, accuracy, gap; /* confidence 1 to 5 as 0 to 1; over the answers that carry one */
};

struct report {
    const struct report_run *run;
    struct tally total, questions[PLAY_MAX_QUESTIONS];
    double low, high; /* Wilson interval of the accuracy, when total.served >= REPORT_MIN_INTERVAL */
    double median_seconds;
    int timed; /* answers behind the median; 0: not measured */
    struct report_objective objectives[REPORT_OBJECTIVES];
    struct report_group stages[LIB_STAGES], levels[LEVEL_COUNT], roles[REPORT_ROLES];
    int nobjectives, nroles, nobserved, ncritical, ncritical_observed;
    enum rating overall;
    const struct report_objective *decisive; /* the critical objective that set the overall rating, or NULL */
    struct report_finding findings[PLAY_MAX_QUESTIONS];
    const struct report_finding *costly[REPORT_COSTLY];
    struct report_action actions[REPORT_ACTIONS];
    struct report_strength strengths[REPORT_OBJECTIVES + LIB_STAGES];
    int nfindings, ncostly, nactions, nstrengths, largest_group;
    int uncovered; /* findings without an action of their own */
    enum trend trend;
    double change;        /* of the accuracy against the last comparable run */
    bool change_is_clear; /* both runs have an interval and these do not overlap */
    struct report_confidence confidence;
    struct {
        bool harder; /* next difficulty, otherwise the same again */
        const char *difficulty;
        const struct report_objective *weakest; /* NULL: none was served, or none is needed */
    } next;
};

/* Everything lives in the caller's struct and in what run points to. */
void report_build(struct report *out, const struct report_run *run);

/* 95 % Wilson score interval. */
void wilson_interval(int hits, int n, double *low, double *high);
/* Sorts values. 0 for none. */
double median_of(double *values, int n);
/* The steps of report_build that live in report_findings.c. */
void report_find(struct report *out);

/* A recommendation for this kind of work and role; verb first (report_advice.c). */
enum words_id advice_for(const char *activity, const char *role);

#endif
