"""States of what stands around the pages: side bar, bar of phones, search, menus. Loaded by states.py."""
from tests.browser.page import NARROW
from tests.browser.states import state
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
