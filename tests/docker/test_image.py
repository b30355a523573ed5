"""The image: its Dockerfile is clean, it builds, and what it runs answers, as nobody and without node."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.docker
def test_the_image_serves_the_page() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([HERE / "verify.sh", HERE.parent.parent], env=os.environ | {"PATH": path}, check=True)
