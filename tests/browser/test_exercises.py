"""The list of exercises: two hundred of them sorted, searched and paged by the server; what each reader may do with a row."""
import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.page import NARROW, WIDE
from tests.browser.states import LIST
from tests.browser.test_design import forced, pixels
from tests.lib import Client
from tests.lib.instance import wait_for

EACH = 200
CALLS = ("/api/portal/me", "/api/ttx/catalog", "/api/portal/sessions")


@pytest.fixture(scope="module", name="house")
def house_of(instance):
    """An organisation with 200 exercises of one member, and colleagues: a few are played, the others are copies of them."""
    admin = Client(instance).register(first="Ina", last="Admin", organization="List & Sons").signin()
    player = admin.player = admin.colleague(first="Pat", last="Player")
    for number, theme in enumerate(("bec", "ransomware", "cloud-breach")):
        player.run(theme, "mixed", questionCount=3 + 2 * number, seed=number, difficulty=("BEGINNER", "EXPERT", "ADVANCED")[number])
    begun = player.generate("bec", questionCount=6, seed=9)
    player.play(begun, "best", 2)
    plain = [row["name"] for row in instance.sql(
        "SELECT a.attname AS name FROM pg_attribute a WHERE a.attrelid = 'muster.exercise'::regclass AND a.attnum > 0 "
        "AND NOT a.attisdropped AND a.attgenerated = ''")]
    changed = {"id": "gen_random_uuid()", "created_at": "now() - n * interval '1 day'",
               "name": "CASE n %% 4 WHEN 0 THEN concat('Drill ', n, ' of the night shift') END"}
    columns = ", ".join(changed.get(name, name) for name in plain)
    instance.sql(f"INSERT INTO muster.exercise ({', '.join(plain)}) SELECT {columns} FROM "
                 "(SELECT e.*, row_number() OVER () AS nth, count(*) OVER () AS many FROM muster.exercise e WHERE e.org_id = %s) x "
                 f"CROSS JOIN generate_series(1, {EACH - 4}) AS n WHERE n %% many = nth - 1", admin.me["orgId"])
    admin.colleagues = {role: admin.colleague(role) for role in ("MEMBER", "FACILITATOR", "AUDITOR")}
    admin.colleagues["CLIENT_ADMIN"] = admin
    return admin


def rows(page, css):
    return page.js("return Array.from(document.querySelectorAll(arguments[0])).map((one) => one.innerText.trim())", f"{LIST} {css}")


def names(page):
    return rows(page, ".dt-main .dt-text")


def query(page):
    return page.js("return Object.fromEntries(new URLSearchParams(location.search))")


def loaded(page, text):
    """Waits until the newest answer is drawn."""
    wait_for(lambda: not page.count("#exercises [aria-busy]"), text)
    return page


def accuracies(page):
    return [int(text.rstrip("%")) if text != "–" else None for text in rows(page, "[data-label=Accuracy]")]


# ---- as a table ----

def test_two_hundred_are_paged(page, house):
    """Finding 8: fifty a page, none twice, none left out."""
    page.login(house.player).open("/exercises", LIST)
    for count in (50, 100, 150):
        assert len(names(page)) == count and "there are more" in page.has(".dt-foot")
        page.click(".dt-foot button", "Load more")
        wait_for(lambda count=count: len(names(page)) == count + 50, "the next fifty")
    assert "200 in all" in page.has(".dt-foot") and not page.count(".dt-foot button")
    ids = page.js("return Array.from(document.querySelectorAll(arguments[0])).map((one) => one.href)", f"{LIST} a.dt-link")
    assert len(set(ids)) == EACH


def test_the_server_sorts_them(page, house):
    """Finding 8: sorted over all of them, not over what is on the page; the address says how."""
    page.login(house.player).open("/exercises", LIST).click(".dt-sorter", "Accuracy")
    loaded(page, "by accuracy")
    assert query(page) == {"sort": "-accuracy"}
    best = max(row["accuracy"] or 0 for row in house.player.call("GET", "/api/portal/sessions?scope=mine&limit=200"))
    found = accuracies(page)
    assert found == sorted(found, reverse=True) and found[0] == round(100 * best)
    page.click(".dt-sorter", "Accuracy")
    loaded(page, "the other way")
    found = [one for one in accuracies(page) if one is not None]
    assert query(page) == {"sort": "accuracy"} and found == sorted(found)
    page.click(".dt-sorter", "Exercise")
    loaded(page, "by name")
    first = names(page)
    assert query(page) == {"sort": "title"} and first == sorted(first, key=str.lower) and first[0].startswith("Drill")
    assert names(page.reload().open(page.path, LIST)) == first, "the address alone gives the same list"


def test_searching_and_filters_stay(page, house):
    """Finding 8: by own name and by title; filters in the address outlive reload and Back."""
    page.login(house.player).open("/exercises", LIST).click("#exercises [type=search]").keys("night shift", Keys.ENTER)
    wait_for(lambda: names(page) and all("night shift" in one for one in names(page)), "what has the name")
    assert query(page) == {"q": "night shift"} and all(rows(page, ".dt-note")), "the title of the story stands beside the name"
    page.open("/exercises?status=COMPLETED&theme=bec&difficulty=BEGINNER", LIST)
    assert set(rows(page, "[data-label=Status]")) == {"Completed"} and len(set(rows(page, "[data-label=Theme]"))) == 1
    assert page.count(".chip") == 3 and set(rows(page, "[data-label=Level]")) == {"Beginner"}
    before = names(page.reload())
    page.click(f"{LIST} a.dt-link").at(".*/result").driver.back()
    page.at(r"/exercises\?status=COMPLETED&theme=bec&difficulty=BEGINNER").has(LIST)
    assert names(page) == before
    page.click("#exercises .link-btn", "Clear")
    loaded(page, "all again")
    assert query(page) == {} and len(names(page)) == 50
    page.open("/exercises?theme=no-such-theme&status=nonsense", LIST)
    loaded(page, "without what there is not")
    assert len(names(page)) == 50 and page.count(".chip") == 0
    # No search is longer than the server takes.
    page.open("/exercises?q=" + "x" * 400, ".empty")
    assert page.has(".empty h2") == "Nothing found" and len(query(page)["q"]) == 120


def test_rows_are_low_and_figures_in_line(page, house):
    """Finding 8: 40 px a row, figures end at one edge; cards on a phone only."""
    page.login(house.player).open("/exercises?scope=all", LIST)
    box = page.js("""return Array.from(document.querySelectorAll(arguments[0])).slice(0, 20).map((row) => {
        const range = document.createRange(); range.selectNodeContents(row.querySelector('[data-label=Accuracy]'));
        return [row.getBoundingClientRect().height, Math.round(range.getBoundingClientRect().right)]; })""", LIST)
    assert all(height <= 42 for height, _ in box) and len({right for _, right in box}) == 1, box
    assert not page.overflow()
    page.look_like(NARROW)
    assert not page.js("return document.querySelector('#exercises thead').checkVisibility()") and not page.overflow()
    assert page.js("return document.querySelector('#exercises td.dt-p3').checkVisibility()"), "a card leaves nothing out"
    page.login(house.player).open("/exercises", LIST).click(f"{LIST} .dt-tick input")
    box = page.js("const row = document.querySelector('tr.is-chosen'); return ['input', '.dt-text', '.dt-menu button'].map((css) => {"
                  "const at = row.querySelector(css).getBoundingClientRect(); return [at.left, at.right]; })")
    assert box[0][1] <= box[1][0] and box[1][1] <= box[2][0], "the name lies under nothing"


def test_three_calls_side_by_side(page, house):
    """Finding 10: nothing waits for what it does not depend on."""
    page.login(house.player).cdp("Network.enable")
    page.cdp("Network.emulateNetworkConditions", offline=False, latency=300, downloadThroughput=-1, uploadThroughput=-1)
    page.open("/exercises", LIST)
    times = page.js("""return Object.fromEntries(performance.getEntriesByType('resource').filter((one) => one.name.includes('/api/'))
        .map((one) => [new URL(one.name).pathname, [one.startTime, one.responseEnd]]))""")
    assert set(CALLS) <= set(times)
    assert max(times[one][0] for one in CALLS) < min(times[one][1] for one in CALLS), times


# ---- who sees what ----

def menu(page, row=f"{LIST}:has(.badge-good)"):
    """The items of the menu of a row."""
    page.click(f"{row} .dt-menu button").has("[role=menu]")
    found = [text.strip() for text in page.texts("[role=menuitem]")]
    page.keys(Keys.ESCAPE)
    return found


@pytest.mark.parametrize("role, items", [
    ("MEMBER", ["Play again"]),
    ("FACILITATOR", ["Results", "Open report", "Rename", "Play again"]),
    ("AUDITOR", ["Results", "Open report"]),
    ("CLIENT_ADMIN", ["Results", "Open report", "Rename", "Play again", "Delete"])])
def test_c15_results_are_for_those_who_may_see_them(page, house, role, items):
    """Finding 1, C15: a colleague's accuracy and result are neither shown nor linked; leaders and auditors have them."""
    page.login(house.colleagues[role]).open("/exercises?scope=all&status=COMPLETED", LIST)
    assert menu(page) == items
    shown = accuracies(page)
    if role == "MEMBER":
        assert set(shown) == {None} and page.count(f"{LIST} a[href*=result]") == 0
    else:
        assert None not in shown and page.count(f"{LIST} a[href*=result]") == 50
    assert (page.count(".dt-tick") > 0) == (role == "CLIENT_ADMIN"), "rows are chosen where something can be done with them"


def test_an_auditor_has_one_list(page, house):
    page.login(house.colleagues["AUDITOR"]).open("/exercises", LIST)
    assert page.texts("[role=tab]") == ["All exercises"] and set(rows(page, "[data-label='Created by']")) == {"Pat Player"}
    assert not page.texts("a[href^='/exercises/new']")


def test_somebody_new_starts_with_an_own_list(page, house):
    """Finding 5: an invited colleague has an own start and one thing to do, not everybody's exercises."""
    page.login(house.colleagues["MEMBER"]).open("/exercises", ".empty")
    assert page.has(".empty h2") == "No exercises yet" and page.count(LIST) == 0
    assert [text.strip() for text in page.texts("main a[href^='/exercises/new']")] == ["Start your first exercise"]
    page.click("[role=tab]", "All exercises").has(LIST)
    assert query(page) == {"scope": "all"} and page.texts("main a[href^='/exercises/new']") == ["New exercise"]
    page.driver.back()
    page.has(".empty", "No exercises yet")
    assert query(page) == {}


# ---- what is done with them ----

@pytest.fixture(name="small")
def small_house(page):
    client = Client(page.instance).register().signin()
    client.runs = [client.generate(theme, questionCount=3) for theme in ("bec", "ransomware", "cloud-breach")]
    page.login(client).open("/exercises", LIST)
    return client


def choose(page, item):
    """Opens the menu of the first row by keyboard and takes an item."""
    page.js("document.querySelector(arguments[0] + ' .dt-menu button').focus()", LIST)
    page.keys(Keys.ENTER).has("[role=menu]")
    page.keys(item[0]).press(Keys.ENTER, item)


def test_an_exercise_gets_a_name_of_its_own(page, small):
    """Finding 8: exercises of one theme can be told apart."""
    run = small.runs[-1]
    title = small.session(run)["title"]
    choose(page, "Rename")
    page.focused("#exercise-name").keys("Berth <b>7</b> drill", Keys.ENTER).has(".toast", "Renamed to Berth <b>7</b> drill.")
    assert small.session(run)["name"] == "Berth <b>7</b> drill" and page.count("main b") == 0
    assert names(page)[0] == "Berth <b>7</b> drill" and rows(page, ".dt-note") == [title]
    page.focused(f"{LIST} .dt-menu button").reload().has(LIST)
    assert names(page)[0] == "Berth <b>7</b> drill"
    choose(page, "Rename")
    page.focused("#exercise-name")
    assert page.js("return document.getElementById('exercise-name').maxLength") == 120
    page.keys(Keys.DELETE, Keys.ENTER).has(".toast", "is called")
    assert small.session(run)["name"] is None and names(page)[0] == title


def test_delete_asks_first(page, small):
    """Escape and "Keep exercise" change nothing and give the focus back; the confirmed exercise is gone on the server."""
    gone = small.runs[-1]
    choose(page, "Delete")
    page.sees("goes for good").press(Keys.ENTER, "Keep exercise").focused(f"{LIST} .dt-menu button")
    choose(page, "Delete")
    page.has("dialog")
    page.keys(Keys.ESCAPE).focused(f"{LIST} .dt-menu button")
    assert len(small.call("GET", "/api/portal/sessions")) == 3
    choose(page, "Delete")
    page.has("dialog")
    page.tab_to("Delete exercise").press(Keys.ENTER).has(".toast", "Exercise deleted.")
    assert gone not in [row["id"] for row in small.call("GET", "/api/portal/sessions")] and page.count(LIST) == 2
    small.refused("GET", f"/api/ttx/session/{gone}", 404, "not_found")


def test_several_are_deleted_at_once(page, small):
    page.click(f"{LIST} .dt-tick input").click(f"{LIST}:nth-child(2) .dt-tick input").has(".dt-bulk", "2 selected")
    page.click(".dt-bulk button", "Delete").has("dialog", "Delete 2 exercises?")
    page.click("dialog button", "Keep exercises")
    assert len(small.call("GET", "/api/portal/sessions")) == 3 and "2 selected" in page.has(".dt-bulk")
    page.click(".dt-bulk button", "Delete").click("dialog button", "Delete 2 exercises").has(".toast", "2 exercises deleted.")
    assert [row["id"] for row in small.call("GET", "/api/portal/sessions")] == [small.runs[0]] and page.count(LIST) == 1
    assert page.count(".dt-bulk") == 0
    page.click(".dt-all").click(".dt-bulk button", "Delete").click("dialog button", "Delete exercise").has(".empty", "No exercises yet")


def test_play_again_asks(page, small):
    choose(page, "Play again")
    page.has("dialog", "Play this exercise again?")
    page.keys(Keys.ESCAPE).focused(f"{LIST} .dt-menu button")
    assert len(small.call("GET", "/api/portal/sessions")) == 3


# ---- looks ----

def test_progress_is_seen_in_contrast_themes(page, house):
    """Finding 2: how far a run has come is there where backgrounds are taken away."""
    forced(page.login(house.player).open("/exercises?status=IN_PROGRESS", LIST))
    bar = f"{LIST} .bar"
    before = pixels(page, bar)
    page.js("document.querySelector(arguments[0]).value = 6", bar)
    full = pixels(page, bar)
    page.js("document.querySelector(arguments[0]).style.visibility = 'hidden'", bar)
    assert len({before, full, pixels(page, bar)}) == 3


def test_other_languages(page, house):
    page.login(house.player)
    for lang, words in (("de", ("Meine Übungen", "Trefferquote", "Abgeschlossen")), ("fr", ("Mes exercices", "Précision"))):
        page.open(f"/exercises?lang={lang}&status=COMPLETED", LIST).sees(*words)
        text = page.js("return document.querySelector('main').innerText")
        assert not [one for one in ("Exercise", "Accuracy", "Completed", "Load more", "Search") if one in text]
    page.look_like(WIDE)
    assert not page.overflow()
