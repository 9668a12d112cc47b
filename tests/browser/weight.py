"""What a page weighs: bytes and requests as the browser counts them (Resource Timing), at the first visit and at the next one."""

CLEAR = "Network.clearBrowserCache"
COUNT = """
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return all.filter((one) => one.transferSize).map((one) => [one.name, one.encodedBodySize]);"""


def transfers(page):
    """[(address, bytes of the body as sent)] of what the page asked for since it was opened, without what came from the cache."""
    return page.js(COUNT)


def cold(page, enter):
    """As somebody who was never here; enter() opens the page."""
    page.cdp(CLEAR)
    enter()
    return transfers(page)


def warm(page):
    """As somebody who comes back to the page by a link."""
    address = page.driver.current_url
    page.driver.get("about:blank")
    page.open(address)
    return transfers(page)
