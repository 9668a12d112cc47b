#!/usr/bin/python3
"""screens.py [NAME...]: pictures of every page in every state, three widths and two schemes, with an index page (not a test).

`make screenshots` runs it; the pictures come into VAR/screenshots (var/screenshots without VAR). Names, or parts of them, choose states:
/usr/bin/python3 -m tests.browser.screens play result. Starts an instance of its own. Run it from the top of the tree.
"""
import base64
import html
import os
import pathlib
import sys
import traceback

from tests.browser.page import Chromium, Page
from tests.browser.states import STATES, Cast
from tests.lib.instance import ROOT, Instance

SIZES = {"360": (360, 740), "768": (768, 1024), "1440": (1440, 900)}
SCHEMES = ("light", "dark")
PAPERS = ("report", "certificate")
FOLDER = pathlib.Path(os.environ.get("VAR") or ROOT / "var") / "screenshots"


def shot(page, file):
    file.write_bytes(base64.b64decode(page.cdp("Page.captureScreenshot", format="png")["data"]))


def picture(page, file, size, dark):
    """The whole page in a window as high as it is, so that what sticks to an edge is at that edge."""
    height = page.cdp("Page.getLayoutMetrics")["cssContentSize"]["height"]
    page.look_like((size[0], min(max(height, size[1]), 12000)), dark)
    shot(page, file)


def shoot(page, cast, name):
    STATES[name].enter(page, cast)
    for width, size in SIZES.items():
        for scheme in SCHEMES:
            page.look_like(size, scheme == "dark")
            page.js("window.scrollTo(0, 0)")
            if name.startswith("play-"):  # also what is seen without scrolling
                shot(page, FOLDER / f"{name}-{width}-{scheme}-fold.png")
            picture(page, FOLDER / f"{name}-{width}-{scheme}.png", size, scheme == "dark")


def paper(page, cast, name):
    STATES[name].enter(page, cast)
    printed = page.cdp("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
    (FOLDER / f"{name}.pdf").write_bytes(base64.b64decode(printed["data"]))


def index():
    """A page of all pictures that are there, by state; those of an earlier run too."""
    rows = []
    for name in STATES:
        files = sorted(FOLDER.glob(f"{name}-[0-9]*.png"), key=lambda file: (int(file.stem[len(name) + 1:].split("-")[0]), file.stem))
        links = [f'<a href="{html.escape(one.name)}"><img loading="lazy" src="{html.escape(one.name)}" alt="{html.escape(one.stem)}">'
                 f"<span>{html.escape(one.stem[len(name) + 1:])}</span></a>" for one in files]
        if links:
            rows.append(f'<section id="{html.escape(name)}"><h2>{html.escape(name)}</h2><div>{"".join(links)}</div></section>')
    style = ("body{font:14px system-ui;margin:2rem;background:#f5f6f8}div{display:flex;gap:1rem;overflow-x:auto;align-items:start}"
             "img{height:320px;width:auto;max-width:480px;object-fit:cover;object-position:top;border:1px solid #ccc;display:block}"
             "h2{font-size:1rem;margin-top:2rem}a{flex:none}")
    page = (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Screenshots</title><style>{style}</style></head>'
            f"<body><h1>Screenshots</h1>{''.join(rows)}</body></html>\n")
    (FOLDER / "index.html").write_text(page, encoding="utf-8")


def main():
    wanted = [name for name in STATES if not sys.argv[1:] or any(part in name for part in sys.argv[1:])]
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = []
    with Instance() as instance:
        browser = Chromium()
        try:
            cast = Cast(instance)
            for name in wanted:
                try:
                    shoot(Page(browser.driver, instance).fresh(), cast, name)
                    if name in PAPERS:
                        paper(Page(browser.driver, instance).fresh(), cast, name)
                    print(name, flush=True)
                except Exception:  # one state that cannot be reached must not cost the pictures of the others
                    traceback.print_exc()
                    failed.append(name)
        finally:
            browser.close()
            index()
    print(f"{len(wanted) - len(failed)} of {len(wanted)} states: {FOLDER / 'index.html'}")
    sys.exit(f"not reached: {failed}" if failed else 0)


if __name__ == "__main__":
    main()
