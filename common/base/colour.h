/*
 * colour.h - colours that people choose: read, compared, made readable (WCAG 2.2, relative luminance and contrast ratio).
 */
#ifndef MUSTER_BASE_COLOUR_H
#define MUSTER_BASE_COLOUR_H

#include <stdbool.h>

struct colour {
    int r, g, b; /* 0 to 255 */
};

#define COLOUR_TEXT_SIZE 8  /* "#rrggbb" and its end */
#define COLOUR_READABLE 4.5 /* contrast that text needs (WCAG 2.2, 1.4.3) */

/* "#rrggbb", either case. */
bool colour_parse(const char *text, struct colour *out);
/* Writes "#rrggbb" in lower case. */
void colour_format(struct colour c, char out[COLOUR_TEXT_SIZE]);
/* 1 to 21. */
double colour_contrast(struct colour a, struct colour b);
/* The colour itself when it has that contrast on the background, otherwise the nearest one on its way to black (on a light
 * background) or white (on a dark one). */
struct colour colour_readable(struct colour c, struct colour background, double contrast);

#endif
