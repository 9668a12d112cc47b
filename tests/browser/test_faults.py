"""When the server or the way to it fails: what the person reads, and that nothing is lost."""
import concurrent.futures

import pytest

from tests.browser.states import LIST, fresh_exercise, next_question, open_player
from tests.browser.lists import pick, settled
from tests.lib import Client
from tests.lib.cast import Cast
from tests.lib.instance import wait_for


@pytest.fixture
def player(page):
    client = Client(page.instance).register().signin()
    page.login(client)
    return client


@pytest.fixture
def no_database(instance):
    """A function that stops PostgreSQL; it runs again after the test."""
    yield lambda: instance.stop_service("postgres")
    if not instance.is_up("postgres"):
        start_database(instance)


def start_database(instance):
    instance.disconnect()
    instance.start_service("postgres")

    expected = len(instance.pids("muster-portal"))  # all families have as many

    def all_connected():
        """Each process connects at its next request, and whoever is free takes the next one: so many ask at once, until every one has
        (the pool for hashing aside)."""
        if Client(instance).request("GET", "/healthz", contracted=False).status_code != 200:
            return False
        families = ["auth", "exercises", "intel", "portal"]
        with concurrent.futures.ThreadPoolExecutor(4 * expected) as pool:
            list(pool.map(lambda family: Client(instance).request("GET", f"/healthz/{family}", contracted=False), families * 4 * expected))
        return all(int(instance.value(f"SELECT count(*) FROM pg_stat_activity WHERE usename = 'muster_{family}'")) >= expected
                   for family in families)
    wait_for(all_connected, "every process is connected again", 60)


def press_until(page, button, css):
    """A process of a family may wait a moment before it connects again: the person is told to try again, and does."""
    def pressed():
        if page.texts(css):
            return True
        page.ready()
        if page.texts("[role=alert]"):
            page.click("button", button)
        return False
    wait_for(pressed, f"{css} after pressing {button}", 30, pause=0.2)


def test_offline_answer_is_kept_and_sent_later(page, player):
    exercise = fresh_exercise(player)
    open_player(page, player, exercise, True)
    page.allow(("net::ERR_INTERNET_DISCONNECTED", ".*"))
    page.offline()
    page.click(".option").click("#decision-form button", "Submit")
    page.has("#decision-problem", "The server cannot be reached. Check your connection")
    page.online()
    page.click("#decision-form button", "Submit").has(".verdict")


def test_database_down_is_a_message_and_passes(page, player, no_database):
    """503 says when to try again; the choice stays; afterwards the same page works without a reload."""
    exercise = fresh_exercise(player)
    open_player(page, player, exercise, True)
    first = next_question(player, exercise)["questionIndex"]
    page.allow((503, "/api/.*"))
    no_database()
    page.click(".option").click("#decision-form button", "Submit")
    page.has("#decision-problem", "The service is not available right now. Please try again in")
    assert page.axe() == []
    assert page.js("return document.querySelector('[name=option]:checked').value") == "A"
    start_database(page.instance)
    press_until(page, "Submit", ".verdict")
    assert page.instance.value("SELECT array_agg(question_index) FROM muster.answer WHERE exercise_id = %s", exercise) == [first]


def test_list_without_database_offers_to_try_again(page, player, no_database):
    player.generate("bec", questionCount=3)
    page.allow((503, "/api/.*"))
    no_database()
    page.open("/exercises").sees("The service is not available right now").has("button", "Try again")
    assert page.axe() == [] and page.look_like((360, 800)).overflow() == []
    start_database(page.instance)
    press_until(page, "Try again", LIST)


def test_errors_carry_a_reference(page, player, no_database):
    """B6: a reference for support, no detail of the database."""
    page.allow((503, "/api/.*"))
    no_database()
    page.open("/exercises/new").sees("Reference for support")
    text = page.js("return document.body.innerText")
    assert not any(word in text.lower() for word in ("postgres", "sql", "socket", "connection to"))


@pytest.mark.parametrize("path", ["/settings/organisation/profile", "/settings/organisation/domains", "/privacy", "/settings/team",
                                  "/settings/audit-log", "/settings/security"])
def test_without_database_nothing_waits_for_ever(page, player, no_database, path):
    """One message with a button to try again; no part of the page goes on pretending that it loads."""
    page.allow((503, "/api/.*"))
    no_database()
    page.open(path).sees("The service is not available right now").has("button", "Try again")
    assert len(page.texts(".notice")) == 1 and page.texts(".skeleton") == [], page.texts(".notice")
    assert page.axe() == []
    start_database(page.instance)


HOLD = """
const [part] = arguments, fetched = window.fetch;
window.held = 0;
window.fetch = (path, init) => (String(path).includes(part)
  ? new Promise((go) => { window.held += 1; window.release = () => go(fetched(path, init)); }) : fetched(path, init));
"""


def test_the_later_filter_counts(page):
    """Two filters chosen quickly: the reply to the first comes last and changes nothing."""
    box = "#list"
    page.login(Client(page.instance).register().signin()).open("/settings/audit-log", f"{box} tbody")
    page.js(HOLD, "=user.signed_in")
    pick(page, box, "action", "user.signed_in")
    wait_for(lambda: page.js("return window.held"), "the first request is on its way")
    pick(page, box, "action", "domain.added")
    page.ready().has(f"{box} .empty", "Nothing found")
    page.js("document.querySelector(arguments[0]).setAttribute('data-kept', '')", f"{box} .empty")
    page.driver.execute_async_script("window.release(); const done = arguments[0]; window.setTimeout(done, 300);")
    assert page.count(f"{box} [data-kept]") == 1 and "Nothing found" in page.has(f"{box} .empty")


def test_load_more_can_be_tried_again(page):
    """A part of a list that did not come is asked for again, and nothing comes twice."""
    boss = Cast(page.instance, name="Many acts").client("platform")
    org = Cast(page.instance, name="Often renamed")
    for number in range(22):
        boss.call("PUT", f"/api/admin/orgs/{org.org}", json={"name": f"Name {number}"})
    page.login(boss).open(f"/platform/organisations/{org.org}", "#log tbody")
    settled(page, "#log", 20)
    page.allow(("net::ERR_INTERNET_DISCONNECTED", ".*")).offline()
    page.click("#log .dt-foot button", "Load more").has("#log .dt-foot", "cannot be reached")
    page.online()
    page.click("#log .dt-foot button", "Try again")
    settled(page, "#log", 22)
    assert page.texts("#log .dt-foot button") == []
