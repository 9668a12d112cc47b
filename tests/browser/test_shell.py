"""What stands around the pages (findings 5, 9, 18): each role sees exactly its pages, every link leads there; keyboard, phones, zoom."""
import re

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from nginx import navigation, stamp
from tests.browser.page import NARROW, WIDE
from tests.browser.states_shell import people
from tests.browser.test_shift import shift
from tests.lib.cast import ROLES
from tests.lib.instance import BUILD, wait_for

LISTS = navigation.constants((BUILD / "constants.js").read_text(encoding="utf-8"))
PAGES = stamp.read_pages()
SIDE = [row for row in navigation.entries(PAGES, LISTS) if row["group"] != "account"]
OWN = [row for row in navigation.entries(PAGES, LISTS) if row["group"] == "account"]
# Written down once more, so that a change of a row is one that somebody meant.
EVERYBODY = ["home", "exercises", "organisation", "keys"]
WANTED = {
    "member": {*EVERYBODY, "new"},
    "facilitator": {*EVERYBODY, "new"},
    "admin": {*EVERYBODY, "new", "team", "audit-log"},
    "auditor": {*EVERYBODY, "team", "audit-log"},
    "platform": {*EVERYBODY, "new", "team", "audit-log",
                 "platform", "platform-users", "platform-health", "platform-settings", "platform-log"},
}
NOTICES = ("/settings/notifications", "h1")


def hrefs(page, css):
    """Addresses of the links that are seen, in their order."""
    return page.js("""return Array.from(document.querySelectorAll(arguments[0]))
        .filter((one) => one.checkVisibility({visibilityProperty: true})).map((one) => one.getAttribute('href'))""", css)


def outlines(page, css):
    return page.js("""return Array.from(document.querySelectorAll(arguments[0]))
        .filter((one) => one.checkVisibility()).map((one) => getComputedStyle(one).outlineStyle)""", css)


def somebody(page, name):
    return page.login(people(page.instance)[name])


@pytest.mark.parametrize("name", ROLES)
def test_each_role_sees_exactly_its_pages_and_every_link_leads_there(page, name):
    """Finding 5: side bar, bar of phones and account menu of the five roles; each entry is opened, marked, and refused by nobody."""
    somebody(page, name).open(*NOTICES)
    mine = [row for row in SIDE if ROLES[name] in row["roles"]]
    assert {row["page"] for row in mine} == WANTED[name]
    assert hrefs(page, "#side a[data-roles]") == [row["at"] for row in mine]
    page.click("#account > button").has("#user-menu")
    assert hrefs(page, "#user-menu a") == [row["at"] for row in OWN]
    page.look_like(NARROW)
    assert hrefs(page, ".tabbar a") == [row["at"] for row in mine][:navigation.IN_BAR]
    page.click(".tabbar button").has("#side")
    assert hrefs(page, "#side a[data-roles]") == [row["at"] for row in mine]
    page.look_like(WIDE)
    for row in mine + OWN:
        page.open(row["at"], "h1")
        assert page.path == row["at"] and not page.count("main .notice-bad"), row
        if row in mine:
            assert hrefs(page, "#side a[aria-current]") == [row["at"]]


def test_the_search_has_the_same_pages(page):
    """One table: what the palette offers is what the navigation has."""
    for name in ("member", "auditor"):
        somebody(page, name).open(*NOTICES)
        ActionChains(page.driver, duration=0).key_down(Keys.CONTROL).send_keys("k").key_up(Keys.CONTROL).perform()
        page.focused("#palette")
        wanted = {row["page"] for row in SIDE + OWN if ROLES[name] in row["roles"]}
        assert len(page.texts(".palette .combo-option")) == len(wanted)


def test_search_by_keyboard(page):
    somebody(page, "admin").open(*NOTICES).keys("/").focused("#palette").keys("audi")
    wait_for(lambda: len(page.texts(".palette .combo-option")) == 1, "one page is left")
    page.keys(Keys.ENTER).at("/settings/audit-log")
    page.tab_to("Search", of="#palette-open").press(Keys.ENTER).focused("#palette").keys(Keys.ESCAPE).focused("#palette-open")
    page.open("/settings/api-keys", "#scopes label").type_into("Name", "a/b")
    assert page.js("return document.activeElement.value") == "a/b" and not page.count("dialog[open]"), "a / is text where one types"


def test_the_way_by_keyboard(page):
    """Skip link first, then the side bar, the top line, the page."""
    somebody(page, "admin").open(*NOTICES)
    for name, limit in (("Skip to content", 1), ("Muster", 1), ("Home", 1), ("Exercises", 1), ("API keys", 5)):
        page.tab_to(name, limit)
    page.tab_to("Search", limit=1).tab_to("Account of", limit=1)
    page.press(Keys.ENTER).tab_to("Account security", limit=1).keys(Keys.ESCAPE).focused("#account > button")
    page.open(*NOTICES).tab_to("Skip to content").press(Keys.ENTER).focused("#main")


def test_the_trail_leads_back(page, cast):
    page.login(cast.player).open(f"/exercises/{cast.player.good}/result", "h1").has(".crumbs", "Result")
    assert hrefs(page, "#side a[aria-current]") == ["/exercises"]
    page.look_like(NARROW).click(".crumbs a", "Exercises").at("/exercises")


def test_painted_before_the_server_answered(page):
    """Finding 9: the second page of a window shows whose it is at once, and nothing of the frame moves."""
    somebody(page, "auditor").open(*NOTICES)
    page.cdp("Network.enable")
    page.cdp("Network.setBlockedURLs", urls=["*/api/portal/me"])
    page.allow(("net::ERR_BLOCKED_BY_CLIENT", "/api/portal/me"), ("net::ERR_BLOCKED_BY_CLIENT.Inspector", "/api/portal/me"))
    try:
        page.open(*NOTICES)
        assert page.has("#avatar") == "CA" and "/settings/team" in hrefs(page, "#side a[data-roles]")
    finally:
        page.cdp("Network.setBlockedURLs", urls=[])
        page.cdp("Network.disable")
    assert shift(page.open(*NOTICES)) <= 0.02


def test_somebody_else_signs_in(page):
    """What the window knew of the person before goes with signing out, and gives way to who is there now."""
    somebody(page, "auditor").open(*NOTICES).click("#account > button").click("#user-menu button", "Sign out").at("/")
    assert page.js("return sessionStorage.getItem('muster.known')") is None
    somebody(page, "member").open(*NOTICES)
    assert "/settings/team" not in hrefs(page, "#side a[data-roles]")
    somebody(page, "admin").open(*NOTICES).has("#side", "Team")


def test_zoom_and_large_text(page):
    """At 400 % nothing sticks and a menu button leads everywhere; text at 200 % runs over nothing."""
    somebody(page, "admin").look_like((320, 256)).open(*NOTICES)
    assert not page.texts(".tabbar") and page.js("return getComputedStyle(document.querySelector('.site-header')).position") != "sticky"
    page.tab_to("Menu").press(Keys.ENTER).tab_to("Muster", limit=1).tab_to("Team", limit=5).press(Keys.ENTER).at("/settings/team")
    page.look_like(WIDE).open(*NOTICES).js("document.documentElement.style.fontSize = '200%'")
    page.still()
    assert not page.overflow()
    boxes = page.js("return ['#side', '.shell', '.crumbs', '#palette-open', '#account']"
                    ".map((css) => document.querySelector(css).getBoundingClientRect().toJSON())")
    side, shell, crumbs, search, account = boxes
    assert side["right"] <= shell["left"] and crumbs["right"] <= search["left"] and search["right"] <= account["left"]


def test_the_place_in_contrast_themes(page):
    """Finding 2: the current page is told by more than a background."""
    somebody(page, "admin").open("/settings/team", "h1")
    page.cdp("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    assert outlines(page, "#side a[aria-current]") == ["solid"] and set(outlines(page, "#side a:not([aria-current])")) == {"none"}
    page.look_like(NARROW)
    page.cdp("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    assert outlines(page, ".tabbar a").count("solid") == 1


def test_from_right_to_left(page):
    """The side bar stands at the right, and nothing is wider than the window."""
    somebody(page, "admin")
    for size in (WIDE, (900, 800), NARROW):
        page.look_like(size).open("/settings/notifications?lang=ar", "h1")
        assert not page.overflow()
    page.look_like(WIDE).still()
    side, shell = page.js("return ['#side', '.shell'].map((css) => document.querySelector(css).getBoundingClientRect().toJSON())")
    assert side["left"] >= shell["right"] and side["right"] == WIDE[0]
    page.has("#side", "الفريق")


def test_the_rail_names_what_has_the_focus(page):
    """Between phone and desk there are signs alone: their names are there for readers of screens, and seen under pointer and focus."""
    somebody(page, "admin").look_like((900, 800)).open(*NOTICES)
    width = page.js("return document.querySelector('#side').offsetWidth")
    assert width == 64
    page.tab_to("Team")
    box = page.js("return document.querySelector('#side a[href=\"/settings/team\"] span').getBoundingClientRect().toJSON()")
    assert box["width"] > 20 and box["left"] >= width


def test_one_switch_of_three(page):
    """Finding 18: the colour scheme is a switch of three in the account menu, and a menu for who is not signed in."""
    somebody(page, "member").open(*NOTICES).click("#account > button")
    assert page.texts("#user-menu .seg") == ["Auto", "Light", "Dark"]
    page.fresh().open("/signin").tab_to("Colour scheme").press(Keys.ENTER)
    assert page.texts(".menu-item") == ["Auto", "Light", "Dark"]
    page.keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    wait_for(lambda: page.js("return document.documentElement.dataset.theme") == "dark", "the dark scheme")


def test_what_is_wrong_with_a_field_is_seen(page):
    """What hides entries of other roles hides nothing of the page."""
    somebody(page, "admin").open("/settings/api-keys", "#scopes label").click("button", "Create key").has(".field-error", "name")


def test_every_role_has_its_rule():
    """Roles come from the server; the style sheet that hides what is not somebody's knows them all."""
    text = (stamp.HERE / "html/css/parts/shell.css").read_text(encoding="utf-8")
    assert set(re.findall(r'data-roles~="(\w+)"', text)) == set(LISTS["ROLES"])
