"""What tests do with data tables: rows, cells, the menu of a row, by keyboard."""
from selenium.webdriver.common.keys import Keys

from tests.lib.instance import wait_for

ROW = "tbody tr:not([aria-hidden])"


def rows(page, box):
    """The first cell of each row that is there, as it is read."""
    return page.js("return Array.from(document.querySelectorAll(arguments[0])).map((one) => one.innerText.trim())", f"{box} {ROW} .dt-main")


def cells(page, box, label):
    """One column, by its label."""
    return page.js("return Array.from(document.querySelectorAll(arguments[0])).map((one) => one.innerText.trim())",
                   f"{box} {ROW} [data-label='{label}']")


def settled(page, box, count):
    """Waits until the list shows so many rows."""
    wait_for(lambda: not page.count(f"{box}[aria-busy]") and len(rows(page, box)) == count, f"{count} rows (there are {rows(page, box)})")
    return page


def choose(page, item):
    """In the menu that is open: along its entries with the arrow key to this one, then Enter."""
    page.focused("[role^=menuitem]")
    for _ in range(page.count("[role^=menuitem]")):
        if page.js("return document.activeElement.textContent") == item:
            return page.keys(Keys.ENTER)
        page.keys(Keys.ARROW_DOWN)
    raise AssertionError(f"the menu has no {item!r}: {page.texts('[role^=menuitem]')}")


def act(page, name, item, back=False):
    """The menu of a row, from wherever the focus is."""
    page.tab_to(f"Actions for {name}", back=back, of="button").keys(Keys.ENTER)
    return choose(page, item)


def pick(page, box, name, value):
    """Chooses in a filter above a list."""
    page.js("const one = document.querySelector(arguments[0]); one.value = arguments[1];"
            "one.dispatchEvent(new Event('change', {bubbles: true}))", f"{box} select[name={name}]", value)
    return page


def click(page, box, item):
    """An entry of the first menu there is, with the mouse."""
    return page.click(f"{box} tbody .dt-menu button").click("[role=menuitem]", item)


def unfold(page, css="main details"):
    """Opens all folds."""
    page.js("document.querySelectorAll(arguments[0]).forEach((one) => { one.open = true; })", css)
    return page
