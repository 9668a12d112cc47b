/*
 * unit.h - what every unit test includes: cmocka with the headers it forgets.
 */
#ifndef MUSTER_TESTS_UNIT_H
#define MUSTER_TESTS_UNIT_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#endif
