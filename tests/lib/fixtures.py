"""Fixtures of the suites that need an instance: one for the whole suite, people made as tests need them."""
import pytest

from tests.lib.client import Client
from tests.lib.instance import Instance


@pytest.fixture(scope="session")
def instance():
    """The suite's instance, which begins with nothing; a suite with other settings overrides this."""
    with Instance(fresh=True) as started:
        yield started


@pytest.fixture
def anon(instance):
    """Nobody: no credential."""
    return Client(instance)


@pytest.fixture
def new_admin(instance):
    """A function that registers an organisation and returns its administrator, signed in."""
    def make(**names):
        return Client(instance).register(**names).signin()
    return make


@pytest.fixture
def admin(new_admin):
    """An administrator of an organisation that only this test uses."""
    return new_admin()


@pytest.fixture(scope="module")
def shared_admin(instance):
    """An administrator shared by the tests of one file that change nothing of consequence."""
    return Client(instance).register().signin()
