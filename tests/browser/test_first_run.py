"""The first five minutes of somebody new (pages.md, finding 4; issue 10, item 5): clicks and words from the landing page to the report."""
import secrets

from tests.browser.states import letters, next_question
from tests.lib import Client
from tests.lib.client import PASSWORD

CLICKS, WORDS = 20, 1500
# Every text on the page that can be seen; of a field of choices the one that is chosen.
TEXTS = """
    const seen = (one) => one.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && one.getBoundingClientRect().width > 1
      && !one.closest('.sr-only, [aria-hidden="true"], script, style, noscript, option, .skip-link');
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) {
      if (walk.currentNode.data.trim() && seen(walk.currentNode.parentElement)) { found.push(walk.currentNode.data.trim()); }
    }
    document.querySelectorAll('select').forEach((one) => { if (seen(one)) { found.push(one.selectedOptions[0].text); } });
    return found;"""


class Walk:
    """Somebody who clicks through; each text counts once, when it first becomes visible."""

    def __init__(self, page):
        self.page, self.clicks, self.words, self.known = page, 0, {}, set()

    def read(self, where):
        for text in self.page.still().js(TEXTS):
            if text not in self.known:
                self.known.add(text)
                self.words[where] = self.words.get(where, 0) + len(text.split())

    def click(self, css, text=""):
        self.page.click(css, text)
        self.clicks += 1


def register(walk, email):
    page = walk.page
    page.open("/").has("h1")
    walk.read("landing")
    walk.click("a[href^='/register']")
    page.at("/register.*").has("#email")
    walk.read("register")
    fields = {"organization": "First Steps", "firstName": "Ada", "lastName": "New", "email": email, "password": PASSWORD}
    for name, value in fields.items():
        page.js("document.querySelector(`[name=${arguments[0]}]`).value = arguments[1]", name, value)
    walk.click("main form [type=submit]")
    page.has("main a[href^='/exercises/new']")
    page.ready()
    walk.read("home")


def play(walk, exercise, client, ranks):
    """Opening, decisions and what follows from them; ranks: how good each answer is, 0 is the best."""
    page = walk.page
    for number, rank in enumerate(ranks, 1):
        if page.count(".opening"):
            walk.read("play")
            walk.click(".opening-go .btn")
        page.has("#q-title", f"Decision {number} of {len(ranks)}")
        walk.read("play")
        question = next_question(client, exercise)
        letter = letters(question, client.session(exercise)["theme"])[rank]
        walk.click(f'.option:has(input[value="{letter}"])')
        walk.click("#decision-form [type=submit]")
        page.has(".verdict")
        walk.read("play")
        walk.click(".q-submit .btn")
        page.ready()


def test_finding_4_first_run_in_clicks_and_words(page):
    """At most 20 clicks and 1,500 words from the landing page to the report, whichever answers are right; as long as the pages said."""
    page.allow((401, "/api/portal/me"))
    walk = Walk(page)
    email = f"first-{secrets.token_hex(4)}@example.com"
    register(walk, email)
    client = Client(page.instance).signin(email, PASSWORD)
    walk.click("main a[href^='/exercises/new']")
    page.at("/exercises/new.*").has(".new-themes")
    walk.read("new")
    facts = page.has("#summary-facts", "3 decisions · Beginner · about")
    walk.click("#start")
    page.at(".*/play").has(".opening")
    exercise = page.path.split("/")[2]
    session = client.session(exercise)
    assert (session["questionCount"], session["difficulty"], len(session["scenario"]["stages"])) == (3, "BEGINNER", 2)
    assert f"about {session['minutes']} minutes" in facts and session["minutes"] <= 7
    play(walk, exercise, client, (0, -1, 0))
    page.at(".*/result").has("main a[href*='/api/portal/report']")
    walk.read("result")
    walk.click("main a[href*='/api/portal/report']")
    assert walk.clicks <= CLICKS, walk.clicks
    assert sum(walk.words.values()) <= WORDS, walk.words


def test_the_count_can_fail(page):
    """What is hidden does not count, what becomes visible does, and only once."""
    walk = Walk(page)
    page.open("/").has("h1")
    walk.read("landing")
    first = walk.words["landing"]
    page.js("const p = document.createElement('p'); p.id = 'more'; p.textContent = 'one two three four'; p.hidden = true;"
            "document.querySelector('main').append(p)")
    walk.read("landing")
    assert walk.words["landing"] == first > 20
    page.js("document.getElementById('more').hidden = false")
    walk.read("landing")
    walk.read("landing")
    assert walk.words["landing"] == first + 4
