"""What the tests need of the machine beside Python: a Chromium and a node, found, or installed where there is none."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import playwright
from playwright.sync_api import sync_playwright

BROWSERS = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome", "msedge"),
)
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
SHELLS = ("chrome-headless-shell", "headless_shell", "chrome-headless-shell.exe")
INSTALL_SECONDS = 900
NO_CHROMIUM = (
    "No Chromium was found, and none could be installed. Install Chrome or Chromium, or set PLAYGROUND_BROWSER to the "
    "path of one. (`pytest -m 'not browser'` runs the tests that need none.)"
)
NO_NODE = "Playwright's node does not start, and libatomic, which it needs, could not be installed."


@cache
def chromium() -> str | None:
    """The path of a browser: named, installed, in Playwright's cache, or installed now."""
    return named_browser() or installed_browser() or downloaded_browser() or download() or packaged_browser()


@cache
def node() -> str | None:
    """The node that Playwright brings. On a bare Debian it lacks a library."""
    name = "node.exe" if os.name == "nt" else "node"
    path = str(Path(playwright.__file__).parent / "driver" / name)
    return path if runs(path) or (install("libatomic1") and runs(path)) else None


def named_browser() -> str | None:
    return os.environ.get("PLAYGROUND_BROWSER")


def installed_browser() -> str | None:
    commands = filter(None, map(shutil.which, BROWSERS))
    applications = (path for path in APPLICATIONS if Path(path).exists())
    return next(commands, None) or next(applications, None)


def downloaded_browser() -> str | None:
    """The one in Playwright's own cache; of its two the one without windows, which has less to do."""
    if not node():
        return None
    with sync_playwright() as driver:
        path = Path(driver.chromium.executable_path)
    *_, revision = path.parents[1].name.partition("-")
    folder = path.parents[2] / f"chromium_headless_shell-{revision}"
    shells = [shell for name in SHELLS for shell in folder.glob(f"*/{name}") if runs(str(shell))]
    return next((str(found) for found in (*shells, path) if found.exists()), None)


def download() -> str | None:
    return downloaded_browser() if succeeds(sys.executable, "-m", "playwright", "install", "chromium") else None


def packaged_browser() -> str | None:
    return installed_browser() if install("chromium") else None


def install(package: str) -> bool:
    """From Debian's or Ubuntu's packages."""
    if not shutil.which("apt-get"):
        return False
    apt = ["apt-get"] if os.geteuid() == 0 else ["sudo", "-n", "apt-get"]
    return succeeds(*apt, "update", "-q") and succeeds(*apt, "install", "-qy", "--no-install-recommends", package)


def runs(program: str) -> bool:
    return subprocess.run([program, "--version"], capture_output=True).returncode == 0


def succeeds(*command: str) -> bool:
    print("For the tests:", *command, file=sys.stderr, flush=True)
    try:
        return subprocess.run(command, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
