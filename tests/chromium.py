"""Finds a Chromium for the browser tests, and installs one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
INSTALL_SECONDS = 900
NOT_FOUND = (
    "No Chromium was found, and none could be installed. Install Chrome or Chromium, or set "
    "PLAYGROUND_BROWSER to the path of one. (`pytest -m 'not browser'` runs the tests that need none.)"
)


def find_or_install() -> str | None:
    """The path of a browser: named, installed, in Playwright's cache, or installed now."""
    return named() or installed() or downloaded() or download() or from_packages()


def named() -> str | None:
    return os.environ.get("PLAYGROUND_BROWSER")


def installed() -> str | None:
    commands = (shutil.which(name) for name in COMMANDS)
    applications = (path for path in APPLICATIONS if Path(path).exists())
    return next(filter(None, commands), None) or next(applications, None)


def downloaded() -> str | None:
    """The browser in Playwright's own cache."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def download() -> str | None:
    return downloaded() if succeeds(sys.executable, "-m", "playwright", "install", "chromium") else None


def from_packages() -> str | None:
    """Debian's and Ubuntu's package."""
    if not shutil.which("apt-get"):
        return None
    apt = [] if os.geteuid() == 0 else ["sudo", "-n"]
    ready = succeeds(*apt, "apt-get", "update", "-q") and succeeds(
        *apt, "apt-get", "install", "-qy", "--no-install-recommends", "chromium"
    )
    return installed() if ready else None


def succeeds(*command: str) -> bool:
    print("browser tests:", *command, file=sys.stderr, flush=True)
    try:
        return subprocess.run(command, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
