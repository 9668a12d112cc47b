"""Sizes follow from the machine, the container or settings (apps/instance/memory.sh)."""
import re
import subprocess

import pytest

from tests.lib import Instance
from tests.lib.instance import ROOT


def sizes(cgroup="/nonexistent", **settings):
    """What the scripts make of these settings."""
    names = "cores MEMORY_MB PROCESSES HASH_PROCESSES WEB_WORKERS SHARED_BUFFERS_MB CONNECTIONS CACHE WORK MAINTENANCE WAL".split()
    script = f". apps/instance/lib.sh; . apps/instance/settings.sh; . apps/instance/memory.sh; CGROUP={cgroup}; each_setting take_default; "
    script += "pools() { printf '%s\\n' auth portal auth-hash; }; workers() { echo jobs; }; "
    script += "default_sizes; size_database; " + "; ".join(f"echo {name} ${name}" for name in names)
    done = subprocess.run(["bash", "-euc", script], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={"PATH": "/usr/bin:/bin", **{name: str(value) for name, value in settings.items()}})
    assert done.returncode == 0, done.stderr
    return {name: int(value) for name, value in (line.split() for line in done.stdout.splitlines())}


@pytest.mark.parametrize("memory, shared, cache", [(256, 128, 256), (2048, 512, 1536), (16384, 4096, 12288), (131072, 8192, 98304)])
def test_the_database_has_its_share_of_memory(memory, shared, cache):
    """A quarter of it, within bounds; what all connections may take at once stays below the half, but for the least that works."""
    found = sizes(MEMORY_MB=memory)
    assert (found["SHARED_BUFFERS_MB"], found["CACHE"]) == (shared, cache)
    assert found["WORK"] == 4 or found["WORK"] * found["CONNECTIONS"] <= memory / 8
    assert 1024 <= found["WAL"] <= 16384 and 64 <= found["MAINTENANCE"] <= 1024


def test_a_container_counts(tmp_path):
    """Its limits, where they are below what the machine has."""
    machine = sizes()
    assert machine["MEMORY_MB"] > 256 and machine["PROCESSES"] == 2 * machine["cores"]
    (tmp_path / "memory.max").write_text(f"{256 << 20}\n", encoding="ascii")
    (tmp_path / "cpu.max").write_text("50000 100000\n", encoding="ascii")
    inside = sizes(tmp_path)
    assert (inside["MEMORY_MB"], inside["cores"], inside["PROCESSES"], inside["HASH_PROCESSES"]) == (256, 1, 2, 1)
    for name in ("memory.max", "cpu.max"):
        (tmp_path / name).write_text("max\n" if name == "memory.max" else "max 100000\n", encoding="ascii")
    assert sizes(tmp_path) == machine


def test_connections_are_enough_for_every_process():
    """And more when that is asked for, but never fewer than the processes need."""
    needed = sizes(PROCESSES=8, HASH_PROCESSES=3)["CONNECTIONS"]
    assert needed >= 2 * 8 + 2 * 3 + 1
    assert sizes(PROCESSES=8, HASH_PROCESSES=3, DB_CONNECTIONS=5)["CONNECTIONS"] == needed
    assert sizes(PROCESSES=8, HASH_PROCESSES=3, DB_CONNECTIONS=500)["CONNECTIONS"] == 500


def test_settings_reach_the_programs():
    with Instance(PROCESSES=2, HASH_PROCESSES=2, SHARED_BUFFERS_MB=48, DB_CONNECTIONS=77, WEB_WORKERS=1, WEB_CONNECTIONS=321) as own:
        assert own.value("SHOW shared_buffers") == "48MB" and own.value("SHOW max_connections") == "77"
        conf = (own.var / "etc/nginx/nginx.conf").read_text(encoding="utf-8")
        assert re.search(r"worker_connections 321;", conf) and len(own.pids("nginx")) == 2
        assert len(own.pids("muster-auth")) == 2 + 2 * 2 and len(own.pids("muster-portal")) == 2
