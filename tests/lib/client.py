"""One caller of the API: a browser-like session with its cookie, or an API key, from an address of its own."""
import itertools
import json as jsonlib
import random
import secrets
import urllib.parse
from http.cookiejar import DefaultCookiePolicy

import requests
import requests.adapters

from tests.lib import contract
from tests.lib.library import Library

PASSWORD = "correct horse battery 7"
counter = itertools.count(1)
UNSET = object()


class SourceAdapter(requests.adapters.HTTPAdapter):
    """Connects from a given loopback address."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


class Client:
    """Without a credential until signin() or with key. Every reply is held to the contract, and 500 always fails."""

    def __init__(self, instance, key=None, address=None):
        self.instance = instance
        self.key = key
        self.address = address or instance.new_address()
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.mount("http://", SourceAdapter(self.address))
        self.http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.cookie = None  # "name=value", sent whatever the Host header and the scheme say
        self.device = None  # "name=value" of the cookie that says it has been here before; sent by who names it
        self.email = self.password = self.me = None

    # ---- requests ----

    def request(self, method, path, json=UNSET, headers=None, contracted=True, **options):
        """The reply, whatever its status. Bodies: json=, or data= for bytes."""
        headers = dict(headers or {})
        if self.key and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = f"Bearer {self.key}"
        if self.cookie and "Cookie" not in headers:
            headers["Cookie"] = self.cookie
        if json is not UNSET:
            options["data"] = jsonlib.dumps(json).encode()
            headers.setdefault("Content-Type", "application/json")
        options.setdefault("allow_redirects", False)
        reply = self.http.request(method, self.instance.url + path, headers=headers, timeout=options.pop("timeout", 60), **options)
        for line in reply.raw.headers.getlist("Set-Cookie"):
            pair, _, attributes = line.partition(";")
            if "muster_device=" in pair:
                self.device = pair
            else:
                self.cookie = None if "Max-Age=0" in attributes else pair
        assert reply.status_code != 500, f"{method} {path}: {reply.text}"
        if contracted:
            contract.check(method, urllib.parse.urlsplit(path).path, reply)
        return reply

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, json=UNSET, **options):
        return self.request("POST", path, json=json, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def call(self, method, path, json=UNSET, expect=200, **options):
        """The JSON of a reply that must have the expected status."""
        reply = self.request(method, path, json=json, **options)
        assert reply.status_code == expect, f"{method} {path}: {reply.status_code} instead of {expect}: {reply.text[:600]}"
        return reply.json() if reply.headers.get("Content-Type", "").startswith("application/json") else reply.text

    def refused(self, method, path, status, code, json=UNSET, **options):
        """An error reply of this status and code; returns its JSON."""
        body = self.call(method, path, json=json, expect=status, **options)
        assert body["code"] == code, body
        return body

    # ---- accounts ----

    def register(self, email=None, password=PASSWORD, first="Robin", last="Example", organization=None, invite=None):
        """Makes an account: of a new organisation, or of the inviting one. Where mail leaves the server the mail that confirms it is not
        read: an operator opened the organisation, and the invitation came by mail."""
        self.email = email or f"person{next(counter)}-{secrets.token_hex(4)}@example.com"
        self.password = password
        body = {"email": self.email, "password": password, "firstName": first, "lastName": last}
        if not invite and "SMTP_URL" in self.instance.settings:
            invite = self.instance.open_org(self.email, organization or f"Organisation {next(counter)}")
        if invite:
            body["inviteToken"] = invite
        else:
            body["organization"] = organization or f"Organisation {next(counter)}"
        self.call("POST", "/api/auth/register", json=body, expect=201)
        return self

    def signin(self, email=None, password=None):
        self.me = self.call("POST", "/api/auth/signin", json={"email": email or self.email, "password": password or self.password})
        return self

    def signout(self):
        return self.call("POST", "/api/auth/signout")

    def api_key(self, scopes=("exercises", "results"), expires=None, name="Test"):
        """Another client that uses a new key of this person."""
        made = self.call("POST", "/api/portal/api-keys", json={"name": name, "scopes": list(scopes), "expiresAt": expires}, expect=201)
        other = Client(self.instance, key=made["key"])
        other.me, other.email, other.made = self.me, self.email, made
        return other

    def colleague(self, role="MEMBER", **names):
        """Another person of this organisation, by invitation, signed in."""
        email = f"{role.lower()}{next(counter)}-{secrets.token_hex(4)}@example.com"
        token = self.instance.invite(self.me["orgId"], email, role)
        return Client(self.instance).register(email=email, invite=token, **names).signin()

    # ---- exercises ----

    def generate(self, theme="ransomware", **fields):
        """The id of a new exercise."""
        made = self.call("POST", "/api/ttx/generate", json={"theme": theme, **fields})
        assert made["status"] == "READY"
        return made["id"]

    def session(self, exercise):
        return self.call("GET", f"/api/ttx/session/{exercise}")

    def answer(self, exercise, index, option, expect=200, **fields):
        return self.call("POST", f"/api/ttx/session/{exercise}/answer", expect=expect,
                         json={"questionIndex": index, "selectedOption": option, **fields})

    def play(self, exercise, choose="best", answers=None, seed=1):
        """Answers questions in order: all, or so many. choose: best, worst, mixed, or a function of (question, credits)
        that returns a letter. Returns the replies."""
        dice = random.Random(seed)
        replies = []
        while answers is None or len(replies) < answers:
            session = self.session(exercise)
            waiting = open_questions(session)
            if not waiting and session["status"] == "IN_PROGRESS":
                continue  # it has just been said that time ran out; the next look shows the next question
            if not waiting:
                break
            library = Library.of(session["theme"], session["language"])
            for question in waiting[:None if answers is None else answers - len(replies)]:
                replies.append(self.answer(exercise, question["questionIndex"], pick(choose, question, library, dice)))
        return replies

    def run_out_of_time(self, exercise):
        """The time of the running question runs out: its deadline is moved into the past. Returns the session that says so."""
        self.session(exercise)
        self.instance.sql("UPDATE muster.question_shown s SET shown_at = s.shown_at - interval '1 hour', "
                          "deadline = now() - interval '3 seconds' FROM muster.participant p "
                          "WHERE p.id = s.participant_id AND p.exercise_id = %s AND s.deadline > now()", exercise)
        return self.session(exercise)

    def run(self, theme="ransomware", choose="best", **fields):
        """Generates an exercise and plays it to the end; returns its id."""
        exercise = self.generate(theme, **fields)
        self.play(exercise, choose)
        return exercise


def questions(session):
    """All questions of a session object that can be seen."""
    return [q for stage in session["scenario"]["stages"] for q in stage.get("questions", [])]


def open_questions(session):
    return [q for q in questions(session) if "correctOption" not in q]


def pick(choose, question, library, dice):
    credits = library.credits(question)
    if callable(choose):
        return choose(question, credits)
    ranked = sorted(credits, key=lambda letter: (-credits[letter], letter))
    if choose == "mixed":
        return dice.choice(ranked)
    return {"best": ranked[0], "worst": ranked[-1]}[choose]
