"""Which operating system user does what: no process that serves can become another one, the database's superuser or its owner."""
import os
import pathlib
import shlex
import subprocess

import pytest

from tests.lib import Client, Instance, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import BUILD, ROOT

FAMILIES = ("auth", "exercises", "intel", "portal")
SERVICES = (*FAMILIES, "auth-hash", "auth-known", "jobs")
ROLES = ("postgres", "muster_owner", "muster_auth", "muster_exercises", "muster_portal", "muster_intel", "muster_jobs")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="one user for everything")

# What is read or entered by whom, when root starts an instance; postgres stands for the user of the cluster.
OPENS = {
    "etc/secret.key": set(),
    "etc/keys/auth/ring": {"auth", "auth-hash", "auth-known"},
    "etc/keys/intel/ring": {"intel"},
    "etc/keys/portal/ring": {"portal"},
    "etc/keys/jobs/ring": {"jobs"},
    "etc/postgresql.conf": {"postgres", "auth", "auth-hash", "auth-known", "exercises", "intel", "portal", "jobs"},
    "etc/base_url": set(),
    "pg": {"postgres"},
    "tmp": {"nginx"},
    "outbox": {"jobs"},
    "log/auth": {"postgres"},
    "run/services": set(),
}
WRITES = {"pg": {"postgres"}, "tmp": {"nginx"}, "outbox": {"jobs"}, "log/auth": {"postgres"}}
CALLS = {"run/db/.s.PGSQL.5432": {"postgres", *SERVICES},
         "run/exercises.sock": {"nginx", "auth", "auth-hash", "auth-known", "exercises", "portal"}}


def status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


def serving(own):
    """(program, process) of each process that serves."""
    return [(program, pid) for program in (*FAMILIES, "jobs") for pid in own.pids(f"muster-{program}")]


def as_service(own, service, *command):
    """The command as the user of a service, by the words with which the service itself is started."""
    given = (own.service_dir(service) / "given").read_text(encoding="ascii")
    become = next(line for line in given.splitlines() if line.startswith("become=")).partition("=")[2].strip("'")
    return subprocess.run([*shlex.split(become), *command], capture_output=True, text=True, timeout=30, check=False, cwd="/",
                          env={"PATH": "/usr/bin:/bin"})


def roles_of(own, service):
    """The roles that let this service's user in without a password."""
    def enters(role):
        command = ("psql", "--no-password", "-h", own.socket_dir, "-U", role, "muster", "-Atc", "SELECT 1")
        return as_service(own, service, *command).returncode == 0
    return {role for role in ROLES if enters(role)}


def test_every_process_that_serves_is_confined(instance):
    """The filter, no new privileges, no capabilities, no core, and not for others of its user to look into."""
    found = serving(instance)
    assert {program for program, _ in found} == {*FAMILIES, "jobs"}
    for program, pid in found:
        state = status(pid)
        assert (state["Seccomp"], state["NoNewPrivs"]) == (["2"], ["1"]), program
        assert all(int(state[name][0], 16) == 0 for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")), program
        assert os.stat(f"/proc/{pid}/mem").st_uid == 0, program
        limits = pathlib.Path(f"/proc/{pid}/limits")
        if os.geteuid() == 0:
            assert next(line for line in limits.read_text(encoding="ascii").splitlines() if "core" in line).split()[4:6] == ["0", "0"]


@as_root
def test_every_service_has_a_user_of_its_own(instance):
    """And neither root nor the cluster's user serves anything."""
    users = {}
    for program, pid in serving(instance):
        (uid,) = set(status(pid)["Uid"])
        users.setdefault(program, set()).add(uid)
    users["nginx"] = {uid for pid in instance.pids("nginx") for uid in status(pid)["Uid"]}
    users["postgres"] = {uid for pid in instance.pids("postgres") for uid in status(pid)["Uid"]}
    assert all(len(uids) == 1 for uids in users.values()), users
    assert len(set.union(*users.values())) == len(users) and "0" not in set.union(*users.values())


@as_root
@pytest.mark.parametrize("service", [*SERVICES, "nginx"])
def test_the_database_knows_a_user_by_one_role(instance, service):
    """Each role as each user: the own one and no other; nginx has none."""
    assert roles_of(instance, service) == ({f"muster_{service.partition('-')[0]}"} if service != "nginx" else set())


@as_root
@pytest.mark.parametrize("service", ["postgres", "nginx", *SERVICES])
def test_files_and_sockets_are_for_those_who_need_them(instance, service):
    """Keys for those who need them, data and logs for the cluster's user, and nobody writes what root reads."""
    var = instance.var.resolve()
    run = pathlib.Path(instance.socket_dir).parent

    def may(path, flag):
        path = run / path.removeprefix("run/") if path.startswith("run/") and path != "run/services" else var / path
        return as_service(instance, service, "test", flag, str(path)).returncode == 0
    assert {path for path in OPENS if may(path, "-r")} == {path for path, who in OPENS.items() if service in who}
    places = [str(path.relative_to(var)) for path in (*var.iterdir(), *(var / "etc").iterdir(), *(var / "run").iterdir(), var / "log/auth")
              if not path.is_socket() and path != run / "db"]
    assert {path for path in places if may(path, "-w")} == {path for path, who in WRITES.items() if service in who}
    assert not may("", "-w")
    assert {path for path in CALLS if may(path, "-w")} == {path for path, who in CALLS.items() if service in who}


@as_root
def test_services_do_not_reach_each_other(instance):
    """No signal to, no look into a process of another family, of the database or of nginx."""
    for service in ("exercises", "nginx"):
        for program in ("muster-auth", "muster-portal", "muster-jobs", "postgres"):
            pid = instance.pids(program)[0]
            assert as_service(instance, service, "kill", "-0", str(pid)).returncode != 0
            assert as_service(instance, service, "head", "-c", "1", f"/proc/{pid}/environ").returncode != 0
            assert as_service(instance, service, "dd", "count=0", f"if=/proc/{pid}/mem").returncode != 0


def test_a_family_that_is_added_later(tmp_path):
    """User, groups, role and service of a program follow from its being there and from its settings."""
    app = tmp_path / "bin"
    app.mkdir()
    for name, settings, pools in (("auth", "HEALTH_SOCKETS\\nSECRET_KEY_FILE", "auth-hash\\nauth-known\\n"),
                                  ("intel", "BASE_URL", "intel-upload\\n"), ("jobs", "SECRET_KEY_FILE", ""), ("library", "", "")):
        script = f"#!/bin/sh\ncase $1 in --settings) printf '{settings}\\n' ;; --pools) printf '{pools}' ;; esac\n"
        (app / f"muster-{name}").write_text(script, encoding="ascii")
        (app / f"muster-{name}").chmod(0o755)
    script = "".join(f". apps/instance/{name}.sh; " for name in ("lib", "settings", "memory", "users", "services", "database"))
    script += f"APP={tmp_path}; is_separate() {{ true; }}; pools; ident_map; groups_of intel-upload; groups_of auth-known; groups_of jobs"
    lines = subprocess.run(["bash", "-euc", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[:5] == ["auth", "intel", "auth-hash", "auth-known", "intel-upload"]
    assert lines[-3:] == ["muster-intel,muster", "muster-auth,muster,muster-nginx", "muster-jobs,muster"]
    mapped = {tuple(line.split()[1:]) for line in lines[5:-3]}
    assert {pair for pair in mapped if pair[0] != "root"} == {
        ("muster-auth", "muster_auth"), ("muster-intel", "muster_intel"), ("muster-jobs", "muster_jobs"),
        ("muster", "postgres"), ("muster", "muster_owner")}


class Installed(Instance):
    """An installed program, started by the user "muster" as a service unit does it, or by root when it has become root's."""
    one_user = True

    def command(self, verb, *arguments):
        script = str(self.top / "usr/share/muster/instance/instance.sh")
        user = ["setpriv", "--reuid=muster", "--regid=muster", "--clear-groups", "--"] if self.one_user else []
        return [*user, script, verb, *arguments]


@pytest.fixture(scope="module")
def installed():
    with Instance():
        pass  # there is a user "muster" now
    one = Installed()
    subprocess.run([str(ROOT / "apps/instance/install.sh"), str(BUILD), str(one.top / "usr")], cwd=ROOT, check=True)
    one.copy_cluster()
    one.var.mkdir(mode=0o755, exist_ok=True)
    for folder in (one.top, one.var):
        subprocess.run(["chown", "muster:", str(folder)], check=True)
    with one:
        yield one


@as_root
def test_one_user_for_everything(installed):
    """Roles of superuser and owner need a password, which is in one file; the programs that serve are confined all the same."""
    test_every_process_that_serves_is_confined(installed)
    assert len({uid for _, pid in serving(installed) for uid in status(pid)["Uid"]}) == 1
    for service in ("auth", "nginx"):
        assert roles_of(installed, service) == set(ROLES) - {"postgres", "muster_owner"}
    file = installed.passfile
    assert oct(file.stat().st_mode & 0o777) == "0o600" and file.stat().st_uid == installed.var.stat().st_uid
    first = file.read_text(encoding="ascii")
    assert installed.value("SELECT current_user::text") == "postgres"
    for verb in ("status", "list-orgs", "audit-verify", "rotate-key"):
        done = subprocess.run(installed.command(verb), env=installed.environment(), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    installed.disconnect()
    installed.terminate()
    installed.start()
    assert file.read_text(encoding="ascii") != first


@as_root
def test_root_takes_over_what_was_one_users(installed):
    """A VAR of the user "muster" becomes one with a user for every service at root's next start, and nothing is lost."""
    person = Client(installed).register().signin()
    exercise = person.run("bec", questionCount=3)
    secret, _ = otp.enrol(person, installed)
    mails = {path.name for path in (installed.var / "outbox").iterdir()}
    keys = (installed.var / "etc/secret.key").read_text(encoding="ascii")
    installed.disconnect()
    installed.terminate()
    installed.one_user = False
    installed.start()
    test_every_service_has_a_user_of_its_own(installed)
    for service in ("postgres", "nginx", *SERVICES):
        test_files_and_sockets_are_for_those_who_need_them(installed, service)
    assert (installed.var / "etc/secret.key").read_text(encoding="ascii") == keys
    assert mails and mails <= {path.name for path in (installed.var / "outbox").iterdir()}
    assert person.session(exercise)["id"] == exercise
    installed.sql("UPDATE muster.second_factor SET last_step = 0 WHERE user_id = %s", person.me["id"])
    again = Client(installed)
    again.call("POST", "/api/auth/signin", json={"email": person.email, "password": PASSWORD})
    assert again.call("POST", "/api/auth/mfa/verify", json={"code": otp.code(secret, otp.step())}) == {**person.me, "newcomer": False}
