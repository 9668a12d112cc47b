"""Fixtures of the HTTP suite."""
from tests.lib.fixtures import admin, anon, instance, new_admin, shared_admin  # noqa: F401
