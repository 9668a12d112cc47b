/* grade.c - see grade.h. */
#include "common/content/grade.h"

#include "common/base/str.h"

#define LEAST_IN_TIME 80 /* percent */

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

bool certificate_eligible(int correct, int questions, int expired, bool completed, const char **reason) {
    const char *failed = NULL;
    if (!completed) {
        failed = "the run is not completed";
    } else if ((questions - expired) * 100 < LEAST_IN_TIME * questions) {
        failed = "fewer than 80 % of the questions were answered in time";
    } else if (!grade_for(correct, questions)) {
        failed = "the accuracy is below 50 %";
    }
    if (reason) {
        *reason = failed;
    }
    return !failed;
}
