/* certificate_qr.c - QR code as one SVG path; the only user of libqrencode. */
#include "apps/portal/certificate_html.h"
#include "common/base/log.h"

#include <qrencode.h>

#define QUIET 4 /* modules of margin that ISO/IEC 18004 asks for */

/* Runs of dark modules as rectangles of height one. */
static void path_of(const QRcode *code, struct buf *path) {
    for (int y = 0; y < code->width; y++) {
        const unsigned char *line = code->data + (size_t)y * (size_t)code->width;
        for (int x = 0; x < code->width;) {
            int from = x;
            while (x < code->width && (line[x] & 1)) {
                x++;
            }
            if (x > from) {
                buf_printf(path, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
            } else {
                x++;
            }
        }
    }
}

void qr_write(struct hwrite *w, struct arena *a, const char *text) {
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code) {
        log_error("certificate: the address does not fit a QR code");
        return;
    }
    struct buf path;
    const char *side = arena_printf(a, "%d", code->width + 2 * QUIET);
    buf_init(&path, 256 * 1024);
    path_of(code, &path);
    QRcode_free(code);
    hw_open(w, "svg", "class", "qr", "viewBox", arena_printf(a, "0 0 %s %s", side, side), "role", "img", "shape-rendering", "crispEdges",
            NULL);
    hw_elem(w, "title", arena_printf(a, "QR code of %s", text));
    hw_void(w, "rect", "class", "q-back", "width", side, "height", side, NULL);
    hw_void(w, "path", "class", "q-dark", "d", path.data, NULL);
    hw_close(w, "svg");
    buf_release(&path);
}
