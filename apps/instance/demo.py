#!/usr/bin/python3
"""demo.py PROBE_URL BASE_URL FILE LIBRARY: a demo organisation, made once through the HTTP API like any customer's.

FILE keeps its sign-in and API key (mode 0600). An interrupted run goes on where it stopped. At every start the sign-in
and a curl line to paste are printed.
"""
import json
import os
import pathlib
import random
import re
import secrets
import sys
import urllib.error
import urllib.request

EMAIL = "demo@example.com"
# theme, difficulty, questions, share of best answers, answers to give (None: all)
RUNS = [
    ("ransomware", "INTERMEDIATE", 12, 0.75, None),
    ("bec", "BEGINNER", 9, 0.9, None),
    ("cloud-breach", "ADVANCED", 12, 0.6, 5),
]


class Refused(Exception):
    """A reply that is not 2xx."""

    def __init__(self, status, reply):
        super().__init__(f"{status} {reply.get('error', '')}".strip())
        self.status = status


class Client:
    """The API as one person sees it: with the session cookie, or with the API key once there is one."""

    def __init__(self, url, origin):
        self.url, self.origin = url, origin
        self.cookie = self.key = None

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Host", re.sub(r"^https?://", "", self.origin))
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.key:
            request.add_header("Authorization", "Bearer " + self.key)
        elif self.cookie:
            request.add_header("Cookie", self.cookie)
            request.add_header("Origin", self.origin)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                cookie = reply.headers.get("Set-Cookie")
                if cookie:
                    self.cookie = cookie.split(";")[0]
                return json.load(reply)
        except urllib.error.HTTPError as problem:
            try:
                reply = json.load(problem)
            except ValueError:
                reply = {}
            raise Refused(problem.code, reply) from None


def save(path, demo):
    """Written aside and renamed; the mode is set before there is anything to read."""
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(demo, out, indent=1)
    new.rename(path)


def option_credits(library, theme):
    """(pattern of the text, credit) of every option of a theme; what fills a slot is not known here."""
    credits = []
    for file in sorted(pathlib.Path(library).glob(f"{theme}.en.json")):
        for question in json.loads(file.read_text(encoding="utf-8"))["questions"]:
            for option in question["options"]:
                parts = re.split(r"\{\{\w+\}\}", option["text"])
                credits.append((re.compile(".+".join(map(re.escape, parts)), re.DOTALL), option["credit"]))
    return credits


def choose(question, credits, skill, dice):
    """A letter: the best option as often as the player's skill says, otherwise a better one rather than a worse one."""
    def credit(option):
        return next((c for pattern, c in credits if pattern.fullmatch(option["text"])), 0)
    ranked = sorted(question["options"], key=credit, reverse=True)
    if dice.random() < skill:
        return ranked[0]["letter"]
    return dice.choices(ranked[1:], weights=[5, 2, 1][:len(ranked) - 1])[0]["letter"]


def open_question(session):
    for stage in session["scenario"]["stages"]:
        for question in stage.get("questions", []):
            if "correctOption" not in question and not question.get("expired"):
                return question
    return None


def play(api, run, library, number):
    theme, difficulty, questions, skill, answers = run
    dice = random.Random(number)
    credits = option_credits(library, theme)
    made = api.call("POST", "/api/ttx/generate",
                    {"theme": theme, "difficulty": difficulty, "questionCount": questions, "engine": "library", "seed": number})
    path = f"/api/ttx/session/{made['id']}"
    for _ in range(questions if answers is None else answers):
        question = open_question(api.call("GET", path))
        if question is None:
            break
        api.call("POST", path + "/answer", {"questionIndex": question["questionIndex"], "confidence": dice.randint(2, 5),
                                            "selectedOption": choose(question, credits, skill, dice)})


def build(api, demo, library, keep):
    """Each step is skipped when an earlier run has done it. DEMO_INVITE: where mail leaves the server nobody reads the demo's, and the
    server's own invitation stands for it; "none" when the account is there."""
    person = {"email": EMAIL, "password": demo["password"], "firstName": "Dana", "lastName": "Demo", "organization": "Demo Organisation"}
    invite = os.environ.get("DEMO_INVITE", "")
    if invite:
        person["inviteToken"] = invite
    try:
        if invite != "none":
            api.call("POST", "/api/auth/register", person)
    except Refused as problem:
        if problem.status != 409:
            raise
    api.call("POST", "/api/auth/signin", {"email": EMAIL, "password": demo["password"]})
    if not demo["key"]:
        made = api.call("POST", "/api/portal/api-keys", {"name": "Demo", "scopes": ["exercises", "results"]})
        demo["key"] = made["key"]
        keep()
    api.key = demo["key"]
    for number, run in enumerate(RUNS[demo["runs"]:], demo["runs"] + 1):
        play(api, run, library, number)
        demo["runs"] = number
        keep()


def is_known(api, demo):
    """Whether the database has this account with this key: it may have been restored from one that has others."""
    api.key = demo["key"]
    try:
        return api.call("GET", "/api/portal/me")["email"] == demo["email"]
    except Refused as problem:
        return problem.status != 401


def main():
    probe, base, path, library = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4]
    if path.exists():
        demo = json.loads(path.read_text(encoding="utf-8"))
    else:
        demo = {"email": EMAIL, "password": secrets.token_urlsafe(12), "key": None, "runs": 0}
        save(path, demo)
    if demo["runs"] < len(RUNS):
        try:
            build(Client(probe, base), demo, library, lambda: save(path, demo))
        except Refused as problem:
            if problem.status == 401 and not demo["key"]:
                print(f"The database has a demo account whose password this instance does not know ({EMAIL}).", file=sys.stderr)
                path.unlink()
            else:
                print(f"The demo organisation is not complete: {problem}", file=sys.stderr)
        except (OSError, KeyError, ValueError) as problem:
            print(f"The demo organisation is not complete: {problem}", file=sys.stderr)
    if demo["key"] and not is_known(Client(probe, base), demo):
        print(f"The database has another demo account than {path} names, or none: its sign-in is not printed.", file=sys.stderr)
    elif demo["key"]:
        print(f"Demo sign-in:  {base}/signin   {demo['email']}   {demo['password']}")
        print(f"Demo API key:  curl -H 'Authorization: Bearer {demo['key']}' {base}/api/portal/sessions")


main()
