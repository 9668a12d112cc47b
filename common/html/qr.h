/*
 * qr.h - QR codes as the outline of one SVG path; the only user of libqrencode.
 */
#ifndef MUSTER_HTML_QR_H
#define MUSTER_HTML_QR_H

#include "common/base/buf.h"

/* Appends the path's data ("d") and returns the side of its square in modules, margin included; 0 when the text does not fit. */
int qr_path(struct buf *out, const char *text);

#endif
