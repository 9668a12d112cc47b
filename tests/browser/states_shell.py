"""States of what stands around the pages: side bar, bar of phones, search, menus. Loaded by states.py."""
from tests.browser.page import NARROW
from tests.browser.states import plain, state
from tests.browser.states_platform import operator
from tests.lib.cast import ROLES, Cast as Organisation


def people(instance, made={}):  # noqa: B006 (made once an instance)
    """One person of each role in one organisation; the platform's administrator is that of its states."""
    if instance not in made:
        one = Organisation(instance, name="Five Roles Ltd")
        made[instance] = {name: operator(instance) if name == "platform" else one.client(name) for name in ROLES}
    return made[instance]


def entry(name):
    def enter(page, cast):
        page.login(people(cast.instance)[name]).open("/settings/notifications", "h1")
    state(f"shell-{name}")(enter)


for role in ROLES:
    entry(role)


@state("shell-more", "player")
def shell_more(page, _):
    page.look_like(NARROW).open("/exercises", "h1").click(".tabbar button").has("#side", "API keys")


@state("palette", "player")
def palette(page, _):
    page.open("/exercises", "h1").click("#palette-open").has(".palette .combo-option")


@state("palette-none", "player")
def palette_none(page, _):
    page.open("/exercises", "h1").click("#palette-open").focused("#palette").keys("zzzz").has(".palette .combo-option", "No match")


@state("shell-arabic", "player")
def shell_arabic(page, _):
    page.open("/settings/notifications?lang=ar", "h1")


# ---- home ----

plain("home-new", "/home", "newcomer", until=".home-card")
plain("home-player", "/home", "player", until=".home-card")
plain("home-member", "/home", "described_member", until=".home-card")


@state("home-auditor")
def home_auditor(page, cast):
    """Somebody who reads: of an organisation where exercises were finished, and of one where none was."""
    if not hasattr(cast.player, "auditor"):
        cast.player.auditor = cast.player.colleague("AUDITOR")
    page.login(cast.player.auditor).open("/home", ".home-list")


@state("home-auditor-nothing")
def home_auditor_nothing(page, cast):
    page.login(people(cast.instance)["auditor"]).open("/home", ".empty")


@state("home-platform")
def home_platform(page, cast):
    page.login(operator(cast.instance)).open("/home", ".stats")


plain("landing-german", "/?lang=de")
