"""A new exercise: what everybody sees first, how long it takes, defaults for newcomers and for others (pages.md, findings 4, 12, 18)."""
import pytest

from tests.lib import Client

NEW = "/exercises/new"
FORM = "#new-form [name=theme]"
BOXES = """const parts = ['.new-page h1', '.new-page h2', '.new-page .choice', '.new-summary', '.new-row .field', '.new-more', '.new-bar'];
    return Array.from(document.querySelectorAll(parts.join()))
    .filter((one) => one.checkVisibility() && !one.hidden).map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return [one.className + ' ' + one.textContent.trim().slice(0, 20), left, top, right, bottom];
    });"""
CHOICE = """const of = (name) => document.querySelector(`#new-form [name=${name}]:checked`)?.value;
    return [of('theme'), of('size'), difficulty.checkVisibility() ? difficulty.value : '', timed.checked];"""


@pytest.fixture
def player(page):
    client = Client(page.instance).register().signin()
    page.login(client)
    return client


def covering(boxes):
    """Pairs of boxes that lie over each other."""
    return [(a[0], b[0]) for i, a in enumerate(boxes) for b in boxes[i + 1:]
            if a[1] < b[3] - 1 and b[1] < a[3] - 1 and a[2] < b[4] - 1 and b[2] < a[4] - 1]


def test_finding_4_others_begin_with_what_they_took_last(page, player):
    player.run("cloud-breach", "best", difficulty="ADVANCED", questionCount=5, timing="x1.5")
    page.open(NEW, FORM)
    assert page.js(CHOICE) == ["cloud-breach", "5", "ADVANCED", True]
    assert page.js("return factor.value") == "x1.5"
    player.run("bec", "best", questionCount=4)
    page.reload().has(FORM)
    assert page.js(CHOICE) == ["bec", "own", "INTERMEDIATE", False] and page.js("return questionCount.value") == "4"


def test_finding_4_the_choice_not_the_machine(page, player):
    """What explains the engine (points, techniques, seeds, the server's clock) is not said before somebody asks for it."""
    page.open(NEW, FORM)
    text = page.js("return document.querySelector('main').innerText").lower()
    assert not [word for word in ("point", "technique", "seed", "server", "stage") if word in text], text
    assert len(text.split()) <= 110, text
    page.click(".new-more summary").has("#seed-hint", "same exercise")


def test_finding_4_the_button_is_in_reach_on_a_phone(page, player):
    """Nobody scrolls to start; the summary beside the button follows the choice."""
    page.look_like((390, 844)).open(NEW, FORM)
    place = page.js("const b = start.getBoundingClientRect(), top = document.elementFromPoint(b.left + 9, b.top + 9);"
                    "return [scrollY, b.top, b.bottom, top.closest('#start') !== null]")
    assert place[0] == 0 and 0 < place[1] and place[2] <= 844 and place[3], place
    page.click(".choice", "Long").has("#summary-facts", "20 decisions")
    page.click(".choice", "Ransomware").has("#summary-theme", "Ransomware")


def test_a_theme_in_the_address_is_chosen(page, player):
    page.open(NEW + "?theme=cloud-breach", FORM)
    assert page.js(CHOICE)[0] == "cloud-breach"
    page.has("#theme-summary", "cloud")


@pytest.mark.parametrize("opened", [False, True], ids=["first", "everything"])
def test_finding_12_text_at_200_percent_covers_nothing(page, player, opened):
    """At 1280 pixels with text of double size no part lies over another, nothing scrolls sideways, no value is cut."""
    page.open(NEW, FORM).click(".choice", "Your choice").click("#timed")
    if opened:
        page.click(".new-more summary").click("#add-person")
    page.js("document.documentElement.style.fontSize = '200%'")
    page.look_like((1280, 9000))
    assert page.overflow() == []
    boxes = page.js(BOXES)
    assert len(boxes) > 12 and covering(boxes) == []
    cut = page.js("return Array.from(document.querySelectorAll('.new-facts *, .choice *'))"
                  ".filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)")
    assert cut == []


def test_finding_12_the_measure_can_fail(page, player):
    page.open(NEW, FORM)
    page.js("document.querySelector('.new-bar').style.cssText = 'position: absolute; inset: 0'")
    assert covering(page.js(BOXES))


def test_finding_18_timed_is_a_switch(page, player):
    """A switch by keyboard, which opens how much time; off is off."""
    page.open(NEW, FORM).click(".choice", "Standard")
    assert page.texts("#factor-field") == []
    page.tab_to("Timed", of="[role=switch]").keys(" ").has("#timed-hint", "60 seconds for each decision")
    page.tab_to("Time for each decision").keys("T").has("#summary-facts", "Timed")
    page.click("#start").at(r"/exercises/[0-9a-f-]{36}/play\?timed=1")
    assert page.instance.value("SELECT timing FROM muster.exercise WHERE created_by = %s", player.me["id"]) == "x2"


def test_finding_2_the_switch_in_contrast_themes(page, player):
    page.open(NEW, FORM)
    page.cdp("Emulation.setEmulatedMedia", media="", features=[{"name": "forced-colors", "value": "active"}])
    style = "const s = getComputedStyle(timed); return [s.backgroundColor, s.borderTopColor]"
    off = page.still().js(style)
    page.js("timed.checked = true")
    on = page.still().js(style)
    assert on[0] != off[0] and off[1] != off[0]


def test_own_name_stands_in_the_player(page, player):
    page.open(NEW, FORM).type_into("Name (optional)", "Friday <i>round</i>").click("#start").at(".*/play")
    page.has(".play-name", "Friday <i>round</i>")
    assert page.js("return document.title") == "Friday <i>round</i> · Muster"
