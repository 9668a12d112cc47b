/* place.c - where a connection string leads. */
#include "common/base/str.h"
#include "common/db/db.h"

#include <libpq-fe.h>

bool db_over_network(const char *dsn) {
    PQconninfoOption *options = PQconninfoParse(dsn, NULL);
    bool network = false;
    for (const PQconninfoOption *o = options; o && o->keyword; o++) {
        bool host = str_eq(o->keyword, "host"), address = str_eq(o->keyword, "hostaddr");
        /* "/folder" and "@name" are UNIX sockets */
        network = network || ((host || address) && o->val && *o->val && (address || !strchr("/@", *o->val)));
    }
    PQconninfoFree(options);
    return network;
}
