"""D5: names, organisation, titles and own words full of markup are text on every page."""
import re

from tests.browser.states import LIST
from tests.lib import Client

BAD = '"><img src=x onerror=alert(1)>'
FIRST, LAST, ORG = "<b>Bo</b>", "<script>alert(2)</script>", f"O'Neil & {BAD}"


def check(page, *texts):
    page.sees(*texts)
    made = page.js("return Array.from(document.querySelectorAll('b, i, script')).map((one) => one.textContent.trim())")
    assert page.count('img[src="x"]') == 0 and not {"Bo", "Ann", "alert(2)"} & set(made)


def test_d5_markup_is_text_on_every_page(page):
    client = Client(page.instance).register(first=FIRST, last=LAST, organization=ORG).signin()
    exercise = client.generate("ransomware", difficulty="BEGINNER", questionCount=3, customIncident=BAD,
                               selectedCharacters=[{"name": "<i>Ann</i>", "role": "CISO"}])
    page.login(client).open("/exercises?scope=all", LIST)
    check(page, f"{FIRST} {LAST}")
    page.click("#site-tools .menu > button")
    check(page, ORG, f"{FIRST} {LAST}")
    page.open(f"/exercises/{exercise}/play", ".opening").click(".opening-go .btn").has("#q-title")
    check(page)
    assert page.count("main i") == 0
    client.play(exercise, "best")
    page.open(f"/exercises/{exercise}/result", ".result-head").click("button", "Open all")
    check(page)
    page.open(f"/api/portal/report?sessionId={exercise}")
    check(page, ORG)
    page.open(f"/api/portal/certificate?sessionId={exercise}")
    check(page, f"{FIRST} {LAST}", ORG)
    page.fresh().open("/verify/" + client.session(exercise)["certificate"]["id"], ".seal")
    check(page, f"{FIRST} {LAST}", ORG)


def test_d5_names_in_the_story_are_text(page):
    """Characters appear by name in the story: with markup in it, letter for letter."""
    client = Client(page.instance).register().signin()
    roles = ("CISO", "Incident lead", "SOC analyst", "IT operations", "Legal counsel", "Communications", "Chief executive", "Finance")
    exercise = client.generate("ransomware", questionCount=12, seed=3,
                               selectedCharacters=[{"name": f"<i>N{i}</i>", "role": role} for i, role in enumerate(roles)])
    client.play(exercise, "best")
    page.login(client).open(f"/exercises/{exercise}/result", ".result-head").click("button", "Open all")
    assert page.count("main i") == 0 and re.search("<i>N[0-9]</i>", page.js("return document.body.innerText"))
