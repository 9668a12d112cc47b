"""Certificate and report at the longest texts that their fields take: nothing overlaps, nothing is cut off, the sheets stay as many."""
import base64
import os
import pathlib
import re

import pytest

from tests.lib import Client, offered

SHOTS = os.environ.get("SCREENS")
# Of 80, 80, 120 and 200 characters: the widest letters, wide signs of East Asia, words, and a name as people have it.
TEXTS = {
    "widest": ["W" * 80, "W" * 80, "W" * 120, "W" * 200],
    "cjk": ["漢" * 80, "字" * 80, "社" * 120, "文" * 200],
    "words": [("Maximiliane " * 7)[:80].strip(), ("Hohenlohe " * 8)[:80].strip(), ("Gesellschaft " * 10)[:120].strip(),
              ("Zeile " * 34)[:200].strip()],
    "arabic": ["م" * 80, "ح" * 80, "ش" * 120, "ن" * 200],
    "usual": ["Robin", "Example", "Example Ltd", "Internal"],
}
# Boxes of the parts that must neither overlap nor leave the sheet, and whether something is cut off.
BOXES = """
    const sheet = document.querySelector('.cert').getBoundingClientRect(), cert = document.querySelector('.cert');
    const parts = ['header', '.void', '.statement', '.seal', 'footer'].map((one) => document.querySelector(one)).filter(Boolean);
    const boxes = parts.map((one) => [one.className || one.tagName, one.getBoundingClientRect()]);
    const wrong = [];
    boxes.forEach(([name, a], i) => {
      if (a.top < sheet.top || a.left < sheet.left || a.right > sheet.right || a.bottom > sheet.bottom) {
        wrong.push(name + ' leaves the sheet');
      }
      boxes.slice(i + 1).forEach(([other, b]) => {
        if (a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5) {
          wrong.push(name + ' over ' + other);
        }
      });
    });
    document.querySelectorAll('.statement *, footer *').forEach((one) => {
      if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display === 'block') {
        wrong.push(one.className + ' is wider than its box');
      }
    });
    const text = document.querySelector('.statement').getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(document.querySelector('.statement'));
    const outside = (r) => r.bottom > text.bottom + 1 || r.right > text.right + 1;
    [...range.getClientRects()].filter(outside).forEach(() => wrong.push('text outside'));
    return wrong;"""


def pages(page):
    """How many sheets a print has."""
    made = page.cdp("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
    return len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(made["data"])))


def shot(page, name):
    """For whoever wants to look: SCREENS names a folder."""
    if SHOTS:
        made = page.cdp("Page.captureScreenshot", captureBeyondViewport=True)
        (pathlib.Path(SHOTS) / f"{name}.png").write_bytes(base64.b64decode(made["data"]))


@pytest.fixture(scope="module", params=TEXTS, ids=str)
def person(request, instance):
    """Somebody whose names, organisation and footer are as long as they may be, with a completed exercise."""
    first, last, organization, footer = TEXTS[request.param]
    client = Client(instance).register(first=first, last=last, organization=organization).signin()
    client.call("PUT", "/api/portal/branding", json={"displayName": organization, "footerText": footer})
    client.texts = request.param
    client.exercise = client.run("ransomware", "best", questionCount=12)
    return client


ROLES = ("CISO", "Incident lead", "SOC analyst", "Cloud operations", "DPO", "Legal counsel", "Communications", "CFO", "HR",
         "Vendor manager", "CEO", "Business owner", "IT operations")


@pytest.mark.parametrize("kind", ["valid", "expired"])
def test_the_certificate_holds_the_longest_texts(page, instance, person, kind):
    """On the screen and on paper; with the line that says that it has expired as well."""
    page.login(person)
    person.call("GET", f"/api/portal/certificate?sessionId={person.exercise}")
    until = "now() + interval '1 year'" if kind == "valid" else "now() - interval '1 day'"
    instance.sql(f"UPDATE muster.certificate SET valid_until = {until} WHERE exercise_id = %s", person.exercise)
    for size, media in (((1300, 900), ""), ((1122, 793), "print"), ((1050, 700), "")):
        page.look_like(size, media=media).open(f"/api/portal/certificate?sessionId={person.exercise}")
        shot(page, f"certificate-{person.texts}-{kind}-{media or size[0]}")
        assert page.driver.execute_script(BOXES) == [], (size, media)
    page.look_like((1300, 900))
    assert pages(page) == 1
    if person.texts == "usual":
        assert page.driver.execute_script("return getComputedStyle(document.querySelector('.holder')).fontSize") == "40px"


@pytest.fixture(scope="module")
def translated(instance):
    with offered(instance, "ransomware", "de", "fr"):
        yield


# Texts that are read, smaller than 7 pt: the size on paper, of drawings too.
SMALL = """
    const small = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
      const one = node.parentElement, svg = one.closest('svg');
      if (!node.data.trim() || one.closest('title, desc, style') || !one.getClientRects().length) { continue; }
      const box = svg && svg.viewBox.baseVal;
      const scale = box && box.width ? svg.getBoundingClientRect().width / box.width : 1;
      const points = parseFloat(getComputedStyle(one).fontSize) * scale * 0.75;
      if (points < 6.99) { small.push(points.toFixed(2) + ' pt: ' + node.data.trim().slice(0, 40)); }
    }
    return small;"""


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("count", [6, 30])
def test_print_is_large_enough_to_read(page, instance, translated, language, count):
    """Finding 11: nothing on the report's two sheets is smaller than 7 pt, in any language; with a trend, too, and the sheets hold it."""
    client = Client(instance).register().signin()
    for seed in range(3):
        exercise = client.run("ransomware", "mixed" if seed else "worst", questionCount=count, language=language, seed=seed)
    page.login(client).look_like((695, 1047), media="print").open(f"/api/portal/report?sessionId={exercise}")
    shot(page, f"print-{language}-{count}")
    assert page.driver.execute_script(SMALL) == []
    assert pages(page) == 2


@pytest.mark.parametrize("language", ["de", "fr"])
@pytest.mark.parametrize("choose", ["best", "worst"])
def test_the_report_holds_the_longest_texts_in_other_languages(page, person, translated, choose, language):
    """Two sheets in every language: German and French are longer."""
    name = TEXTS[person.texts][0]
    exercise = person.run("ransomware", choose, questionCount=30, difficulty="EXPERT", language=language,
                          selectedCharacters=[{"name": name, "role": role, "department": name} for role in ROLES])
    page.login(person).look_like((695, 1047), media="print").open(f"/api/portal/report?sessionId={exercise}")
    shot(page, f"print-{language}-{person.texts}-{choose}")
    assert pages(page) == 2
    page.look_like((360, 800))
    assert page.driver.execute_script("return document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("choose", ["best", "worst"])
def test_the_report_holds_the_longest_texts(page, person, choose):
    """Two sheets, and nothing beyond their edges; with 30 wrong answers and people and tools of long names as well."""
    exercise = person.exercise
    if choose == "worst":
        name = TEXTS[person.texts][0]
        exercise = person.run("ransomware", "worst", questionCount=30, difficulty="EXPERT",
                              selectedCharacters=[{"name": name, "role": role, "department": name} for role in ROLES])
    page.login(person).look_like((1300, 900)).open(f"/api/portal/report?sessionId={exercise}")
    shot(page, f"report-{person.texts}-{choose}")
    assert page.driver.execute_script("return document.documentElement.scrollWidth") <= 1300
    page.look_like((695, 1047), media="print")
    shot(page, f"print-{person.texts}-{choose}")
    assert pages(page) == 2
    page.look_like((360, 800))
    assert page.driver.execute_script("return document.documentElement.scrollWidth") <= 360


MARKS = {"override": "Acme‮ evil", "isolate": "Acme⁧ evil", "closed": "Acme⁩‮ evil", "embedding": "Acme‫ evil",
         "mark": "Acme‏ evil", "name": "شركة 12", "unbalanced": "Acme⁦⁧‭ evil⁩⁩⁩‮"}
# The words of ours around a value: each must begin right of where the one before begins, on the same line or below.
ORDER = """
    const selector = arguments[0], wrong = [];
    let words = arguments[1];
    const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
      if (node.parentElement.closest('bdi')) { continue; }
      words.forEach((word) => {
        const at = node.data.indexOf(word);
        if (at < 0) { return; }
        let before = null;
        for (let i = at; i < at + word.length; i += 1) {
          const range = document.createRange();
          range.setStart(node, i);
          range.setEnd(node, i + 1);
          const box = range.getBoundingClientRect();
          if (before && box.width && box.top < before.bottom - 2 && box.left < before.left) { wrong.push(word + ' at ' + i); }
          before = box.width ? box : before;
        }
        words = words.filter((one) => one !== word);
      });
    }
    return wrong.concat(words.map((word) => word + ' is missing'));"""


@pytest.mark.parametrize("kind", MARKS)
def test_marks_of_direction_do_not_turn_our_words_round(page, instance, kind):
    """On certificate and report; the words around a name keep their order, whatever is in the name."""
    value = MARKS[kind]
    client = Client(instance).register(first=value, last=value, organization=value).signin()
    exercise = client.run("bec", "best", questionCount=12)
    page.login(client).look_like((1300, 900))
    page.open(f"/api/portal/certificate?sessionId={exercise}")
    shot(page, f"bidi-certificate-{kind}")
    words = ["This records that", " completed the tabletop exercise", "decisions (accuracy 100"]
    assert page.driver.execute_script(ORDER, ".statement", words) == []
    page.open(f"/api/portal/report?sessionId={exercise}")
    shot(page, f"bidi-report-{kind}")
    words = ["To find out, without blame", " decide when this happens", "measured against"]
    assert page.driver.execute_script(ORDER, ".purpose", words) == []
