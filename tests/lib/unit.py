"""unit.py UNIT COMMAND...: the command with the system calls, capabilities and user that a unit of systemd leaves it, where none runs.

The filter is made of the unit's SystemCallFilter lines by libseccomp, with the groups as the systemd of this machine knows them.
"""
import ctypes
import errno
import os
import pathlib
import re
import subprocess
import sys

ALLOW, FAIL = 0x7FFF0000, 0x00050000 | errno.EPERM


def setting(text, name):
    """The values of all lines of that name."""
    return re.findall(rf"^{name}=(.*)$", text, re.M)


def expand(words):
    """Names of calls; a group is a word with @."""
    calls = set()
    for word in words:
        if word.startswith("@"):
            listed = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True).stdout
            lines = [line.strip() for line in listed.splitlines()[1:]]
            calls |= expand([line for line in lines if line and not line.startswith("#")])
        else:
            calls.add(word)
    return calls


def allowed(text):
    calls = expand(["@default"])
    for line in setting(text, "SystemCallFilter"):
        calls = calls - expand(line[1:].split()) if line.startswith("~") else calls | expand(line.split())
    return calls


def enter_filter(calls):
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    made = library.seccomp_init(FAIL)
    for call in sorted(calls):
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number >= 0 and library.seccomp_rule_add(made, ALLOW, number, 0) != 0:
            sys.exit(f"{call} cannot be allowed")
    if library.seccomp_load(made) != 0:
        sys.exit("the kernel does not take the filter")


def main():
    unit, command = sys.argv[1], sys.argv[2:]
    text = pathlib.Path(unit).read_text(encoding="utf-8")
    if not os.environ.get("UNIT_ENTERED"):
        kept = [f"+{name.removeprefix('CAP_').lower()}" for line in setting(text, "CapabilityBoundingSet") for name in line.split()]
        become = [word for user in setting(text, "User") for word in (f"--reuid={user}", f"--regid={user}", "--clear-groups")]
        # Another user than root has no capability to begin with, and without new privileges gets none.
        rights = become or ["--bounding-set=" + ",".join(["-all", *kept])]
        os.environ["UNIT_ENTERED"] = "1"
        os.execvp("setpriv", ["setpriv", *rights, "--inh-caps=-all", "--no-new-privs", "--", sys.executable, __file__, unit, *command])
    enter_filter(allowed(text))
    os.umask(int(setting(text, "UMask")[0], 8))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
