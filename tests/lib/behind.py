"""A program of a family behind an nginx of its own, without a database or a watcher: the product's configuration, and what the generator
prints of the program's rows."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from tests.lib.instance import BUILD, ROOT, free_port, wait_for

EMPTY = ("security_txt.conf", "limit_zones.conf", "limit_here.conf", "shares.conf", "hash_here.conf", "hsts.conf")


class Behind:
    """program: a path below BUILD. rate: requests a minute and address (with a burst of 2); 0 is no limit."""

    def __init__(self, program, processes=4, rate=0):
        self.program = BUILD / program
        self.family = self.program.name.removeprefix("muster-")
        self.rate = rate
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="muster-behind-", dir=os.environ.get("MUSTER_TESTS_TMP")))
        self.dir.chmod(0o755)
        self.uploads = self.dir / "uploads"
        for name in ("conf", "tmp", "uploads"):
            (self.dir / name).mkdir()
        self.port = free_port()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.dir / "s"))
        self.listener.listen(64)
        self.log = (self.dir / "log").open("wb")
        self.programs = [self.start_program() for _ in range(processes)]
        self.configure()
        self.nginx = subprocess.Popen(["nginx", "-p", str(self.dir), "-c", str(self.dir / "conf/nginx.conf"), "-e", "stderr", "-g",
                                       "daemon off;" + (" user root;" if os.geteuid() == 0 else "")], stdout=self.log, stderr=self.log)
        wait_for(self.answers, "nginx", 20)

    def start_program(self):
        sanitizers = {name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        return subprocess.Popen([str(self.program)], stdin=self.listener, stderr=self.log,
                                env={"DATABASE_URL": "host=/nonexistent user=nobody", "UPLOADS": str(self.uploads), "LOG_LEVEL": "info",
                                     **sanitizers})

    def write(self, name, text):
        (self.dir / "conf" / name).write_text(text, encoding="utf-8")

    def configure(self):
        conf = self.dir / "conf"
        for file in [*(ROOT / "nginx").glob("*.conf"), BUILD / "pages.conf", BUILD / "languages.conf"]:
            shutil.copy(file, conf)
        subprocess.run(["bash", "-c", '. apps/instance/web.sh && nginx_rows "$@"', "bash", conf, self.program], cwd=ROOT, check=True)
        for name in EMPTY:
            self.write(name, "")
        if self.rate:
            self.write("limit_zones.conf", "map $uri $limited { default ''; \"~^/api/\" $binary_remote_addr; }\n"
                       f"limit_req_zone $limited zone=one:1m rate={self.rate}r/m;\nlimit_req_status 429;\n")
            self.write("limit_here.conf", "limit_req zone=one burst=2 nodelay;\n")
        self.write("body_here.conf", "access_by_lua_block {\n    if not ngx.var.body_is_streamed then\n"
                                     "        ngx.req.read_body()\n    end\n}\n")
        self.write("realip.conf", "map $scheme $client_scheme {\n    default $scheme;\n}\n")
        self.write("retry_after.conf", "add_header Retry-After 1 always;\n")
        pools = subprocess.run([self.program, "--pools"], check=True, capture_output=True, text=True).stdout.split()
        names = [f"muster_{pool}".replace("-", "_") for pool in (self.family, *pools)]
        servers = f"server unix:{self.dir}/s max_fails=0; " * 2
        self.write("upstreams.conf", "".join(f"upstream {name} {{ {servers}}}\n" for name in names))
        values = {"CONF_VAR": self.dir, "CONF_SHARE": ROOT / "nginx", "WEB_WORKERS": 1, "CONNECTIONS": 128,
                  "LISTEN_LINES": f"listen 127.0.0.1:{self.port};"}
        text = (ROOT / "nginx/nginx.conf.in").read_text(encoding="utf-8")
        self.write("nginx.conf", re.sub(r"@(\w+)@", lambda match: str(values[match.group(1)]), text))

    def answers(self):
        assert self.nginx.poll() is None, self.text()
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def text(self):
        return (self.dir / "log").read_text(encoding="utf-8", errors="replace")

    def memory(self):
        """The most that any process of it, nginx's too, has had in memory so far, in KiB."""
        pids = [p.pid for p in self.programs if p.poll() is None]
        children = pathlib.Path(f"/proc/{self.nginx.pid}/task/{self.nginx.pid}/children").read_text(encoding="utf-8").split()
        texts = [pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8") for pid in [*pids, *children]]
        return max(int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) for text in texts)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.nginx, *self.programs):
            process.terminate()
            process.wait(20)
        self.listener.close()
        self.log.close()
        found = re.findall(r"(?:Address|Leak)Sanitizer.*|runtime error:.*", self.text())
        shutil.rmtree(self.dir, ignore_errors=True)
        assert not found, found
