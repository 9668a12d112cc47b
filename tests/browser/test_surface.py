"""The player's surface: what is on the screen without scrolling, one line above it, contrast themes, zoom (pages.md, findings 2, 3, 6)."""
import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.states import answer, fresh_exercise, letters, next_question, open_player
from tests.lib import Client, Library
from tests.lib.instance import wait_for

SCREENS = [(1366, 657), (1280, 720), (390, 844)]
# Each question of a theme as the page's own view shows it: whether all options end above the bar that stays.
SHOW_ALL = """
    const [questions, done] = arguments;
    const at = (name) => document.querySelector(`link[href*="/player/${name}.js"]`).href;
    (async () => {
      const [{ decisionForm, decisionHead }, { dots }] = await Promise.all([import(at('decision')), import(at('chrome'))]);
      const card = document.querySelector('.decision-card');
      const seen = questions.map((question) => {
        const stage = { questions: [question], questionCount: 3 };
        const head = decisionHead(question, 12, { changed: true, dots: dots(stage, question, () => null), onBriefing: () => null });
        card.replaceChildren(head, decisionForm(question, { draft: {}, keep: () => null, send: () => null }));
        window.scrollTo(0, 0);
        const options = Array.from(card.querySelectorAll('.option'));
        const bar = card.querySelector('.q-submit').getBoundingClientRect();
        const last = Math.max(...options.map((one) => one.getBoundingClientRect().bottom));
        const whole = options.length === question.options.length && last <= Math.min(bar.top, innerHeight) && bar.bottom <= innerHeight + 1;
        return { whole, last };
      });
      done(seen);
    })().catch((error) => done(String(error)));"""

# Keeps what the polite live region says.
LISTEN = """window.said = []; new MutationObserver((all) => all.forEach((one) => {
    if (one.target.id === 'live' && one.addedNodes.length) { said.push(one.target.textContent); }
  })).observe(document.body, {childList: true, subtree: true})"""


@pytest.fixture
def player(page):
    client = Client(page.instance).register().signin()
    page.login(client)
    return client


def on_the_wire(theme):
    """The questions of a theme as the server sends them before an answer."""
    library = Library.of(theme)
    for item in library.questions:
        texts = [library.render(option["text"], {}) for option in item["options"]]
        options = [{"index": i, "letter": "ABCD"[i], "text": text} for i, text in enumerate(texts)]
        yield {"questionIndex": 0, "question": library.render(item["stem"], {}), "context": library.render(item.get("context") or "", {}),
               "difficulty": item["level"], "role": item["role"], "maxPoints": 300, "options": options}


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_finding_3_all_options_are_visible(page, player, size):
    """At least nine of ten questions of the whole library show all their options without scrolling."""
    open_player(page, player, fresh_exercise(player), True)
    page.look_like(size)
    seen = []
    for theme in Library.themes():
        found = page.driver.execute_async_script(SHOW_ALL, list(on_the_wire(theme)))
        assert isinstance(found, list), found
        seen += found
    hidden = [one["last"] for one in seen if not one["whole"]]
    assert len(seen) > 150 and len(hidden) <= len(seen) * .1, (len(hidden), len(seen), hidden)


def test_finding_3_the_measure_can_fail(page, player):
    """On a screen that is too low the same measure says so."""
    open_player(page, player, fresh_exercise(player), True)
    page.look_like((390, 520))
    found = page.driver.execute_async_script(SHOW_ALL, list(on_the_wire("bec")))
    assert sum(one["whole"] for one in found) < len(found) / 2


@pytest.mark.parametrize("size", [(1440, 900), (768, 1024), (360, 740)], ids=lambda size: str(size[0]))
def test_finding_3_one_line_above(page, player, size):
    """No header of the site; one line of 48 px, which has the way back, the title, the stages, the score."""
    page.look_like(size)
    open_player(page, player, fresh_exercise(player), True)
    assert page.count(".site-header, .site-footer") == 0
    assert page.js("return document.querySelector('.play-chrome').getBoundingClientRect().height") == 48
    assert page.js("return document.querySelector('.decision-card').getBoundingClientRect().top") < 70
    assert page.texts(".play-score") == ["0 points"] and len(page.texts(".play-stage")) == 4
    names = page.texts(".play-stage-name")
    assert len(names) == (0 if size[0] < 480 else 4), names


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=lambda size: str(size[0]))
def test_finding_3_the_story_comes_first(page, player, size):
    """The narrative begins in the upper third; what can be looked up stands below it, closed; the button has an edge."""
    page.look_like(size)
    open_player(page, player, fresh_exercise(player))
    place = page.js("""const box = (css) => document.querySelector(css).getBoundingClientRect();
        const { top, bottom } = box('.narrative');
        return {story: top, end: bottom, more: box('.opening-more').top, go: box('.opening-go').bottom};""")
    assert place["story"] < size[1] / 3 and place["more"] >= place["end"] and place["go"] <= size[1]
    assert page.texts(".opening .intro-text") == [] and page.has(".opening-go .btn", "min read")
    assert page.js("return getComputedStyle(document.querySelector('.opening-go')).borderTopWidth") == "1px"
    page.click(".opening summary", "About the organisation").has(".opening .intro-text")


def test_finding_4_one_is_told_whom_one_speaks_for(page, player):
    """The role stands in words above the decision; a change is marked and said."""
    exercise = fresh_exercise(player)
    roles = []
    open_player(page, player, exercise, True)
    page.js(LISTEN)
    for _ in range(3):
        role = next_question(player, exercise)["role"]
        changed = bool(roles) and roles[-1] != role
        roles.append(role)
        words = page.has(".q-speaker", "Now you speak for" if changed else "You speak for")
        assert page.count(".q-speaker.is-new") == int(changed)
        if changed:
            wait_for(lambda: page.js("return said.length"), "it is said")
            assert page.js("return said.pop()") in words
        answer(page, player, exercise, 0)
        page.click(".q-submit button")
        if page.count(".opening"):
            break
    assert len(set(roles)) > 1, roles


def test_finding_4_names_are_text(page, player):
    """Techniques have their names, messages their channels, the reporting clock its meaning: as text, not as a title."""
    open_player(page, player, fresh_exercise(player), True)
    page.has(".technique-name", "External Remote Services")
    page.has(".inject-head", "Phone call")
    page.has(".story-block", "How long you have to tell authorities")


@pytest.mark.parametrize("size", [(1366, 657), (390, 844)], ids=lambda size: str(size[0]))
@pytest.mark.parametrize("rank", [0, -1], ids=["best", "worst"])
def test_finding_4_own_choice_and_verdict_are_in_sight(page, player, size, rank):
    exercise = fresh_exercise(player)
    page.look_like(size)
    open_player(page, player, exercise, True)
    answer(page, player, exercise, rank)
    bottoms = page.js("const bottom = (css) => document.querySelector(css).getBoundingClientRect().bottom;"
                      "return ['.verdict', '.opt-chosen', '.opt-good'].map(bottom)")
    bar = page.js("return [scrollY, document.querySelector('.q-submit').getBoundingClientRect().top]")
    assert bar[0] == 0 and all(0 < one <= bar[1] for one in bottoms), (bottoms, bar)
    page.has(".opt-chosen", "Your answer")


# ---- contrast themes, zoom ----

def contrast_theme(page, on):
    page.cdp("Emulation.setEmulatedMedia", media="", features=[{"name": "forced-colors", "value": "active" if on else "none"}])
    return page.still()


def picture(page, css):
    """The pixels of an element."""
    box = page.js("const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                  "return {x: b.x - 4, y: b.y - 4, width: b.width + 8, height: b.height + 8, scale: 1}", css)
    return page.cdp("Page.captureScreenshot", format="png", clip=box)["data"]


def test_finding_2_contrast_themes_show_choice_and_place(page, player):
    """In forced colours a chosen option differs from itself unchosen in pixels, the stage one is in from the others by an outline."""
    open_player(page, player, fresh_exercise(player), True)
    contrast_theme(page, True)
    choose = ("const one = document.querySelector('[name=option]'); one.checked = arguments[0]; document.activeElement.blur();"
              "document.querySelector('#rationale').blur()")
    page.js(choose, False)
    without = picture(page.still(), ".option")
    page.js(choose, True)
    assert picture(page.still(), ".option") != without
    page.js(choose, False)
    assert picture(page.still(), ".option") == without
    outline = "return Array.from(document.querySelectorAll('.play-stage')).map((one) => getComputedStyle(one).outlineStyle)"
    assert page.js(outline) == ["solid", "none", "none", "none"]
    assert page.js("return getComputedStyle(document.querySelector('.dots [aria-current]')).outlineStyle") == "solid"
    contrast_theme(page, False)


def test_finding_6_zoom_leaves_room(page, player):
    """At 400 % (320x256) nothing sticks to the edges: at least 80 % of the height are the page's, in opening, decision and verdict."""
    exercise = fresh_exercise(player)
    free = """const has = (one, name) => getComputedStyle(one)[name];
        const sticks = (one) => ['sticky', 'fixed'].includes(has(one, 'position')) && has(one, 'clipPath') === 'none';
        const stuck = Array.from(document.querySelectorAll('body *')).filter((one) => sticks(one) && one.checkVisibility());
        return 1 - stuck.reduce((sum, one) => sum + one.getBoundingClientRect().height, 0) / innerHeight;"""
    open_player(page, player, exercise)
    page.look_like((320, 256))
    assert page.js(free) >= .8 and page.overflow() == []
    page.click(".opening-go .btn").has("#decision-form")
    assert page.js(free) >= .8 and page.overflow() == []
    answer(page, player, exercise, 0)
    assert page.js(free) >= .8 and page.overflow() == []
    page.look_like((1280, 800))
    assert page.js(free) < 1, "on a large screen something does stick, or this measures nothing"


# ---- nothing is lost, nothing happens twice ----

def test_a_draft_survives_reload_and_signing_in_again(page, player):
    """Finding 13 in the player: what was chosen and typed is there after a reload, and after another sign-in; sent, it is gone."""
    exercise = fresh_exercise(player)
    open_player(page, player, exercise, True)
    page.keys("c").click(".q-extra summary").click(".scale label:nth-child(2)").type_into("Your reasoning", "Half a thought")
    chosen = ("const value = (name) => document.querySelector(`[name=${name}]:checked`)?.value;"
              "return [value('option'), value('confidence'), rationale.value]")
    page.reload().has("#decision-form")
    assert page.js(chosen) == ["C", "2", "Half a thought"]
    player.call("POST", "/api/auth/signout")
    player.signin()
    page.login(player).open(f"/exercises/{exercise}/play").has("#decision-form")
    assert page.js(chosen) == ["C", "2", "Half a thought"]
    page.click("#decision-form button", "Submit").has(".verdict")
    assert page.js("return Object.keys(sessionStorage).filter((one) => one.includes('draft'))") == []


def test_a_draft_is_for_its_person_alone(page, player):
    exercise = fresh_exercise(player)
    open_player(page, player, exercise, True)
    page.keys("c").reload().has("#decision-form")
    other = Client(page.instance).register().signin()
    theirs = fresh_exercise(other)
    page.login(other)
    open_player(page, other, theirs, True)
    assert page.count("[name=option]:checked") == 0


def test_a_second_press_does_nothing_twice(page, player):
    """Two clicks on Submit, two on Next: one answer, one step."""
    exercise = fresh_exercise(player)
    open_player(page, player, exercise, True)
    best = letters(next_question(player, exercise), "ransomware")[0]
    page.keys(best.lower())
    page.js("const b = document.querySelector('#decision-form [type=submit]'); b.click(); b.click();")
    page.has(".verdict")
    page.js("const b = document.querySelector('.q-submit .btn'); b.click(); b.click();")
    page.has("#q-title", "Decision 2 of 12")
    assert page.instance.value("SELECT count(*) FROM muster.answer WHERE exercise_id = %s", exercise) == 1


def test_the_end_leads_to_the_result(page, player):
    """Finding 5: after the last decision one press leads to the result; Back does not lead into the finished player."""
    exercise = fresh_exercise(player, questionCount=3)
    player.play(exercise, "best", 2)
    open_player(page, player, exercise, True)
    answer(page, player, exercise, 0)
    page.focused(".q-submit button").press(Keys.ENTER, "See the result").at(".*/result")
