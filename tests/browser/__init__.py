"""The browser suite: the pages in a real Chromium against a real instance.

page.py    the browser: keys, looking, axe-core, and the watch over console, requests and content security policy
states.py  every page in every state worth checking, by name     screens.py  pictures of all of them (not a test)
"""
