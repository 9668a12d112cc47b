#include "common/base/colour.h"

#include "common/base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static int hex_pair(const char *text) {
    static const char digits[] = "0123456789abcdef";
    int value = 0;
    for (int i = 0; i < 2; i++) {
        const char *at = text[i] ? strchr(digits, tolower((unsigned char)text[i])) : NULL;
        if (!at) {
            return -1;
        }
        value = value * 16 + (int)(at - digits);
    }
    return value;
}

bool colour_parse(const char *text, struct colour *out) {
    if (!text || text[0] != '#' || strlen(text) != 7) {
        return false;
    }
    *out = (struct colour){hex_pair(text + 1), hex_pair(text + 3), hex_pair(text + 5)};
    return out->r >= 0 && out->g >= 0 && out->b >= 0;
}

void colour_format(struct colour c, char out[COLOUR_TEXT_SIZE]) {
    snprintf(out, COLOUR_TEXT_SIZE, "#%02x%02x%02x", (unsigned char)c.r, (unsigned char)c.g, (unsigned char)c.b);
}

static double channel(int value) {
    double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c) {
    return 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
}

double colour_contrast(struct colour a, struct colour b) {
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static struct colour mix(struct colour from, struct colour to, int percent) {
    return (struct colour){from.r + (to.r - from.r) * percent / 100, from.g + (to.g - from.g) * percent / 100,
                           from.b + (to.b - from.b) * percent / 100};
}

struct colour colour_readable(struct colour c, struct colour background, double contrast) {
    bool light = luminance(background) > 0.18;
    struct colour end = light ? (struct colour){0, 0, 0} : (struct colour){255, 255, 255};
    for (int percent = 0; percent < 100; percent++) {
        struct colour tried = mix(c, end, percent);
        if (colour_contrast(tried, background) >= contrast) {
            return tried;
        }
    }
    return end;
}
