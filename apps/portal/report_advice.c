/* report_advice.c - what to do about a weakness, by kind of work and by who does it. The words are the catalogue's (report.advice). */
#include "apps/portal/report_model.h"
#include "common/base/str.h"

enum family { TECHNICAL, LEADERSHIP, LEGAL, COMMERCIAL, VOICE, FAMILY_COUNT };

static const struct {
    const char *role;
    enum family family;
} roles[] = {
    {"ciso", LEADERSHIP},
    {"executive", LEADERSHIP},
    {"business-owner", LEADERSHIP},
    {"soc-analyst", TECHNICAL},
    {"it-ops", TECHNICAL},
    {"cloud-ops", TECHNICAL},
    {"legal", LEGAL},
    {"hr", LEGAL},
    {"finance", COMMERCIAL},
    {"vendor-manager", COMMERCIAL},
    {"communications", VOICE},
};

#define ADVICE(activity, KEY)                                                                                                              \
    {                                                                                                                                      \
        activity, {                                                                                                                        \
            [TECHNICAL] = WORDS_REPORT_ADVICE_##KEY##_TECHNICAL, [LEADERSHIP] = WORDS_REPORT_ADVICE_##KEY##_LEADERSHIP,                    \
            [LEGAL] = WORDS_REPORT_ADVICE_##KEY##_LEGAL, [COMMERCIAL] = WORDS_REPORT_ADVICE_##KEY##_COMMERCIAL,                            \
            [VOICE] = WORDS_REPORT_ADVICE_##KEY##_VOICE                                                                                    \
        }                                                                                                                                  \
    }

static const struct {
    const char *activity;
    enum words_id texts[FAMILY_COUNT];
} advice[] = {
    ADVICE("prepare", PREPARE),     ADVICE("detect", DETECT),   ADVICE("analyse", ANALYSE),         ADVICE("contain", CONTAIN),
    ADVICE("eradicate", ERADICATE), ADVICE("recover", RECOVER), ADVICE("communicate", COMMUNICATE), ADVICE("improve", IMPROVE),
};

enum words_id advice_for(const char *activity, const char *role) {
    enum family family = LEADERSHIP;
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        family = str_eq(roles[i].role, role) ? roles[i].family : family;
    }
    for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++) {
        if (str_eq(advice[i].activity, activity)) {
            return advice[i].texts[family];
        }
    }
    return advice[0].texts[family]; /* the linter knows the activities; a new one is at least prepared for */
}
