"""Style sheets keep to their rules: layers, tokens, three breakpoints, sizes that follow the reader's, no left and right."""
import re
from html.parser import HTMLParser

import pytest

from nginx import stamp
from tests.lib.instance import BUILD, ROOT

CSS = ROOT / "nginx/html/css"
BREAKPOINTS = {"30em", "48em", "70em"}
FILES = sorted(path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css"))
PHYSICAL = (r"(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
            r"|border-(?:top|bottom)-(?:left|right)-radius")


def rules(name):
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("name", FILES)
def test_a_style_sheet_keeps_to_the_tokens(name):
    text = rules(name)
    assert "@layer" not in text and "@import" not in text, "stamp.py puts a file into its layer"
    if name != "tokens.css":
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\brgba?\(|\bhsla?\(", text), "a colour beside the tokens"
        assert not re.findall(r"[\d.]+px\b", text), "a size in pixels beside the tokens"
    assert not re.findall(PHYSICAL, text)
    assert not re.findall(r"prefers-color-scheme", text), "light-dark() of a token says it"


@pytest.mark.parametrize("name", FILES)
def test_there_are_three_breakpoints(name):
    for query in re.findall(r"@media ([^{]+)\{", rules(name)):
        for kind, size in re.findall(r"\((min|max)-width: ([^)]+)\)", query):
            wanted = BREAKPOINTS if kind == "min" else {f"{int(one[:-2]) - .01:.2f}em" for one in BREAKPOINTS}
            assert size in wanted, query
        for size in re.findall(r"-height: ([^)]+)\)", query):
            assert size in ("31em", "30.99em"), query


def test_every_token_is_set_and_used():
    """What is used is set, what is set in tokens.css is used."""
    every = "".join(path.read_text(encoding="utf-8") for path in CSS.rglob("*.css"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "nginx/html/js").rglob("*.js") if "vendor" not in path.parts)
    used = set(re.findall(r"var\((--[\w-]+)", every + scripts))
    given = set(re.findall(r"(--[\w-]+)\s*:", every)) | set(re.findall(r"setProperty\('(--[\w-]+)'", scripts))
    assert used <= given, used - given
    assert set(re.findall(r"(--[\w-]+)\s*:", rules("tokens.css"))) <= used


def test_a_class_has_one_meaning():
    """A class of its own (".name {" at the begin of a rule) is set up in one style sheet; others may only narrow it (".page .name")."""
    homes = {}
    for name in FILES:
        for selectors in re.findall(r"(?:^|\})\s*([^{}@]+)\{", rules(name)):
            for one in selectors.split(","):
                if re.fullmatch(r"\s*\.[\w-]+\s*", one):
                    homes.setdefault(one.strip(), set()).add(name)
    shared = {name: sorted(files) for name, files in homes.items() if len(files - {"parts/forced.css", "print.css"}) > 1}
    assert not shared, shared


def test_every_rule_is_in_its_layer():
    """As stamped: one order in every file, nothing outside of a layer."""
    order = f"@layer {', '.join(stamp.LAYERS)};\n"
    for name, data in stamp.style_files(CSS).items():
        text = re.sub(r"/\*.*?\*/", "", data.decode(), flags=re.S)
        assert text.startswith(order), name
        depth, outside = 0, ""
        for one in text[len(order):]:
            outside += one if depth == 0 and one not in "{}" else ""
            depth += {"{": 1, "}": -1}.get(one, 0)
            assert depth >= 0, name
        assert depth == 0 and not re.sub(r"@layer \w+|\s", "", outside), name
        assert set(re.findall(r"@layer (\w+) \{", text)) <= set(stamp.LAYERS)


class Needs(HTMLParser):
    """Addresses of what a page fetches before anybody does anything."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in ("script", "img") and "src" in named:
            self.found.add(named["src"])
        elif tag == "link" and named.get("rel") in ("stylesheet", "modulepreload", "preload", "icon"):
            self.found.add(named["href"])


def sent(path):
    """Bytes as nginx sends them."""
    packed = path.with_name(path.name + ".gz")
    return (packed if packed.exists() else path).stat().st_size


@pytest.mark.parametrize("page", sorted(stamp.read_pages()))
def test_a_page_is_at_most_100_kib(page):
    """In every language: the page, its styles, scripts, font and pictures, compressed."""
    site = BUILD / "site"
    for file in site.glob(f"*/{page}.html"):
        needs = Needs(file.read_text(encoding="utf-8")).found
        assert any(one.endswith("inter.woff2") for one in needs) and any(one.endswith("common.css") for one in needs)
        size = sent(file) + sum(sent(site / one.lstrip("/")) for one in needs)
        assert 30 * 1024 < size <= 100 * 1024, f"{file.relative_to(site)}: {size} bytes"
