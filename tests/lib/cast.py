"""People in every role of an organisation, made in the database: quick enough to have new ones for every call."""
import hashlib
import secrets

from tests.lib import otp
from tests.lib.client import PASSWORD, Client
from tests.lib.instance import ROOT

SCOPES = ("exercises", "results", "team", "settings", "account")
# The caller's name, and the role behind it.
ROLES = {"member": "MEMBER", "auditor": "AUDITOR", "facilitator": "FACILITATOR", "admin": "CLIENT_ADMIN", "platform": "SUPER_ADMIN"}


class Cast:
    """One organisation. Clients have .me with id and orgId; their password is PASSWORD."""

    hashes = {}  # of PASSWORD, by instance: hashed once

    def __init__(self, instance, name="Cast Ltd", plan="ENTERPRISE"):
        self.instance, self.name = instance, name
        self.org = instance.value("INSERT INTO muster.org (name, slug, plan) VALUES (%s, %s, %s) RETURNING org_id::text",
                                  name, "cast-" + secrets.token_hex(8), plan)

    def client(self, caller):
        """nobody, a role of ROLES, key:SCOPE (an administrator's) or half (whose second factor is due)."""
        if caller == "nobody":
            return Client(self.instance)
        kind, _, scope = caller.partition(":")
        person = self.person(ROLES.get(kind, "CLIENT_ADMIN"))
        if kind == "platform":
            person.secret = otp.silently(person, self.instance)  # without a second factor the platform is closed
        elif kind == "key":
            person.cookie, person.key = None, "tc_" + secrets.token_hex(24)
            self.insert("api_key", user_id=person.me["id"], name="Cast", prefix=person.key[:11], token_hash=digest(person.key),
                        scopes=[scope])
        elif kind == "half":
            otp.enrol(person, self.instance)
            self.instance.sql("DELETE FROM muster.user_session WHERE user_id = %s", person.me["id"])
            person.cookie = self.cookie("pending_session", person.me["id"])
        return person

    def person(self, role, credential=True):
        """Somebody new, signed in; without a credential for one_of_everything(), which makes one."""
        client = Client(self.instance)
        client.email, client.password = f"{role.lower()}-{secrets.token_hex(6)}@example.com", PASSWORD
        made = self.insert("app_user", email=client.email, first_name="Cast", last_name=role.title(), role=role)
        if credential:
            self.insert("credential", user_id=made, password_hash=self.password_hash())
        client.me = {"id": made, "orgId": self.org, "email": client.email, "role": role, "organization": {"name": self.name}}
        client.cookie = self.cookie("user_session", made)
        return client

    def cookie(self, table, user):
        """A new session of the table's kind."""
        token = secrets.token_urlsafe(32)
        more = {"address": "127.0.0.1", "user_agent": "cast"} if table == "user_session" else {}
        row = self.insert(table, user_id=user, token_hash=digest(token), **more)
        self.instance.sql(f"UPDATE muster.{table} SET expires_at = now() + interval '2 hours' WHERE id = %s", row)
        return f"muster_session={token}"

    def insert(self, table, **columns):
        """A row of this organisation; its id where it has one."""
        if table.endswith("session"):
            columns["expires_at"] = "infinity"
        names = ["org_id", *columns]
        back = "user_id" if table == "credential" else "id"
        return self.instance.value(f"INSERT INTO muster.{table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) "
                                   f"RETURNING {back}::text", self.org, *columns.values())

    def password_hash(self):
        key = id(self.instance)
        if key not in self.hashes:
            person = Client(self.instance).register()
            self.hashes[key] = self.instance.value("SELECT password_hash FROM muster.credential JOIN muster.app_user u ON u.id = user_id "
                                                   "WHERE email = %s", person.email)
        return self.hashes[key]


def digest(token):
    return hashlib.sha256(token.encode()).digest()


def one_of_everything(instance, cast):
    """Makes a row at least in every tenant table, by the function that tests/sql use too; an administrator who owns them."""
    if not instance.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'test'"):
        text = (ROOT / "tests/sql/fixtures.psql").read_text(encoding="utf-8")
        instance.sql(text)
        # Its exercises use a document of the real library.
        instance.sql("CREATE OR REPLACE FUNCTION test.a_library() RETURNS bigint LANGUAGE sql AS "
                     "'SELECT id FROM muster.library WHERE language = ''en'' ORDER BY id LIMIT 1'")
    person = cast.person("CLIENT_ADMIN", credential=False)
    instance.sql("SET search_path = test, tap, public; SELECT test.one_of_everything(%s, %s)", cast.org, person.me["id"])
    instance.sql("RESET search_path")
    return person


def tenant_tables(instance):
    """Names of the tables with org_id."""
    rows = instance.sql("SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' "
                        "WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1")
    return [row["name"] for row in rows]


def fingerprint(instance, org):
    """table -> a digest of everything the organisation has there."""
    parts = [f"SELECT '{name}' AS name, md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS digest "
             f"FROM muster.{name} t WHERE org_id = %s" for name in tenant_tables(instance)]
    return {row["name"]: row["digest"] for row in instance.sql(" UNION ALL ".join(parts), *[org] * len(parts))}


def ids(instance, org):
    """value -> table of every UUID that names a row of the organisation, or the organisation itself."""
    columns = instance.sql("SELECT c.relname AS tab, a.attname AS col FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                           "JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey) "
                           "WHERE c.relnamespace = 'muster'::regnamespace AND a.atttypid = 'uuid'::regtype AND c.relname = ANY (%s)",
                           tenant_tables(instance))
    found = {}
    for row in columns:
        for value in instance.sql(f"SELECT DISTINCT {row['col']}::text AS v FROM muster.{row['tab']} WHERE org_id = %s", org):
            found.setdefault(value["v"], row["tab"])
    return found
