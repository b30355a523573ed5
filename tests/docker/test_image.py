"""The image: its Dockerfile is clean, it builds, and what it runs answers, as nobody and without node."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import running_server

HERE = Path(__file__).parent
DOCKERFILE = HERE.parent.parent / "Dockerfile"


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


@pytest.mark.docker
def test_the_image_serves_the_page() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([HERE / "verify.sh", HERE.parent.parent], env=os.environ | {"PATH": path}, check=True)
