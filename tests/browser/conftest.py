"""Fixtures of the browser suite: one instance, one browser, one cast of people for all tests."""
import os

import pytest

from tests.browser.page import Chromium, Page
from tests.browser.states import Cast
from tests.lib.fixtures import instance  # noqa: F401


@pytest.fixture(scope="session")
def chromium():
    browser = Chromium(os.environ.get("MUSTER_TESTS_TMP"))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def cast(instance):  # noqa: F811
    """People with exercises that tests look at and do not change."""
    return Cast(instance)


@pytest.fixture
def page(chromium, instance):  # noqa: F811
    """A browser nobody is signed in to. What went wrong in it without being expected fails the test."""
    page = Page(chromium.driver, instance).fresh()
    yield page
    page.online()
    problems = page.problems()
    assert not problems, "the browser noted:\n" + "\n".join(problems)
