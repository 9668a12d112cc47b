/* certificate_qr.c - the QR code of the page that proves a certificate. */
#include "apps/portal/certificate_html.h"
#include "common/html/qr.h"

void qr_write(struct hwrite *w, struct arena *a, const char *text) {
    struct buf path;
    buf_init(&path, 256 * 1024);
    int modules = qr_path(&path, text);
    if (modules) {
        const char *side = arena_printf(a, "%d", modules);
        hw_open(w, "svg", "class", "qr", "viewBox", arena_printf(a, "0 0 %s %s", side, side), "role", "img", "shape-rendering",
                "crispEdges", NULL);
        hw_elem(w, "title", arena_printf(a, "QR code of %s", text));
        hw_void(w, "rect", "class", "q-back", "width", side, "height", side, NULL);
        hw_void(w, "path", "class", "q-dark", "d", path.data, NULL);
        hw_close(w, "svg");
    }
    buf_release(&path);
}
