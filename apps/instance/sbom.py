#!/usr/bin/python3
"""sbom.py FILE: the parts that Muster is made of and needs to run, as a CycloneDX document.

The packages are those of packages.txt, with the versions that this machine has installed, else those that apt would install. The same
machine and version give the same document; SOURCE_DATE_EPOCH is its date, otherwise that of the file VERSION.
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

TOP = pathlib.Path(__file__).resolve().parents[2]
# Set of packages.txt -> what a part of it is needed for; the others are for building and testing and are not shipped.
SCOPES = {"run": "required", "libs": "required", "build": "excluded", "test": "excluded"}


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}).stdout


def installed():
    """name -> (version, architecture)."""
    rows = output("dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}\t${db:Status-Status}\n").splitlines()
    return {name: (version, arch) for name, version, arch, state in (row.split("\t") for row in rows) if state == "installed"}


def known_to_apt(name):
    match = re.search(r"^Version: (\S+)$.*?^Architecture: (\S+)$|^Architecture: (\S+)$.*?^Version: (\S+)$",
                      output("apt-cache", "show", "--no-all-versions", name), re.M | re.S)
    return match and ((match[1] or match[4]), (match[2] or match[3]))


def packages():
    """(name, scope) once each; of a|b the first that is installed."""
    have, found = installed(), {}
    for line in (TOP / "apps/instance/packages.txt").read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words and words[0] in SCOPES:
            for names in words[1:]:
                name = next((one for one in names.split("|") if one in have), names.split("|")[0])
                if found.get(name) != "required":
                    found[name] = SCOPES[words[0]]
    for name, scope in sorted(found.items()):
        version = have.get(name) or known_to_apt(name)
        if version:
            yield name, scope, version


def package_part(name, scope, version):
    number, arch = version
    purl = f"pkg:deb/debian/{name}@{number.replace(':', '%3A').replace('+', '%2B')}?arch={arch}"
    return {"type": "library" if name.startswith("lib") else "application", "bom-ref": purl, "name": name, "version": number,
            "scope": scope, "purl": purl}


def vendored_parts():
    """What lies in the tree itself; its README.md begins with "<name> <version>, ..."."""
    files = [(file, "excluded") for file in sorted((TOP / "tests/vendor").glob("*/README.md"))]
    for file, scope in files + [(TOP / "nginx/html/js/vendor/README.md", "required")]:
        name, version = re.match(r"(\S+) ([0-9][\w.]*)", file.read_text(encoding="utf-8")).groups()
        yield {"type": "library", "bom-ref": f"vendor/{name}@{version}", "name": name, "version": version, "scope": scope,
               "purl": f"pkg:npm/{name}@{version}"}


def document():
    version = (TOP / "apps/instance/VERSION").read_text(encoding="ascii").strip()
    parts = [package_part(*row) for row in packages()] + list(vendored_parts())
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or (TOP / "apps/instance/VERSION").stat().st_mtime)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, parts], sort_keys=True))
    needed = [part["bom-ref"] for part in parts if part["scope"] == "required"]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}", "version": 1,
        "metadata": {"timestamp": datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                     "component": {"type": "application", "bom-ref": "muster", "name": "muster", "version": version}},
        "components": parts,
        "dependencies": [{"ref": "muster", "dependsOn": needed}],
    }


def main():
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    pathlib.Path(sys.argv[1]).write_text(text, encoding="utf-8")


main()
