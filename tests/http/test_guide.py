"""What the guides print is done here as printed: the API by curl, and a proxy with TLS in front."""
import os
import re
import socket
import subprocess

import pytest
import requests

from tests.lib import Instance
from tests.lib.client import PASSWORD
from tests.lib.instance import ROOT, free_port, reachable, wait_for

NAME = "muster.example.com"


def block(guide, language):
    """The first block of this language."""
    return re.search(rf"^```{language}\n(.*?)^```$", (ROOT / guide).read_text(encoding="utf-8").partition("## The API")[2] or
                     (ROOT / guide).read_text(encoding="utf-8"), re.M | re.S)[1]


def test_the_api_by_curl(instance, tmp_path):
    """From nothing to a report: the lines of the README, at this instance's address."""
    script = block("README.md", "sh")
    assert script.count("http://localhost:8080") == 1
    script = script.replace("http://localhost:8080", instance.url).replace("you@example.com", f"curl-{os.getpid()}@example.com")
    script = script.replace("curl ", f"curl --silent --fail --interface {instance.new_address()} ")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script + '\necho; printf "%s" "$KEY" >key'], cwd=tmp_path, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "key").read_text(encoding="ascii").startswith("tc_")
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "</html>" in report and "Your organisation" in report
    assert '"completed":true' in done.stdout


@pytest.fixture(scope="module", name="behind")
def an_instance_behind_the_example(tmp_path_factory):
    """(instance, port of the proxy, file of its certificate); the proxy is the block of the guide with other ports and files."""
    folder = reachable(tmp_path_factory.mktemp("tls"))
    cert, key, port = folder / "cert.pem", folder / "key.pem", free_port()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext",
                    f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    with Instance(BASE_URL=f"https://{NAME}:{port}", TRUSTED_PROXIES="127.0.0.1", PROCESSES=2) as own:
        text = block("apps/instance/README.md", "nginx")
        for old, new in ((" 443 ", f" 127.0.0.1:{port} "), ("    listen [::]:443 ssl http2;\n", ""),
                         ("127.0.0.1:8080", f"127.0.0.1:{own.port}"),
                         ("/etc/ssl/muster/fullchain.pem", str(cert)), ("/etc/ssl/muster/privkey.pem", str(key))):
            assert old in text, old
            text = text.replace(old, new)
        (folder / "nginx.conf").write_text(f"""pid {folder}/pid; error_log stderr; daemon off; events {{ }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
scgi_temp_path {folder}/s; uwsgi_temp_path {folder}/u;\n{text}}}\n""", encoding="utf-8")
        proxy = subprocess.Popen(["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"])
        try:
            wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "the proxy")
            yield own, port, cert
        finally:
            proxy.terminate()
            proxy.wait(20)


def test_people_behind_tls(behind, monkeypatch):
    """Registered and signed in through it, with the cookie of https, from the address that the person has and not the proxy's."""
    own, port, cert = behind
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest: real("127.0.0.1" if host == NAME else host, *rest))
    base = f"https://{NAME}:{port}"
    person = {"email": "tls@example.com", "password": PASSWORD}
    with requests.Session() as http:
        http.trust_env, http.verify = False, str(cert)
        headers = {"Origin": base}
        reply = http.post(base + "/api/auth/register", headers=headers, timeout=30,
                          json={**person, "firstName": "T", "lastName": "L", "organization": "S"})
        assert reply.status_code == 201, reply.text
        reply = http.post(base + "/api/auth/signin", json=person, headers=headers, timeout=30)
        assert reply.status_code == 200 and reply.headers["Set-Cookie"].startswith("__Host-"), reply.text
        assert "max-age=" in reply.headers["Strict-Transport-Security"]
        assert http.get(base + "/api/portal/me", timeout=30).json()["email"] == person["email"]
        assert http.get(base + "/readyz", timeout=30).json()["status"] == "ok"
        assert http.post(base + "/api/auth/signout", headers={"Origin": "https://evil.example"}, timeout=30).status_code == 403
    assert own.value("SELECT address FROM muster.user_session ORDER BY created_at DESC LIMIT 1") == "127.0.0.1"
