"""Fixtures of the HTTP suite."""
import subprocess

import pytest

from tests.lib.fixtures import admin, anon, instance, new_admin, shared_admin  # noqa: F401
from tests.lib.instance import reachable


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own that is soon full; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    reachable(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m,mode=755", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
