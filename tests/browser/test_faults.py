"""When the server or the way to it fails: what the person reads, and that nothing is lost."""
import pytest

from tests.browser.states import fresh_exercise, next_question, open_player
from tests.lib import Client
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

    def all_connected():
        """Each process connects at its next request, so requests go on until every one has (the pool for hashing aside)."""
        client = Client(instance)
        expected = len(instance.pids("muster-portal"))  # all families have as many
        if client.request("GET", "/healthz", contracted=False).status_code != 200:
            return False
        for family in ("auth", "exercises", "portal"):
            client.request("GET", f"/healthz/{family}", contracted=False)
            there = instance.value(f"SELECT count(*) FROM pg_stat_activity WHERE usename = 'muster_{family}'")
            if int(there) < expected:
                return False
        return True
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
    press_until(page, "Try again", ".ex-row")


def test_errors_carry_a_reference(page, player, no_database):
    """B6: a reference for support, no detail of the database."""
    page.allow((503, "/api/.*"))
    no_database()
    page.open("/exercises/new").sees("Reference for support")
    text = page.js("return document.body.innerText")
    assert not any(word in text.lower() for word in ("postgres", "sql", "socket", "connection to"))
