"""One headless Chromium: opens pages, presses keys, looks, and notes everything that goes wrong on the way."""
import os
import pathlib
import re
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.lib.instance import ROOT, wait_for

AXE = (ROOT / "tests/vendor/axe/axe.min.js")
SCRIPTS = pathlib.Path(__file__).with_name("look.js").read_text(encoding="utf-8")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server", "--hide-scrollbars",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", "--force-color-profile=srgb", "--lang=en-GB")
LOADED = "return document.readyState === 'complete' && !document.querySelector('[aria-busy=\"true\"], .btn[aria-disabled=\"true\"]')"
WIDE, NARROW = (1280, 800), (360, 800)


class Chromium:
    """The browser process, with its own empty profile and home folder and without a network beyond this machine."""

    def __init__(self, folder=None):
        self.home = tempfile.TemporaryDirectory(prefix="chromium-", dir=folder)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in FLAGS + (f"--user-data-dir={self.home.name}/profile",):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TMPDIR")
        env = {**os.environ, **{name: self.home.name for name in names}, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        os.environ["no_proxy"] = "localhost,127.0.0.1"
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver", env=env), options=options)
        self.driver.set_script_timeout(60)
        self.driver.set_page_load_timeout(60)

    def close(self):
        try:
            self.driver.quit()
        finally:
            self.home.cleanup()


class Page:
    """What one test sees of it. allow() names the failed requests that belong to the test; all others fail it."""

    def __init__(self, driver, instance):
        self.driver = driver
        self.instance = instance
        self.base = instance.base_url
        self.allowed = []
        self.noted = []

    # ---- beginning and end ----

    def fresh(self):
        """Forgets everybody: no cookie, no storage, one window, light, wide, online."""
        driver = self.driver
        first, *others = driver.window_handles
        for window in others:
            driver.switch_to.window(window)
            driver.close()
        driver.switch_to.window(first)
        self.online()
        driver.get("about:blank")
        self.cdp("Storage.clearDataForOrigin", origin=self.base, storageTypes="all")
        self.cdp("Network.clearBrowserCookies")
        self.look_like(WIDE)
        driver.get_log("browser")
        self.noted, self.allowed = [], []
        return self

    def allow(self, *rows):
        """Rows of (status, pattern of the path): these requests may fail so."""
        self.allowed.extend(rows)
        return self

    def problems(self):
        """Console messages that nobody expected: script errors, refused policies, failed requests."""
        self.noted += [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        return [entry["message"] for entry in self.noted if not any(self.expected(entry["message"], row) for row in self.allowed)]

    def expected(self, message, row):
        status, path = row
        kind = rf"a status of {status} " if isinstance(status, int) else re.escape(status)
        return re.match(rf"{re.escape(self.base)}{path}(\?\S*)? - Failed to load resource: .*{kind}", message) is not None

    def cdp(self, method, **parameters):
        return self.driver.execute_cdp_cmd(method, parameters)

    # ---- circumstances ----

    def look_like(self, size=WIDE, dark=False, calm=True, media=""):
        """Size of the window, colour scheme, reduced motion, print."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
        self.cdp("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"}])
        return self.still()

    def still(self):
        """Waits until what was changed is painted and no transition runs."""
        self.driver.execute_async_script("""
            const done = arguments[0];
            const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            const ends = () => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)));
            frame().then(ends).then(frame).then(() => done());""")
        return self

    def network(self, offline):
        self.cdp("Network.enable")
        self.cdp("Network.emulateNetworkConditions", offline=offline, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def offline(self):
        self.network(True)

    def online(self):
        self.network(False)

    def login(self, client):
        """Takes over the session of a client."""
        name, value = client.cookie.split("=", 1)
        self.cdp("Network.setCookie", name=name, value=value, url=self.base, httpOnly=True, sameSite="Lax")
        return self

    def cookie(self):
        return {c["name"]: c["value"] for c in self.cdp("Network.getCookies", urls=[self.base])["cookies"]}

    # ---- pages ----

    def open(self, path, until=None):
        self.driver.get(path if "://" in path else self.base + path)
        return self.ready(until)

    def ready(self, until=None):
        wait_for(lambda: self.driver.execute_script(LOADED), "the page is complete", 30)
        if until:
            self.has(until)
        return self

    def reload(self):
        self.driver.refresh()
        return self.ready()

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.base)

    def at(self, pattern):
        """Waits for an address (a pattern of path and query) and its page."""
        wait_for(lambda: re.fullmatch(pattern, self.path), f"the address becomes {pattern}, it is {self.path}", 20)
        return self.ready()

    def new_window(self):
        """Switches to the window that opens."""
        known = {self.driver.current_window_handle}
        other = wait_for(lambda: set(self.driver.window_handles) - known, "a new window opens").pop()
        self.driver.switch_to.window(other)
        self.look_like()
        return self.ready()

    def close_window(self):
        self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        return self

    # ---- looking ----

    def js(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def look(self, call, *arguments):
        """Calls a function of look.js."""
        return self.driver.execute_script(f"{SCRIPTS}\nreturn {call}(...arguments);", *arguments)

    def has(self, css, text=""):
        """Waits for a visible element with this text and returns its text."""
        def find():
            return next((t for t in self.texts(css) if text in t), None)
        return wait_for(lambda: find() is not None and (find(),), f"{css} with {text!r} (there is: {self.texts(css)})")[0]

    def texts(self, css):
        return self.look("texts", css)

    def count(self, css):
        return len(self.driver.find_elements("css selector", css))

    def sees(self, *texts):
        """Waits until the page shows these texts."""
        for text in texts:
            wait_for(lambda text=text: text in self.js("return document.body.innerText"), f"{text!r} is shown on {self.path}")
        return self

    # ---- keyboard ----

    def keys(self, *keys):
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()
        return self

    def press(self, key, text=""):
        """Tab was used to get here: the key goes to what has the focus, which must show its name."""
        name = self.focus()["name"]
        assert text in name, f"the focus is on {name!r}, not on {text!r}"
        return self.keys(key)

    def focus(self):
        """What has the focus: name, css, visible ring, whether something lies over it; a moment may pass until it is painted."""
        found = self.look("focus")
        deadline = time.monotonic() + 1
        while not found["ok"] and time.monotonic() < deadline:
            found = self.still().look("focus")
        return found

    def focused(self, css):
        wait_for(lambda: self.js("return document.activeElement.matches(arguments[0])", css), f"the focus is on {css}")
        return self

    def tab_to(self, name, limit=60, back=False, of="*"):
        """Presses Tab until an element of this name (and kind) has the focus; every stop on the way must be seen."""
        stops = []
        for _ in range(limit):
            self.tab(back)
            now = self.focus()
            stops.append(now["name"])
            assert now["ok"], f"the focus cannot be seen: {now}"
            if name in now["name"] and self.js("return document.activeElement.matches(arguments[0])", of):
                return self
        raise AssertionError(f"Tab never reaches {name!r}: {stops}")

    def tab(self, back=False):
        chain = ActionChains(self.driver, duration=0)
        if back:
            chain.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
        else:
            chain.send_keys(Keys.TAB).perform()

    def type_into(self, name, text):
        """Tab to a field, replace its content."""
        self.tab_to(name, of="input, textarea, select")
        return self.retype(text)

    def retype(self, *text):
        """Replaces the content of the field that has the focus."""
        chain = ActionChains(self.driver, duration=0)
        chain.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(*text).perform()
        return self

    # ---- mouse, where the keyboard is not the point ----

    def click(self, css, text=""):
        found = wait_for(lambda: next((e for e in self.driver.find_elements("css selector", css)
                                       if e.is_displayed() and text in e.get_attribute("textContent")), None), f"{css} {text}")
        self.js("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()
        return self

    # ---- checks ----

    def axe(self, contrast_only=False):
        """What axe-core finds, as lines: by every rule, or by those that depend on colours."""
        if not self.js("return Boolean(window.axe)"):
            self.js(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script("""
            const [colours, done] = arguments;
            const rules = colours ? {runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}}
              : {rules: {'target-size': {enabled: true}}};
            axe.run(document, Object.assign({resultTypes: ['violations']}, rules)).then((result) => done(
              result.violations.map((v) => v.id + ' (' + v.help + '): '
                + v.nodes.map((n) => n.target.join(' ') + ' ' + (n.failureSummary || '').split('\\n').slice(1).join(' ')).join(' | '))),
              (error) => done(['axe failed: ' + error]));""", contrast_only)
        return found

    def overflow(self):
        """Elements that make the page scroll sideways."""
        return self.look("overflow")
