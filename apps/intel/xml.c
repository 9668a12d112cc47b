/*
 * xml.c - replies of version 2 in XML: the same rows under the names that its schema has.
 *
 * A handler writes its reply as JSON; this walks through it. Names begin with a capital letter in XML, but for a few that do not; lists
 * are elements one after the other. An element that has a type says so in xsi:type.
 */
#include "apps/intel/intel.h"
#include "common/base/str.h"
#include "common/json/jread.h"

#include <ctype.h>

#define MOST_DEPTH 12

/* Names that XML has as JSON does. */
static const char *const small[] = {"md5",         "sha1",       "sha256",      "size",           "fileName",    "fileSize",
                                    "fileType",    "fileText",   "status",      "casePreference", "value1Label", "value1Type",
                                    "value2Label", "value2Type", "value3Label", "value3Type",     NULL};

static bool wanted(const struct req *q) {
    const char *accept = req_header(q, "HTTP_ACCEPT");
    return accept && (strstr(accept, "application/xml") || strstr(accept, "text/xml")) && !strstr(accept, "application/json");
}

static void put_name(struct buf *out, const char *name) {
    buf_putc(out, str_in(name, small) ? *name : (char)toupper((unsigned char)*name));
    buf_puts(out, name + 1);
}

/* XML 1.0 has no control characters but these three. */
static void put_text(struct buf *out, const char *text) {
    for (const char *c = text; *c; c++) {
        switch (*c) {
        case '&': buf_puts(out, "&amp;"); break;
        case '<': buf_puts(out, "&lt;"); break;
        case '>': buf_puts(out, "&gt;"); break;
        case '"': buf_puts(out, "&quot;"); break;
        default:
            if ((unsigned char)*c >= ' ' || strchr("\t\n\r", *c)) {
                buf_putc(out, *c);
            }
        }
    }
}

/* xsi:type of an element whose type is a word: in lower case, as in the protocol's samples. */
static void put_type(struct buf *out, struct json_object *value) {
    const char *type = json_object_is_type(value, json_type_object) ? jr_str(value, "type") : NULL;
    if (!type || type[strspn(type, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] != '\0') {
        return;
    }
    buf_puts(out, " xsi:type=\"");
    for (const char *c = type; *c; c++) {
        buf_putc(out, (char)tolower((unsigned char)*c));
    }
    buf_putc(out, '"');
}

static void put_members(struct buf *out, struct json_object *value, int depth);

static void put_element(struct buf *out, const char *name, struct json_object *value, int depth) {
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < jr_len(value) && depth < MOST_DEPTH; i++) {
            put_element(out, name, jr_at(value, i), depth + 1);
        }
        return;
    }
    buf_putc(out, '<');
    put_name(out, name);
    put_type(out, value);
    buf_putc(out, '>');
    if (json_object_is_type(value, json_type_object)) {
        put_members(out, value, depth + 1);
    } else {
        put_text(out, json_object_get_string(value));
    }
    buf_puts(out, "</");
    put_name(out, name);
    buf_putc(out, '>');
}

static void put_members(struct buf *out, struct json_object *value, int depth) {
    if (depth < MOST_DEPTH) {
        json_object_object_foreach(value, name, member) {
            put_element(out, name, member, depth);
        }
    }
}

enum err xml_or_json(struct req *q, struct resp *r, const char *stem, const char *entity) {
    const char *why = NULL;
    if (!wanted(q)) {
        return OK;
    }
    struct json_object *data = jr_parse(q->arena, r->body->data, r->body->len, &why);
    if (!data || !json_object_is_type(data, json_type_object)) {
        return ERR_INTERNAL;
    }
    buf_clear(r->body, 0);
    r->content_type = "application/xml";
    buf_printf(r->body,
               "<%sResponse><Status>Success</Status><Data xsi:type=\"%s%sResponseData\" "
               "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
               stem, entity ? entity : stem, entity ? "List" : "");
    put_members(r->body, data, 0);
    buf_printf(r->body, "</Data></%sResponse>", stem);
    return OK;
}
