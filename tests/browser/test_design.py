"""The page of parts: what each does by keyboard and mouse; how all look in contrast themes, in grey, with large text, while they come."""
import base64
import re

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.page import NARROW, WIDE
from tests.browser.test_shift import shift
from tests.lib.instance import wait_for

DESIGN = "/design"
ROWS = "#table-box tbody tr:not([aria-hidden])"


@pytest.fixture(name="design")
def design_page(page):
    return page.open(DESIGN, ROWS)


def names(page):
    return page.js("return Array.from(document.querySelectorAll(arguments[0] + ' .dt-main')).map((one) => one.innerText.trim())", ROWS)


def column(page, css):
    return page.js("return Array.from(document.querySelectorAll(arguments[0])).map((one) => one.innerText.trim())", f"{ROWS} {css}")


def query(page):
    return page.js("return Object.fromEntries(new URLSearchParams(location.search))")


def numbers(page):
    return [int(text.replace(",", "")) for text in column(page, ".dt-number")]


# ---- the data table ----

def test_sorting_is_in_the_address_and_announced(design):
    design.click("#table-box .dt-sorter", "Score")
    wait_for(lambda: numbers(design) == sorted(numbers(design), reverse=True), "sorted by score, the best first")
    assert query(design) == {"sort": "-score"}
    assert design.js("return document.querySelector('.dt-head.dt-number').getAttribute('aria-sort')") == "descending"
    design.click("#table-box .dt-sorter", "Score")
    wait_for(lambda: query(design) == {"sort": "score"} and numbers(design) == sorted(numbers(design)), "sorted the other way")
    assert design.js("return document.querySelector('.dt-head.dt-number').getAttribute('aria-sort')") == "ascending"
    first = names(design)
    assert names(design.open(DESIGN + "?sort=score", ROWS)) == first, "the address alone gives the same list"


def test_searching_and_filtering(design):
    design.click("#table-box [type=search]").keys("12")
    wait_for(lambda: query(design) == {"q": "12"} and names(design) and all("12" in one for one in names(design)), "what was searched for")
    design.js("document.querySelector('#table-box select[name=status]').value = 'good';"
              "document.querySelector('#table-box select[name=status]').dispatchEvent(new Event('change', {bubbles: true}))")
    wait_for(lambda: query(design) == {"q": "12", "status": "good"}, "the filter is in the address")
    wait_for(lambda: set(column(design, ".badge")) <= {"Completed"} and not design.count("#table-box [aria-busy]"), "only these")
    assert design.count("#table-box .chip") == 2
    design.click("#table-box .chip", "Completed")
    wait_for(lambda: query(design) == {"q": "12"}, "the chip takes the filter off")
    design.focused("#table-box [type=search]").click("#table-box .link-btn")
    wait_for(lambda: query(design) == {} and len(names(design)) == 50, "all again")
    design.click("#table-box [type=search]").keys("no such exercise", Keys.ENTER).has("#table-box .empty", "Nothing found")


def test_pages_of_fifty_and_an_honest_count(design):
    assert len(names(design)) == 50 and "50 of 120 shown" in design.has(".dt-foot")
    design.click(".dt-foot button", "Load more")
    wait_for(lambda: len(names(design)) == 100, "the next fifty")
    assert "100 of 120 shown" in design.has(".dt-foot")
    assert design.js("return document.activeElement.closest('tr') === document.querySelectorAll(arguments[0])[50]", ROWS)
    design.click(".dt-foot button", "Load more")
    wait_for(lambda: len(names(design)) == 120 and "120 in all" in design.has(".dt-foot"), "all of them")
    assert len(set(names(design))) == 120 and not design.count(".dt-foot button")


def test_the_menu_of_a_row_by_keyboard(design):
    first = names(design)[0]
    button = "document.querySelector('#table-box tbody .dt-menu button')"
    design.js(button + ".focus()")
    design.keys(Keys.ENTER).focused("[role=menuitem]").keys(Keys.ARROW_UP)
    assert "Delete" in design.js("return document.activeElement.textContent")
    design.keys(Keys.HOME, "p")
    assert "Play again" in design.js("return document.activeElement.textContent")
    design.keys(Keys.ESCAPE)
    assert design.js(f"return document.activeElement === {button}") and not design.count("[role=menu]")
    design.keys(Keys.ENTER, Keys.END, Keys.ENTER)
    wait_for(lambda: first not in names(design), "the row is gone")
    assert design.js("return document.activeElement.closest('tr') === document.querySelector(arguments[0])", ROWS)
    design.click(".toast button", "Undo")
    wait_for(lambda: first in names(design), "and back")


def test_choosing_rows(design):
    design.click("#table-box tbody .dt-tick input")
    assert "1 selected" in design.has(".dt-bulk")
    assert design.js("return document.querySelector('.dt-all').indeterminate")
    design.click(".dt-all")
    wait_for(lambda: "50 selected" in design.has(".dt-bulk"), "all rows shown")
    design.click(".dt-bulk button", "Archive").has(".toast", "50 exercises archived")
    assert not design.count(".dt-bulk")


def test_rows_are_low_and_figures_stand_in_line(design):
    box = design.js("""return Array.from(document.querySelectorAll(arguments[0])).slice(0, 20).map((row) => {
        const range = document.createRange(); range.selectNodeContents(row.querySelector('.dt-number'));
        return [row.getBoundingClientRect().height, Math.round(range.getBoundingClientRect().right)]; })""", ROWS)
    assert all(height <= 42 for height, _ in box) and len({right for _, right in box}) == 1, box
    head = design.js("window.scrollTo(0, document.querySelector(arguments[0]).getBoundingClientRect().top + scrollY + 400);"
                     "return document.querySelector('.dt-head').getBoundingClientRect().top", ROWS)
    assert 0 <= head < 2, "the head stays while the list goes by"


def test_cards_on_a_phone(page):
    page.look_like(NARROW).open(DESIGN, "#table-box tbody tr")
    assert not page.js("return document.querySelector('#table-box thead').checkVisibility()")
    assert page.js("return document.querySelector('#table-box .dt-sort').checkVisibility()")
    assert page.js("return getComputedStyle(document.querySelector('#table-box td[data-label]'), '::before').content") == '"Status"'
    assert page.js("return document.querySelector('#table-box tbody td.dt-p3').checkVisibility()"), "a card leaves nothing out"


def test_an_error_can_be_tried_again(page):
    page.open(DESIGN + "?state=error", "#table-box .notice-bad").click("#table-box .notice-bad button", "Try again")
    page.has("#table-box .notice-bad", "sample-request")


def test_what_stands_for_a_list_has_its_size(page):
    page.driver.get(page.base + DESIGN + "?state=loading")
    page.has("#table-box .dt-table")
    high = page.js("return Array.from(document.querySelectorAll('#table-box tbody tr')).map((one) => one.getBoundingClientRect().height)")
    assert len(high) == 12 and page.js("return document.querySelector('#table-box .dt').getAttribute('aria-busy')") == "true"
    page.open(DESIGN, ROWS)
    assert high[0] == page.js("return document.querySelector(arguments[0]).getBoundingClientRect().height", ROWS)


# ---- the other parts ----

def test_tabs_have_addresses(design):
    design.js("document.querySelector('[role=tab]').focus()")
    design.keys(Keys.ARROW_RIGHT).has("[role=tabpanel]", "People")
    assert query(design) == {"tab": "people"} and design.js("return document.activeElement.getAttribute('aria-selected')") == "true"
    design.keys(Keys.END).has("[role=tabpanel]", "History")
    design.driver.back()
    design.has("[role=tabpanel]", "People")
    assert design.open(DESIGN + "?tab=history").has("[role=tabpanel]", "History")


def test_the_combobox_by_keyboard(design):
    design.click("#d-one").keys("person 11").has("#d-one-list [role=option]", "Person 11")
    wait_for(lambda: design.count("#d-one-list [role=option]") == 1, "only what fits")
    meant = design.js("return document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent")
    assert meant.startswith("Person 11")
    design.keys(Keys.ENTER)
    assert design.js("return document.activeElement.value") == "Person 11"
    assert design.js("return document.activeElement.getAttribute('aria-expanded')") == "false"
    design.click("#d-many").keys("12")
    wait_for(lambda: design.texts("#d-many-list [role=option]") == ["Person 12\nRecovery"], "only what fits")
    design.keys(Keys.ENTER).has(".combo-chip", "Person 12")
    design.keys(Keys.BACKSPACE)
    wait_for(lambda: [text.strip() for text in design.texts(".combo-chip")] == ["Person 1", "Person 2"], "the last one is gone")


def test_cards_move_by_keys_by_menu_and_by_mouse(design):
    def where(number):
        card = f"[data-card=case-{number}]"
        return design.js("return document.querySelector(arguments[0]).closest('section').getAttribute('aria-label')", card)
    design.js("document.querySelector('[data-card=case-0]').focus()")
    ActionChains(design.driver, duration=0).key_down(Keys.SHIFT).send_keys(Keys.ARROW_RIGHT).key_up(Keys.SHIFT).perform()
    assert where(0) == "In progress" and design.js("return document.activeElement.dataset.card") == "case-0"
    design.click("[data-card=case-1] button").click("[role=menuitem]", "Move to Done")
    assert where(1) == "Done"
    card, goal = (design.driver.find_element("css selector", css) for css in ("[data-card=case-2]", ".board-column:last-child"))
    design.js("arguments[0].scrollIntoView({block: 'center'})", card)
    ActionChains(design.driver, duration=100).drag_and_drop(card, goal).perform()
    wait_for(lambda: where(2) == "Done", "the card is where it was dropped")


def test_the_drawer_gives_the_focus_back(design):
    design.click("#open-drawer").has("dialog.drawer", "Details")
    design.keys(Keys.ESCAPE).focused("#open-drawer")
    assert not design.count("dialog")


def test_copying(design):
    design.cdp("Browser.grantPermissions", origin=design.base, permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    design.click(".copy-btn").has(".copy-btn", "Copied")
    assert design.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])").startswith("https://muster.example/")
    design.click(".secret > .btn").focused("#copy")
    assert not design.count(".secret")


# ---- looks ----

def forced(page):
    page.cdp("Emulation.setEmulatedMedia", media="", features=[
        {"name": "forced-colors", "value": "active"}, {"name": "prefers-reduced-motion", "value": "reduce"}])
    return page.still()


def pixels(page, css):
    page.js("document.activeElement.blur(); document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", css)
    box = page.still().js("const r = document.querySelector(arguments[0]).getBoundingClientRect();"
                          "return {x: r.x + scrollX - 6, y: r.y + scrollY - 6, width: r.width + 12, height: r.height + 12, scale: 1}", css)
    return base64.b64decode(page.cdp("Page.captureScreenshot", format="png", clip=box, captureBeyondViewport=True)["data"])


@pytest.mark.parametrize("what, css, change", [
    ("chosen card", ".choice:has([value=other])", "one.querySelector('input').checked = true"),
    ("ticked row", "#table-box tbody .dt-select", "one.querySelector('input').checked = true"),
    ("current tab", "[role=tab]:nth-child(2)", "one.setAttribute('aria-selected', 'true')"),
    ("current link", ".design-nav a", "one.setAttribute('aria-current', 'page')"),
    ("progress", ".job-open .bar", "one.value = one.max"),
    ("an empty bar", ".job-waiting .bar", "one.style.visibility = 'hidden'"),
    ("an option that is meant", "#d-one-list li:nth-child(2)", "one.setAttribute('aria-selected', 'true')"),
    ("badge", "#badges-box .badge-neutral", "one.style.border = 'none'"),
    ("best beside poor", ".chart-bar:has(.block-poor)",
     "one.querySelectorAll('.block').forEach((x) => { x.setAttribute('fill', ''); x.setAttribute('class', 'block fill-best'); })"),
    ("focus", "#open-drawer", "one.focus({focusVisible: true})")])
def test_contrast_themes_tell_states_apart(design, what, css, change):
    """Finding 2: where backgrounds and shadows are taken away, both pictures must still differ."""
    forced(design)
    if css.startswith("#d-one"):
        design.click("#d-one").has("#d-one-list li")
        before = pixels_kept(design, css)
        design.js(f"const one = document.querySelector(arguments[0]); {change}", css)
        assert before != pixels_kept(design, css), what
        return
    before = pixels(design, css)
    assert before == pixels(design, css), "the same twice"
    if what == "focus":
        design.js("document.querySelector(arguments[0]).focus({focusVisible: true})", css)
        assert before != pixels_kept(design, css), what
    else:
        design.js(f"const one = document.querySelector(arguments[0]); {change}", css)
        assert before != pixels(design, css), what


def pixels_kept(page, css):
    """The same, with the focus where it is."""
    box = page.still().js("const r = document.querySelector(arguments[0]).getBoundingClientRect();"
                          "return {x: r.x + scrollX - 6, y: r.y + scrollY - 6, width: r.width + 12, height: r.height + 12, scale: 1}", css)
    return base64.b64decode(page.cdp("Page.captureScreenshot", format="png", clip=box, captureBeyondViewport=True)["data"])


def luminance(colour):
    parts = [int(one) / 255 for one in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (one / 12.92 if one <= .03928 else ((one + .055) / 1.055) ** 2.4 for one in parts)
    return .2126 * red + .7152 * green + .0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + .05) / (dark + .05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_charts_in_grey(design, dark):
    """Fills side by side: 3:1 apart, or each with a pattern of its own; the solid ones are 3:1 from the ground."""
    design.look_like(WIDE, dark)
    bars = design.js("""return Array.from(document.querySelectorAll('.chart-area, .chart-bar')).map((svg) =>
        Array.from(svg.querySelectorAll('.block')).map((one) => {
            const fill = one.getAttribute('fill') || '';
            const pattern = fill.startsWith('url') ? document.querySelector(fill.slice(4, -1)) : null;
            return {kind: pattern ? pattern.id.split('-').pop() : '', fill: getComputedStyle(one).fill, edge: getComputedStyle(one).stroke,
                    dashed: getComputedStyle(one).strokeDasharray !== 'none'}; })).filter((one) => one.length)""")
    ground = design.js("return getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert sum(len(one) > 1 for one in bars) >= 4
    for blocks in bars:
        for one, other in zip(blocks, blocks[1:]):
            apart = one["kind"] != other["kind"] or one["dashed"] != other["dashed"]
            assert apart or one == other or contrast(one["fill"], other["fill"]) >= 3, (one, other)
        for one in blocks:
            if not one["kind"] and not one["dashed"]:
                assert contrast(one["fill"], ground) >= 3, one


OVERLAPS = """
    const shown = (one) => one.checkVisibility() && one.getClientRects().length && !one.closest('.sr-only, .skeleton, svg');
    const kinds = 'a, button, input, select, textarea, h1, h2, h3, p, dt, dd, legend, label, time, summary, .badge, .step-mark';
    const found = Array.from(document.querySelectorAll('main :is(' + kinds + ', .chart-label, .chart-figure, .ring-text)')).filter(shown);
    const inner = (one) => !one.matches('label, p') || one.children.length === 0;
    const all = found.filter(inner).map((one) => [one, one.getBoundingClientRect()]);
    const out = [];
    all.forEach(([one, a], i) => all.slice(i + 1).forEach(([other, b]) => {
      const meant = (x) => x.closest('.dt-search, .choice');
      if (one.contains(other) || other.contains(one) || meant(one) || meant(other)) { return; }
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const name = (x) => (x.className || x.tagName) + ' "' + x.textContent.trim().slice(0, 30) + '"';
      if (wide > 3 && high > 3) { out.push(name(one) + ' lies over ' + name(other)); }
    }));
    return out.slice(0, 10);"""


@pytest.mark.parametrize("size", [WIDE, (768, 1024)], ids=["wide", "tablet"])
def test_text_twice_as_large_covers_nothing(page, size):
    """Finding 12, WCAG 1.4.4."""
    page.look_like(size).open(DESIGN, "#table-box tbody tr")
    assert page.js(OVERLAPS) == []
    page.js("document.documentElement.style.fontSize = '200%'")
    page.still()
    assert page.overflow() == [] and page.js(OVERLAPS) == []


def test_the_watch_for_overlaps_sees_one(design):
    design.js("document.querySelector('#buttons-box .btn').style.marginInlineEnd = '-4rem'")
    assert design.js(OVERLAPS)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_moves_while_it_comes(page, size):
    page.look_like(size).open(DESIGN, "#table-box tbody tr")
    assert shift(page) <= .02


@pytest.mark.parametrize("lang", ["de", "fr", "ar"])
def test_other_languages_fit(page, lang):
    page.open(DESIGN + "?lang=" + lang, "#table-box tbody tr")
    for size in (WIDE, NARROW):
        assert page.look_like(size).overflow() == []
