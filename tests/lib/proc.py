"""What /proc says about a process. A service keeps that from its own user (prctl(2), PR_SET_DUMPABLE), so it is asked as root then."""
import os
import pathlib
import subprocess


def read(pid, name):
    """The bytes of a file of the process."""
    path = pathlib.Path(f"/proc/{pid}/{name}")
    try:
        return path.read_bytes()
    except PermissionError:
        return subprocess.run(["sudo", "-n", "cat", path], check=True, capture_output=True).stdout


def cwd(pid):
    """The working folder of the process: of a service its own folder."""
    path = f"/proc/{pid}/cwd"
    try:
        return os.readlink(path)
    except PermissionError:
        return subprocess.run(["sudo", "-n", "readlink", path], check=True, capture_output=True, text=True).stdout.strip()
