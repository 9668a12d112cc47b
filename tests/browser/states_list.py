"""States of the list of exercises. Loaded by states.py."""
from tests.browser.states import LIST, LONG, plain, state

plain("list-empty", "/exercises", "newcomer", until=".empty")
plain("list-full", "/exercises", "player", until=LIST)
plain("list-all", "/exercises?scope=all&status=COMPLETED", "player", until=LIST)
plain("list-many", "/exercises", "many", until=LIST)
plain("list-no-match", "/exercises?q=no+such+exercise&status=COMPLETED", "player", until=".empty")


@state("list-chosen", "player")
def list_chosen(page, _):
    page.open("/exercises", LIST).click("#exercises tbody .dt-tick input").has(".dt-bulk", "1")


@state("list-menu", "player")
def list_menu(page, _):
    page.open("/exercises", LIST).click("#exercises tbody .dt-menu button").has("[role=menu]", "Delete")


@state("list-rename", "player")
def list_rename(page, _):
    list_menu(page, _)
    page.click("[role=menuitem]", "Rename").has("dialog", "Rename exercise")
    page.keys(LONG)


@state("list-delete", "player")
def list_delete(page, _):
    list_menu(page, _)
    page.click("[role=menuitem]", "Delete").has("dialog", "Delete this exercise?")
