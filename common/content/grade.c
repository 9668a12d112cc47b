/* grade.c - see grade.h. */
#include "common/content/grade.h"

#include "common/base/str.h"

#define CERTIFICATE_ACCURACY 0.5 /* of the lowest grade below */

static const struct {
    const char *name;
    int percent;
} grades[] = {{"PLATINUM", 90}, {"GOLD", 75}, {"SILVER", 60}, {"BRONZE", 50}};

const char *grade_for(int correct, int questions) {
    for (size_t i = 0; questions > 0 && i < sizeof(grades) / sizeof(grades[0]); i++) {
        if (correct * 100 >= grades[i].percent * questions) {
            return grades[i].name;
        }
    }
    return NULL;
}

int grade_percent(const char *grade) {
    size_t i = 0;
    while (i + 1 < sizeof(grades) / sizeof(grades[0]) && !str_eq(grades[i].name, grade)) {
        i++;
    }
    return grades[i].percent;
}

bool certificate_eligible(int correct, int questions, int expired, bool completed, const struct words **reason) {
    static const union words_arg in_time[] = {{.number = CERTIFICATE_PERCENT_IN_TIME / 100.0}},
                                 accuracy[] = {{.number = CERTIFICATE_ACCURACY}};
    static const struct words open = {WORDS_ERRORS_REASON_OPEN, NULL, 0}, late = {WORDS_ERRORS_REASON_LATE, in_time, 1},
                              low = {WORDS_ERRORS_REASON_LOW, accuracy, 1};
    const struct words *failed = NULL;
    if (!completed) {
        failed = &open;
    } else if ((questions - expired) * 100 < CERTIFICATE_PERCENT_IN_TIME * questions) {
        failed = &late;
    } else if (!grade_for(correct, questions)) {
        failed = &low;
    }
    if (reason) {
        *reason = failed;
    }
    return !failed;
}
