"""Every page in every state worth looking at: the accessibility tests and screens.py go through this list."""
import functools
import secrets

from selenium.webdriver.common.keys import Keys

from tests.lib import Client, Library, mailbox, otp
from tests.lib.client import open_questions

LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenverein"
STATES = {}


class Cast:
    """The people of the suite, made when first needed. Tests look at what they have and leave it as it is."""

    def __init__(self, instance):
        self.instance = instance

    @functools.cached_property
    def newcomer(self):
        return Client(self.instance).register(first="Ada", last="Newcomer", organization="Fresh Start Ltd").signin()

    @functools.cached_property
    def player(self):
        """Has finished and unfinished exercises, two keys, a certificate."""
        client = Client(self.instance).register(first="Robin", last="Example", organization="Harbour Logistics").signin()
        client.good = client.run("ransomware", "best", difficulty="BEGINNER", questionCount=9, seed=5)
        client.mixed = client.run("bec", "mixed", questionCount=12, seed=6)
        client.bad = client.run("cloud-breach", "worst", difficulty="EXPERT", questionCount=6, seed=7)
        client.short = client.run("bec", "mixed", questionCount=3, seed=6)
        client.begun = client.generate("ransomware", difficulty="ADVANCED", questionCount=12, seed=8)
        client.play(client.begun, "mixed", 2)
        client.timed = client.generate("bec", timing="x2", questionCount=6, seed=9)
        client.call("GET", f"/api/portal/certificate?sessionId={client.good}")
        client.certificate = client.session(client.good)["certificate"]["id"]
        client.api_key(name="Monthly report job", scopes=["results"])
        client.api_key(name=LONG, scopes=["exercises", "results", "team", "settings", "account"]).call("GET", "/api/ttx/catalog")
        return client

    @functools.cached_property
    def described(self):
        """Has said everything about the organisation."""
        client = Client(self.instance).register(first="Toni", last="Admin", organization="Harbour Nine").signin()
        client.call("PUT", "/api/portal/profile", json={
            "industry": "Maritime logistics", "companySize": "250-999", "headquarters": "Rotterdam", "operatingRegions": ["Benelux", LONG],
            "endpointCount": 3200, "hasOtEnvironment": True, "otDescription": "Cranes", "socModel": "Outsourced to Example Watch",
            "criticalAssets": "Berth planning system, ERP", "remoteWorkPercentage": 40, "biggestConcerns": "Suppliers " + LONG})
        tools = client.call("GET", "/api/portal/tools")["allTools"]
        client.call("PUT", "/api/portal/tools", json={"toolIds": [row["id"] for row in tools[::5]]})
        client.call("POST", "/api/portal/tools", json={"name": LONG, "category": "EDR"}, expect=201)
        for name, role in (("Mara Lind", "CISO"), (LONG, "Crane driver")):
            client.call("POST", "/api/portal/characters", expect=201, json={
                "name": name, "role": role, "department": "Security", "description": "Calm in a crisis.", "expertise": ["law", LONG]})
        client.call("PUT", "/api/portal/branding", json={"displayName": "Harbour & Sons", "accentColor": "#7a0019"})
        return client

    @functools.cached_property
    def described_member(self):
        return self.described.colleague()

    @functools.cached_property
    def many(self):
        """Has more exercises than one page of the list."""
        client = Client(self.instance).register(first="Kim", last="Larsen", organization="Riverside Health").signin()
        for seed in range(23):
            client.generate("bec", questionCount=3, seed=seed)
        return client

    @functools.cached_property
    def invitations(self):
        """Tokens of three invitations: of a stranger, of the newcomer, and one with long names."""
        def tokens(emails, **names):
            host = Client(self.instance).register(**names).signin()
            made = host.call("POST", "/api/portal/invite", json={"emails": emails})
            return [row["inviteUrl"].split("invite=")[1] for row in made["results"]]
        two = tokens(["otto@northwind.example", self.newcomer.email], first="Nora", last="Berg", organization="Northwind Traders")
        return two + tokens(["otto.with.a.long.address@department.northwind.example"], first=LONG, organization=f"Northwind {LONG} Traders")

    def certificate_like(self, change):
        """A certificate of its own whose row was changed: revoked, or out of date."""
        client = Client(self.instance).register(first="Sam", last="Holder", organization="Fabrikam").signin()
        exercise = client.run("bec", "best", questionCount=3)
        client.call("GET", f"/api/portal/certificate?sessionId={exercise}")
        found = client.session(exercise)["certificate"]["id"]
        self.instance.sql(f"UPDATE muster.certificate SET {change} WHERE id = %s", found)
        return found


class State:
    def __init__(self, enter, who, allow):
        self.enter_page, self.who, self.allow = enter, who, allow
        self.address = False  # whether it is just an address, so that it can be loaded again

    def enter(self, page, cast):
        page.allow(*self.allow)
        if self.who:
            page.login(getattr(cast, self.who))
        self.enter_page(page, cast)
        page.ready()


def state(name, who=None, allow=()):
    def keep(enter):
        STATES[name] = State(enter, who, allow)
        return enter
    return keep


def plain(name, path, who=None, allow=(), until="h1"):
    """A state that is just an address; path may be a function of the cast."""
    def enter(page, cast):
        page.open(path(cast) if callable(path) else path, until)
    state(name, who, allow)(enter)
    STATES[name].address = True


def letters(question, theme):
    """Letters of a question, best first."""
    credits = Library.of(theme).credits(question)
    return sorted(credits, key=lambda letter: -credits[letter])


def next_question(client, exercise):
    return open_questions(client.session(exercise))[0]


# ---- outside ----

plain("landing", "/")
plain("signin", "/signin")
plain("signin-next", "/signin?next=%2Fexercises", until=".asked-next")
plain("register", "/register")
plain("register-invited-broken", "/register#invite=x", until="#invitation.notice-bad")
plain("register-invited-over", "/register#invite=" + "x" * 43, until="#invitation.notice-bad", allow=[(410, "/api/auth/invitation")])
plain("register-invited", lambda cast: "/register#invite=" + cast.invitations[0], until="#invitation strong")
plain("not-found", "/no-such-page", allow=[(404, "/no-such-page")])
plain("unavailable", "/50x.html")


@state("register-invited-long")
def register_invited_long(page, cast):
    page.open("/register#invite=" + cast.invitations[2], "#invitation strong")


TOKEN = "#token=" + "x" * 43
plain("forgot", "/forgot")
plain("reset", "/reset" + TOKEN)
plain("reset-incomplete", "/reset", until=".notice")
plain("verify-email", "/verify-email" + TOKEN, until="#link-box button")
plain("verify-email-incomplete", "/verify-email", until=".notice")
plain("verify-domain", "/verify-domain" + TOKEN, until="#link-box button")
plain("confirm", "/confirm" + TOKEN)
plain("confirm-incomplete", "/confirm", until=".notice")
plain("register-join", "/register?join=1")


@state("forgot-errors")
def forgot_errors(page, _):
    page.open("/forgot").click("button", "Send link").has(".form-summary", "attention")


@state("forgot-sent")
def forgot_sent(page, _):
    page.open("/forgot").type_into("Email", f"{LONG.lower().replace('ä', 'a')}@example.com").click("button", "Send link")
    page.has("#note", "Check your inbox")


@state("reset-errors")
def reset_errors(page, _):
    page.open("/reset" + TOKEN).type_into("New password", "short").click("button", "Set password").has(".form-summary", "attention")


@state("reset-over", allow=[(410, "/api/auth/reset-password")])
def reset_over(page, _):
    page.open("/reset" + TOKEN).type_into("New password", "long enough words").click("button", "Set password").has("#note", "Ask for a new")


@state("verify-email-over", allow=[(410, "/api/auth/verify")])
def verify_email_over(page, _):
    page.open("/verify-email" + TOKEN, "#link-box button").click("#link-box button").has(".notice", "Ask for a new")


@state("verify-email-done")
def verify_email_done(page, cast):
    client = Client(cast.instance).register()
    page.open(mailbox.last(cast.instance, client.email).url, "#link-box button").click("#link-box button").has(".notice", "is confirmed")


@state("verify-domain-done")
def verify_domain_done(page, cast):
    domain = f"d{secrets.token_hex(8)}.example"
    admin = Client(cast.instance).register(organization="Harbour & Sons").signin()
    admin.call("POST", "/api/portal/domains", json={"domain": domain}, expect=201)
    page.open(mailbox.last(cast.instance, f"postmaster@{domain}").url, "#link-box button")
    page.click("#link-box button").has(".notice", "Harbour")


@state("confirm-over", allow=[(410, "/api/auth/register/confirm")])
def confirm_over(page, _):
    page.open("/confirm" + TOKEN).type_into("Password", "long enough words").click("button", "Confirm").has("#note", "Register again")


@state("register-waiting")
def register_waiting(page, _):
    page.open("/register?join=1").type_into("First name", "New").type_into("Last name", "Person")
    page.type_into("Work email", f"new-{secrets.token_hex(4)}@example.com").type_into("Password", "long enough words").keys(Keys.ENTER)
    page.has("#note", "Check your inbox")


@state("signin-errors")
def signin_errors(page, _):
    page.open("/signin").click("button", "Sign in").has(".form-summary", "attention")


@state("signin-wrong", allow=[(401, "/api/auth/signin")])
def signin_wrong(page, _):
    page.open("/signin").type_into("Email", "nobody@example.com").type_into("Password", "not the password")
    page.click("button", "Sign in")
    assert "our email" not in page.has(".form-summary", "match")  # no mail leaves this server


@state("register-errors")
def register_errors(page, _):
    page.open("/register").click("button", "Create account").has(".form-summary", "attention")


LIST = "#exercises tbody tr:not([aria-hidden])"


@state("menu-open", "player")
def menu_open(page, _):
    page.open("/exercises", LIST).click("#site-tools .menu > button").has("#user-menu", "Sign out")


# ---- new ----

plain("new", "/exercises/new", "player", until=".new-themes")
plain("new-first", "/exercises/new", "newcomer", until=".new-themes")


@state("new-everything", "player")
def new_everything(page, _):
    page.open("/exercises/new", ".new-themes")
    page.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.click("#add-person").click("#add-person")
    page.click(".choice", "Your choice").click("#timed").type_into("Your own incident", "Last year a supplier's mailbox was taken over.")
    page.js("document.querySelector('[data-person=name]').value = arguments[0]", LONG)


@state("new-errors", "player")
def new_errors(page, _):
    page.open("/exercises/new", ".new-themes").tab_to("More settings").press(Keys.ENTER)
    page.type_into("Seed", "many").click("#start").has(".form-summary", "Seed")


# ---- player ----

def open_player(page, client, exercise, begun=False):
    """The player, past the opening of the stage when begun."""
    page.open(f"/exercises/{exercise}/play", "h1")
    if begun and page.count(".opening"):
        page.click(".opening-go .btn").has("#decision-form")


def answer(page, client, exercise, rank):
    """Answers the question on the page: rank 0 is the best option, -1 the worst."""
    question = next_question(client, exercise)
    letter = letters(question, client.session(exercise)["theme"])[rank]
    page.click(f'.option:has(input[value="{letter}"])').click("#decision-form button", "Submit").has(".verdict")


def fresh_exercise(client, **fields):
    return client.generate(fields.pop("theme", "ransomware"), **{"questionCount": 12, "seed": 11, **fields})


@state("play-opening", "player")
def play_opening(page, cast):
    open_player(page, cast.player, fresh_exercise(cast.player))
    page.has(".opening h2")


@state("play-question", "player")
def play_question(page, cast):
    open_player(page, cast.player, fresh_exercise(cast.player), True)


@state("play-chosen", "player")
def play_chosen(page, cast):
    open_player(page, cast.player, fresh_exercise(cast.player, seed=12), True)
    page.click(".option").click(".q-extra summary").click(".scale label").has(".q-extra textarea")


@state("play-nothing-chosen", "player")
def play_nothing_chosen(page, cast):
    open_player(page, cast.player, fresh_exercise(cast.player, seed=12), True)
    page.click("#decision-form button", "Submit").has(".field-error")


@state("play-briefing", "player")
def play_briefing(page, cast):
    open_player(page, cast.player, fresh_exercise(cast.player), True)
    page.look_like((360, 800)).click(".play-briefing", "Briefing").has(".story", "Messages")


@state("play-best", "player")
def play_best(page, cast):
    exercise = fresh_exercise(cast.player)
    open_player(page, cast.player, exercise, True)
    answer(page, cast.player, exercise, 0)


@state("play-poor", "player")
def play_poor(page, cast):
    exercise = fresh_exercise(cast.player)
    open_player(page, cast.player, exercise, True)
    answer(page, cast.player, exercise, -1)


@state("play-middle", "player")
def play_middle(page, cast):
    exercise = fresh_exercise(cast.player, seed=13)
    cast.player.play(exercise, "mixed", 5)
    open_player(page, cast.player, exercise, True)


@state("play-stage", "player")
def play_stage(page, cast):
    exercise = fresh_exercise(cast.player, seed=13)
    first = len(cast.player.session(exercise)["scenario"]["stages"][0]["questions"])
    cast.player.play(exercise, "worst", first)
    open_player(page, cast.player, exercise)
    page.has(".opening h2")


@state("play-last", "player")
def play_last(page, cast):
    exercise = fresh_exercise(cast.player, questionCount=3)
    cast.player.play(exercise, "best", 2)
    open_player(page, cast.player, exercise, True)
    answer(page, cast.player, exercise, 0)
    page.has(".q-submit button", "See the result")


plain("play-gate", lambda cast: f"/exercises/{cast.player.timed}/play?timed=1", "player")


@state("play-timed", "player")
def play_timed(page, cast):
    open_player(page, cast.player, fresh_exercise(cast.player, timing="x2"), True)
    page.has(".timer")


@state("play-timed-opening", "player")
def play_timed_opening(page, cast):
    open_player(page, cast.player, fresh_exercise(cast.player, timing="x2"))
    page.has(".timer")


@state("play-late", "player", allow=[(410, ".*/answer")])
def play_late(page, cast):
    exercise = fresh_exercise(cast.player, timing="standard")
    open_player(page, cast.player, exercise, True)
    overdue(cast.instance, exercise)
    page.click(".option").click("#decision-form button", "Submit").has(".verdict", "Time ran out")


def overdue(instance, exercise, by="-1 minute"):
    """Moves the deadlines of an exercise: into the past, or by so much from now."""
    instance.sql("UPDATE muster.question_shown s SET deadline = now() + %s::interval FROM muster.participant p"
                 " WHERE p.org_id = s.org_id AND p.id = s.participant_id AND p.exercise_id = %s", by, exercise)


MISSING = "00000000-0000-4000-8000-000000000000"
plain("play-missing", f"/exercises/{MISSING}/play", "player", [(404, f"/api/ttx/session/{MISSING}")], ".notice")
plain("result-missing", f"/exercises/{MISSING}/result", "player", [(404, f"/api/ttx/session/{MISSING}")], ".notice")

# ---- results ----

plain("report", lambda cast: f"/api/portal/report?sessionId={cast.player.mixed}", "player")
plain("report-best", lambda cast: f"/api/portal/report?sessionId={cast.player.good}", "player")
plain("report-bad", lambda cast: f"/api/portal/report?sessionId={cast.player.bad}", "player")
plain("certificate", lambda cast: f"/api/portal/certificate?sessionId={cast.player.good}", "player")
plain("verify-valid", lambda cast: f"/verify/{cast.player.certificate}", until=".seal")
plain("verify-revoked", lambda cast: f"/verify/{cast.certificate_like('revoked_at = now()')}", until=".seal")
plain("verify-expired", lambda cast: "/verify/" + cast.certificate_like("valid_until = now() - interval '1 day'"), until=".seal")
plain("verify-unknown", f"/verify/{MISSING}", allow=[(404, f"/api/public/certificates/{MISSING}")], until=".seal")

# ---- account security ----

plain("security", "/settings/security", "newcomer", until="#sessions li")


@state("security-errors", "newcomer")
def security_errors(page, _):
    page.open("/settings/security", "#sessions li").click("#password-form button", "Change password").has(".form-summary", "2 things")


@state("security-enrol", "many")
def security_enrol(page, _):
    page.open("/settings/security", "#factor form").click("#factor button", "Set up").has(".enrol-qr")


def factored(cast):
    """Somebody new with a second factor, who has just turned it on."""
    client = Client(cast.instance).register(first="Two", last="Steps", organization="Careful Ltd").signin()
    return client, otp.enrol(client, cast.instance)


@state("security-codes")
def security_codes(page, cast):
    client = Client(cast.instance).register().signin()
    page.login(client).open("/settings/security", "#factor form").click("#factor button", "Set up").has(".enrol-qr")
    secret = page.has("#secret").replace(" ", "")
    page.type_into("Code", otp.code(secret, otp.step())).click("#factor button", "Turn on").has("#codes")


@state("security-on")
def security_on(page, cast):
    client, _ = factored(cast)
    page.login(client).open("/settings/security", "#factor .pill")
    page.js("document.querySelectorAll('#factor details').forEach((one) => { one.open = true; })")
    page.has("#factor form")


def second_step(page, cast):
    client, _ = factored(cast)
    page.open("/signin").type_into("Email", client.email).type_into("Password", client.password).click("#signin-form button", "Sign in")
    return page.focused("#code")


@state("signin-code")
def signin_code(page, cast):
    second_step(page, cast)


@state("signin-recovery", allow=[(401, "/api/auth/mfa/verify")])
def signin_recovery(page, cast):
    page = second_step(page, cast).click("#other-proof").focused("#recoveryCode")
    page.keys("AAAA-AAAA-AAAA-AAAA", Keys.ENTER).has(".form-summary", "wrong")


# ---- joining ----

plain("join", lambda cast: "/join#invite=" + cast.invitations[1], "newcomer", until=".btn-primary")
plain("join-other", lambda cast: "/join#invite=" + cast.invitations[0], "newcomer", until="#invitation strong")
plain("join-over", "/join#invite=" + "x" * 43, "newcomer", until=".notice-bad", allow=[(410, "/api/auth/invitation")])
plain("join-incomplete", "/join", "newcomer", until=".notice")


@state("new-characters", "described")
def new_characters(page, _):
    page.open("/exercises/new", ".new-themes").js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.has(".new-stored", "Mara Lind")


@state("play-described", "described")
def play_described(page, cast):
    people = [row["id"] for row in cast.described.call("GET", "/api/portal/characters")]
    open_player(page, cast.described, fresh_exercise(cast.described, characterIds=people))
    page.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.has(".opening h3", "Your organisation")


# States in files of their own, which need what is above.
import tests.browser.states_list  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_result  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_settings  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_mails  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_privacy  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_factor  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_platform  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_design  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
import tests.browser.states_shell  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import
