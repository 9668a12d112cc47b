"""States of the page that shows every part."""
from selenium.webdriver.common.keys import Keys

from tests.browser.states import plain, state

DESIGN = "/design"

plain("design", DESIGN, until="#table-box tbody tr:not([aria-hidden])")
plain("design-empty", DESIGN + "?state=empty", until="#table-box .empty")
plain("design-none", DESIGN + "?state=none&q=zzz", until="#table-box .empty")
plain("design-error", DESIGN + "?state=error", until="#table-box .notice-bad")


@state("design-chosen")
def design_chosen(page, _):
    """Rows chosen, a filter and a search, a menu open."""
    page.open(DESIGN + "?status=good&q=1", "#table-box .chip").click("tbody .dt-tick input").has(".dt-bulk", "1")


@state("design-menu")
def design_menu(page, _):
    page.open(DESIGN, "#table-box .dt-menu").click("#table-box tbody .dt-menu button").has("[role=menu]", "Delete")


@state("design-toast")
def design_toast(page, _):
    page.open(DESIGN, "#toast-box").click("#toast-box button", "way back").has(".toast button", "Undo")


@state("design-drawer")
def design_drawer(page, _):
    page.open(DESIGN, "#open-drawer").click("#open-drawer").has("dialog.drawer", "Escape")


@state("design-combobox")
def design_combobox(page, _):
    page.open(DESIGN, "#d-one").click("#d-one").has("#d-one-list [role=option]", "Person 1")
    page.keys(Keys.ARROW_DOWN)


@state("design-tables")
def design_tables(page, _):
    """The table behind each chart."""
    page.open(DESIGN, "#charts-box figure").js("document.querySelectorAll('.chart-behind').forEach((one) => { one.open = true; })")
