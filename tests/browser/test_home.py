"""Where somebody begins (finding 5): what to do next, and what there is of one's own, by role; the page for who has no account."""
import pytest

from tests.browser.page import NARROW
from tests.browser.states_platform import operator
from tests.lib import Client

WORDS = """
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {
      const box = walk.currentNode.parentElement;
      if (box.checkVisibility() && !box.closest('.sr-only, .skip-link, script')) {
        found.push(...walk.currentNode.data.split(/\\s+/).filter((one) => /[\\p{L}\\d]/u.test(one)));
      }
    }
    return found;"""


def test_a_newcomer_has_one_thing_to_do(page, cast):
    """One obvious way on, in sight on a phone too."""
    for size in ((1280, 720), NARROW):
        page.look_like(size).login(cast.newcomer).open("/home", ".home-card")
        assert page.count("#home .btn-primary") == 1 and page.count("#home .home-card") == 1
        assert page.js("return document.querySelector('#home .btn-primary').getBoundingClientRect().bottom <= innerHeight")
    page.click("#home .btn-primary", "Start").at("/exercises/new")


def test_open_runs_come_first_then_results(page):
    client = Client(page.instance).register().signin()
    client.run("bec", "best", questionCount=3)
    page.login(client).open("/home", ".home-card").has(".home-list", "100")
    assert not page.count("#home-progress"), "two points are no line"
    begun = client.generate("ransomware", questionCount=6)
    client.play(begun, "mixed", 2)
    page.reload().has(".home-card", "2 of 6 answered")
    page.click("#home .btn-primary", "Resume").at(f"/exercises/{begun}/play")
    for seed in (1, 2):
        client.run("bec", "mixed", questionCount=3, seed=seed)
    page.open("/home", "#home-progress").click(".home-list a").at(r"/exercises/.*/result")


def test_who_leads_sees_what_others_finished(page):
    admin = Client(page.instance).register(organization="Leading Ltd").signin()
    leader, member = admin.colleague("FACILITATOR"), admin.colleague(first="Mo", last="Ved")
    run = member.run("bec", "best", questionCount=3)
    page.login(leader).open("/home", "#home-newest").has(".home-list", "Mo Ved")
    page.fresh().login(member).open("/home", "#home-own")
    assert not page.count("#home-newest")
    page.fresh().login(admin.colleague("AUDITOR")).open("/home", ".home-list").has("h2", "Newest reports")
    page.click(".home-list a").at(f"/api/portal/report\\?sessionId={run}")


def test_the_platform_at_a_glance(page):
    """Health, dead letters, new organisations: as they are."""
    boss = operator(page.instance)
    dead = page.instance.value("SELECT count(*) FROM muster.job WHERE state = 'DEAD'")
    page.login(boss).open("/home", ".stats").has(".stat", "All answer")
    assert str(dead) in page.texts(".stat-value")
    newest = page.instance.value("SELECT name FROM muster.org ORDER BY created_at DESC, org_id DESC LIMIT 1")
    assert page.texts("#home .home-list a")[0] == newest


@pytest.mark.parametrize("lang, most", [("en", 180), ("de", 180), ("fr", 190)])
def test_the_product_page_is_short(page, lang, most):
    """Findings 4, 5: what is read before the first click."""
    found = page.open(f"/?lang={lang}", "h1").js(WORDS)
    assert 80 < len(found) <= most, (len(found), found)
