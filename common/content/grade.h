/*
 * grade.h - the certificate's grade and conditions (exercise-api.md section 5, rule C6), once for play and portal.
 */
#ifndef MUSTER_CONTENT_GRADE_H
#define MUSTER_CONTENT_GRADE_H

#include "common/words/words.h"

#include <stdbool.h>

/* Accuracy is over the questions served. PLATINUM from 90 %, GOLD 75, SILVER 60, BRONZE 50, otherwise NULL. */
const char *grade_for(int correct, int questions);
int grade_percent(const char *grade);
/* A completed run, at least 80 % of the questions answered in time, accuracy of at least 50 %. When false, *reason (may be NULL) names
 * the first condition that failed as half a sentence: "the run is not completed". */
bool certificate_eligible(int correct, int questions, int expired, bool completed, const struct words **reason);
#define CERTIFICATE_PERCENT_IN_TIME 80 /* of the questions, at least */

#endif
