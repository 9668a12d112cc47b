#include "common/html/qr.h"

#include "common/base/log.h"

#include <qrencode.h>

#define QUIET 4 /* modules of margin that ISO/IEC 18004 asks for */

int qr_path(struct buf *out, const char *text) {
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code) {
        log_error("qr: a text does not fit a QR code");
        return 0;
    }
    /* Runs of dark modules as rectangles of height one. */
    for (int y = 0; y < code->width; y++) {
        const unsigned char *line = code->data + (size_t)y * (size_t)code->width;
        for (int x = 0; x < code->width;) {
            int from = x;
            while (x < code->width && (line[x] & 1)) {
                x++;
            }
            if (x > from) {
                buf_printf(out, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
            } else {
                x++;
            }
        }
    }
    int side = code->width + 2 * QUIET;
    QRcode_free(code);
    return out->failed ? 0 : side;
}
