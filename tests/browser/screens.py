#!/usr/bin/python3
"""screens.py [NAME...]: pictures of every page in every state, two sizes and two schemes, into BUILD/screens/ (not a test).

Starts an instance of its own. Run it from the top of the tree: /usr/bin/python3 -m tests.browser.screens play
"""
import base64
import sys
import traceback

from tests.browser.page import Chromium, Page
from tests.browser.states import STATES, Cast
from tests.lib.instance import BUILD, Instance

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
FOLDER = BUILD / "screens"


def picture(page, file, size, dark):
    """The whole page in a window as high as it is, so that what sticks to an edge is at that edge."""
    height = page.cdp("Page.getLayoutMetrics")["cssContentSize"]["height"]
    page.look_like((size[0], min(max(height, size[1]), 12000)), dark)
    file.write_bytes(base64.b64decode(page.cdp("Page.captureScreenshot", format="png")["data"]))


def shoot(page, cast, name):
    STATES[name].enter(page, cast)
    for size_name, size in SIZES.items():
        for scheme in ("light", "dark"):
            page.look_like(size, scheme == "dark")
            page.js("window.scrollTo(0, 0)")
            if name.startswith("play-"):  # also what is seen without scrolling
                shot = page.cdp("Page.captureScreenshot", format="png")
                (FOLDER / f"{name}-{size_name}-{scheme}-fold.png").write_bytes(base64.b64decode(shot["data"]))
            picture(page, FOLDER / f"{name}-{size_name}-{scheme}.png", size, scheme == "dark")


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
                    print(name, flush=True)
                except Exception:  # one state that cannot be reached must not cost the pictures of the others
                    traceback.print_exc()
                    failed.append(name)
            page = Page(browser.driver, instance).fresh()
            for name in ("report", "certificate"):
                if name in wanted:
                    STATES[name].enter(page, cast)
                    paper = page.cdp("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
                    (FOLDER / f"{name}.pdf").write_bytes(base64.b64decode(paper["data"]))
        finally:
            browser.close()
    sys.exit(f"not reached: {failed}" if failed else 0)


if __name__ == "__main__":
    main()
