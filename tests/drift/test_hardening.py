"""What is built and installed is as hard as SECURITY.md says: read from the programs and asked of systemd, not from flags."""
import json
import os
import re
import subprocess

import pytest

from tests.lib.instance import BUILD, ROOT

PROGRAMS = sorted((BUILD / "bin").glob("muster-*"))
SANITIZED = "-asan" in BUILD.name


def readelf(program, *options):
    return subprocess.run(["readelf", "--wide", *options, str(program)], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_is_hardened(program):
    """Anywhere in memory, nothing writable is executable or the other way round, no table of addresses can be written, checked copies."""
    assert "DYN (Position-Independent Executable" in readelf(program, "--file-header")
    dynamic, headers, symbols = readelf(program, "--dynamic"), readelf(program, "--program-headers"), readelf(program, "--dyn-syms")
    assert re.search(r"\(FLAGS(_1)?\).*(BIND_)?NOW", dynamic) and "GNU_RELRO" in headers
    assert not re.search(r"^ +\w+ .* RWE ", headers, re.M) and re.search(r"GNU_STACK .* RW ", headers)
    assert "__stack_chk_fail" in symbols
    if not SANITIZED:
        assert re.search(r"__(mem|str|sn|vsn|f)\w*_chk@", symbols), "no fortified call"


@pytest.mark.skipif(os.uname().machine != "x86_64" or SANITIZED, reason="another processor, or a build for tests")
def test_every_object_guards_its_control_flow():
    """Of ours; a program has the mark when the C library's own first object has it, too, which is the distribution's choice."""
    objects = sorted((BUILD / "obj/common").rglob("*.o")) + sorted((BUILD / "obj/apps").rglob("*.o"))
    assert len(objects) > 50
    text = readelf(objects[0], "--notes", *map(str, objects[1:]))
    assert len(re.findall(r"IBT.*SHSTK", text)) == len(objects)


UNITS = {"muster.service": 3.0, "muster-one-user.service": 2.0}


@pytest.fixture(scope="module", name="installed")
def what_make_install_installs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([str(ROOT / "apps/instance/install.sh"), str(BUILD), f"{folder}/opt/muster", "/opt/muster"], cwd=ROOT, check=True)
    return folder / "opt/muster"


@pytest.mark.parametrize("name", UNITS)
def test_exposure_of_a_unit(installed, name):
    """What systemd itself makes of the unit as it is installed, in the folder where it looks; the program in it is the installed one."""
    unit = installed / "lib/systemd/system" / name
    text = unit.read_text(encoding="utf-8")
    assert "ExecStart=/opt/muster/share/muster/instance/instance.sh start" in text and "/usr/local" not in text
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
                          capture_output=True, text=True, check=False)
    (exposure,) = re.findall(r"Overall exposure level for \S+: (\d+\.\d+)", done.stdout)
    assert float(exposure) < UNITS[name]


def test_the_list_of_parts(tmp_path):
    """make sbom: a CycloneDX document that names every package that a machine needs, with a version, and twice the same."""
    def make(name):
        out = tmp_path / name
        subprocess.run(["/usr/bin/python3", "apps/instance/sbom.py", str(out)], cwd=ROOT, check=True,
                       env={**os.environ, "SOURCE_DATE_EPOCH": "0"})
        return out.read_text(encoding="utf-8")
    text = make("one")
    assert text == make("two")
    document = json.loads(text)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    version = (ROOT / "apps/instance/VERSION").read_text(encoding="ascii").strip()
    assert document["metadata"]["component"]["name"] == "muster" and document["metadata"]["component"]["version"] == version
    parts = {part["name"]: part for part in document["components"]}
    for name in ("nginx", "postgresql", "libsodium23", "libpq5", "libargon2-1", "libseccomp2", "libcurl4", "s6"):
        assert re.match(r"pkg:deb/debian/[a-z0-9.+-]+@.+", parts[name]["purl"]) and parts[name]["version"], name
    assert parts["axe-core"]["scope"] == "excluded" and parts["lit-html"]["scope"] == "required"
    linked = subprocess.run(["ldd", str(BUILD / "bin/muster-auth")], check=True, capture_output=True, text=True).stdout
    assert "libargon2" in linked and {dependency for one in document["dependencies"] for dependency in one["dependsOn"]} <= {
        part["bom-ref"] for part in document["components"]}


def asvs():
    """(requirement, how, held by) of the table in SECURITY.md."""
    text = (ROOT / ".github/SECURITY.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \|$", text, re.M)


def test_each_requirement_has_a_test_or_a_reason():
    """Of ASVS: no row says "partly", none is there twice."""
    rows = asvs()
    assert len(rows) >= 36 and len({number for number, _, _ in rows}) == len(rows)
    for number, how, held in rows:
        assert re.search(r"`tests/[\w/.]+(::\w+)?`|^Reason", held) and "partly" not in (how + held).lower(), number


def test_the_keys_are_listed():
    """Every key file that a start makes, and every algorithm that common/crypto takes from its libraries."""
    text = (ROOT / ".github/SECURITY.md").read_text(encoding="utf-8")
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "apps/instance").glob("*.sh"))
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "common/crypto").glob("*.c"))
    keys = set(re.findall(r"\$ETC/(\w+\.key)\b", scripts))
    assert keys == {"secret.key", "audit.key"} and all(f"`VAR/etc/{name}`" in text for name in keys)
    guide = (ROOT / "apps/instance/README.md").read_text(encoding="utf-8")
    backup = re.search(r"^## Backup and restore$(.*?)^## ", guide, re.M | re.S)[1]
    assert all(f'"$VAR/etc/{name}"' in backup and f"`VAR/etc/{name}`" in backup for name in keys), "what a backup has to keep besides"
    for call, name in (("crypto_aead_xchacha20poly1305", "XChaCha20-Poly1305"), ("crypto_sign_detached", "Ed25519"),
                       ("argon2id_hash", "argon2id"), ("crypto_hash_sha256", "SHA-256")):
        assert call in sources and name in text, call


def test_security_policy():
    """It says how to report, and what it says to be tested is tested."""
    text = (ROOT / ".github/SECURITY.md").read_text(encoding="utf-8")
    assert "Report" in text and "private" in text
    for path, name in re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", text):
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), name
