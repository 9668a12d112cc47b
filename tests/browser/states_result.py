"""States of the result page. Loaded by states.py."""
from tests.browser.states import plain, state

HEAD = ".result-head"


def result_of(run):
    return lambda cast: f"/exercises/{getattr(cast.player, run)}/result"


plain("result", result_of("good"), "player", until=HEAD)
plain("result-mixed", result_of("mixed"), "player", until=HEAD)
plain("result-bad", result_of("bad"), "player", until=HEAD)
plain("result-poor", lambda cast: result_of("mixed")(cast) + "?show=poor&stage=2", "player", until=HEAD)
plain("result-none", lambda cast: result_of("good")(cast) + "?show=poor", "player", until=HEAD)


@state("result-open", "player")
def result_open(page, cast):
    page.open(result_of("short")(cast), HEAD).click("button", "Open all").has(".result-item-body")


@state("result-again", "player")
def result_again(page, cast):
    page.open(result_of("mixed")(cast), HEAD).click("button", "Play again").has("dialog", "Play this exercise again?")


@state("result-arabic", "player")
def result_arabic(page, cast):
    page.open(result_of("mixed")(cast) + "?lang=ar", HEAD)
