"""The image: its Dockerfile is clean, it builds, and what it runs answers: as nobody, without node, on a root that is
read-only, with all that it keeps on a volume that outlives it."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.server import Server, free_port, running_server, stop, wait_until_healthy

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DOCKERFILE, COMPOSE = ROOT / "Dockerfile", ROOT / "compose.yaml"
NOBODY = 10001


def health_check() -> list[str]:
    """The command that the image is asked for its health with."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", "")
    return list(json.loads(text.partition("HEALTHCHECK")[2].partition("CMD")[2].partition("\n")[0]))


def test_the_health_check_asks_at_the_port_that_is_set_whatever_the_name() -> None:
    with running_server(allowed_hosts='["play.example"]') as server:
        port = {"PLAYGROUND_PORT": str(server.port)}
        python, *arguments = health_check()
        command = [sys.executable, *arguments]
        assert python == "python3"
        assert subprocess.run(command, env=os.environ | port).returncode == 0
    assert subprocess.run(command, env=os.environ | port, capture_output=True).returncode == 1


@pytest.mark.parametrize(
    "promise",
    [
        "read_only: true",
        'cap_drop: ["ALL"]',
        "no-new-privileges:true",
        "pids_limit:",
        "mem_limit:",
        "stop_grace_period",
    ],
)
def test_both_services_are_confined(promise: str) -> None:
    assert COMPOSE.read_text(encoding="utf-8").count(promise) == 2


def test_the_settings_that_compose_sets_are_settings() -> None:
    set_there = set(re.findall(r"(?m)^ +(PLAYGROUND_\w+): ", COMPOSE.read_text(encoding="utf-8")))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in set_there if f"| `{name}` |" not in readme} == set()


@dataclass(frozen=True)
class Image:
    """The image as build.sh leaves it: its root, mounted, and what it says of how to run it."""

    root: Path
    config: dict[str, list[str]]

    def command(self, volume: Path, *command: str, **settings: object) -> list[str]:
        """To be run on this machine."""
        environment = [*self.config["Env"], *(f"PLAYGROUND_{name.upper()}={value}" for name, value in settings.items())]
        run = [str(HERE / "run.sh"), str(self.root), str(volume), str(self.config["User"])]
        return [*run, "env", "-i", *environment, *(command or self.config["Cmd"])]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    here = os.environ | {"PATH": path, "STORAGE_DRIVER": os.environ.get("STORAGE_DRIVER", "overlay")}
    built = subprocess.run([HERE / "build.sh", ROOT], env=here, stdout=subprocess.PIPE, text=True)
    assert built.returncode == 0, built.stdout
    container, root, config = built.stdout.splitlines()[-3:]
    yield Image(Path(root), json.loads(config)["OCIv1"]["config"])
    subprocess.run(["buildah", "rm", container], env=here, stdout=subprocess.DEVNULL, check=True)


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """As Docker makes one: with the owner that the folder has in the image."""
    folder = tmp_path / "volume"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    return folder


@contextmanager
def container(image: Image, volume: Path, log_file: Path) -> Iterator[Server]:
    port = free_port()
    with log_file.open("wb") as log:
        command = image.command(volume, port=port)
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    server = Server(port, process, log_file)
    try:
        wait_until_healthy(server)
        yield server
    finally:
        stop(process)


def printed_code(server: Server) -> str:
    while not (found := re.search(r"The class code is (\w+)", server.log)):
        time.sleep(0.05)
    return found[1]


@pytest.mark.docker
def test_a_run_outlives_its_container(image: Image, volume: Path, tmp_path: Path) -> None:
    with container(image, volume, tmp_path / "first.log") as server, httpx2.Client(base_url=server.url) as browser:
        assert browser.get("/").headers["location"].startswith("/enter"), "on all addresses the door is closed"
        code = printed_code(server)
        assert browser.post("/enter", data={"code": code}).status_code == 303
        assert 'id="catalogue"' in browser.get("/").text
        run, cookies = browser.post("/api/runs", json={}, timeout=30).json()["id"], dict(browser.cookies)
        backup = subprocess.run(
            image.command(volume, "playground", "backup", "-", port=server.port), capture_output=True
        )
        assert backup.stdout.startswith(b"SQLite format 3"), backup.stderr
    assert server.process.returncode is not None
    with container(image, volume, tmp_path / "second.log") as server:
        assert printed_code(server) == code
        assert httpx2.get(f"{server.url}/api/runs/{run}", cookies=cookies).json()["status"] == "paused"
    assert all(path.stat().st_uid == NOBODY for path in volume.iterdir())


@pytest.mark.docker
def test_it_runs_as_nobody_without_node_on_a_root_that_cannot_be_written_to(image: Image, volume: Path) -> None:
    script = "id -u; command -v node npm; touch /data/x /tmp/x && echo written; touch /x /opt/venv/x /var/x 2>&1"
    done = subprocess.run(image.command(volume, "sh", "-c", script), capture_output=True, text=True)
    assert done.stdout.splitlines()[:2] == [str(NOBODY), "written"]
    assert done.stdout.count("Read-only file system") == 3
    assert (image.root / "data").stat().st_uid == NOBODY
    assert "/data" in image.config["Volumes"]
