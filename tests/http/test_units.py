"""The units of systemd: with the calls, capabilities and user that each leaves it, an installed Muster starts, works and stops."""
import os
import subprocess
import sys

import pytest

from tests.lib import Client, Instance
from tests.lib.instance import BUILD, ROOT, reachable

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="units are started by root")
UNITS = ("muster.service", "muster-one-user.service")


class Installed(Instance):
    """As a unit starts it."""

    def __init__(self, unit, folder):
        super().__init__(PROCESSES=2, LOG="stdout")
        self.folder, self.unit = folder, folder / "lib/systemd/system" / unit

    def environment(self):
        # In a sanitized build looking for leaks would trace the process, which no unit permits; every other instance looks for them.
        options = os.environ.get("ASAN_OPTIONS")
        return {**super().environment(), "ASAN_OPTIONS": f"{options}:detect_leaks=0" if options else "detect_leaks=0"}

    def command(self, verb, *arguments):
        script = str(self.folder / "share/muster/instance/instance.sh")
        confined = [sys.executable, str(ROOT / "tests/lib/unit.py"), str(self.unit)] if verb == "start" else []
        return [*confined, script, verb, *arguments]


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_serves(unit, tmp_path):
    """The whole way, without a line about what was not permitted; verbs of root's reach it; nothing is left."""
    folder = reachable(tmp_path) / "usr"
    subprocess.run([str(ROOT / "apps/instance/install.sh"), str(BUILD), str(folder), str(folder)], cwd=ROOT, check=True)
    own = Installed(unit, folder)
    done = subprocess.run(own.command("users"), capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "are there" in done.stdout, done.stderr
    own.copy_cluster()
    own.var.mkdir(mode=0o755, exist_ok=True)
    if "User=" in own.unit.read_text(encoding="utf-8"):
        subprocess.run(["chown", "-R", "muster:", str(own.var)], check=True)
    with own:
        person = Client(own).register().signin()
        exercise = person.run("bec", questionCount=3)
        assert person.session(exercise)["id"] == exercise and Client(own).get("/readyz").status_code == 200
        for verb in (("status",), ("backup", str(own.var / "outbox/x.dump")), ("audit-verify",)):
            done = subprocess.run(own.command(*verb), env=own.environment(), capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        own.disconnect()
        assert own.terminate() == 0 and own.pids() == []
        assert "ermitted" not in own.text(), own.text()
