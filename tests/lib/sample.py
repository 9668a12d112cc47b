"""Valid requests for any row of the route tables, from its descriptors."""
import secrets

from tests.lib import routes
from tests.lib.client import PASSWORD

# Values of fields whose name says more than their type; a function gets the client that calls.
VALUES = {
    "email": lambda client: f"new-{secrets.token_hex(6)}@example.com", "emails": lambda client: [f"new-{secrets.token_hex(6)}@example.com"],
    "password": "long enough words 9", "newPassword": "long enough words 9", "currentPassword": PASSWORD, "theme": "bec", "code": "123456",
    "confirmEmail": lambda client: client.email or "nobody@example.com",
    "confirmName": lambda client: (client.me or {}).get("organization", {"name": "Cast Ltd"})["name"],
    "recoveryCode": "x" * 16, "domain": lambda client: f"d{secrets.token_hex(6)}.example.org", "toolIds": [], "language": "en",
    "token": lambda client: secrets.token_hex(20),
    "plan": "FREE",
}
# Where a body needs more than its required fields: a rule between fields asks for one of them.
ALSO = {
    "POST /api/auth/register": ["organization"], "PUT /api/portal/users/{id}": ["role"], "DELETE /api/auth/mfa": ["code"],
    "POST /api/auth/step-up": ["password"],
    "POST /api/auth/mfa/verify": ["code"], "PUT /api/portal/language": ["language"], "DELETE /api/portal/api-keys/{id}": [],
    "PUT /api/admin/orgs/{id}": ["name"],
}


def value_of(field, client):
    """A valid value of a body's or query's field."""
    if field["name"] in VALUES:
        value = VALUES[field["name"]]
        return value(client) if callable(value) else value
    return {
        "email": "new@example.com", "integer": max(field["min"], 0), "boolean": True, "time": "2099-01-01T00:00:00Z", "token": "A",
        "uuid": routes.NO_UUID, "enum": (field["values"] or [None])[0], "strings": [(field["values"] or ["x"])[0]] * max(field["min"], 1),
        "objects": [{f["name"]: value_of(f, client) for f in field.get("fields", []) if f["required"]}],
        "string": "x" * max(field["min"], 1),
    }[field["type"]]


def request_of(row, client, names=(), ident=routes.NO_UUID):
    """(path, options) of a valid request: required fields, and those of ALSO and names; ident in every place of an id."""
    wanted = {*ALSO.get(routes.name(row), []), *names}

    def fill(fields):
        return {f["name"]: ident if is_id(f) else value_of(f, client) for f in fields or [] if f["required"] or f["name"] in wanted}
    query = fill(row["query"])
    path = routes.fill(row["path"], ident) + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
    return path, {} if row["body"] is None else {"json": fill(row["body"])}


def is_id(field):
    return field["type"] == "uuid" or (field["type"] == "string" and field["name"].endswith(("Id", "ID")))
