"""What a browser that was never here asks for until the first view is there. What the page fetches ahead afterwards,
when it is idle or when training begins, is not part of it."""

from dataclasses import dataclass

from playwright.sync_api import Browser


@dataclass(frozen=True)
class FirstView:
    """What was asked for: the bytes that each file takes on the line, by its address, and how often the server was
    asked in all."""

    files: dict[str, int]
    requests: int

    @property
    def octets(self) -> int:
        return sum(self.files.values())

    @property
    def script_octets(self) -> int:
        return sum(size for address, size in self.files.items() if address.endswith(".js"))


def first_view(browser: Browser, url: str) -> FirstView:
    """Where motion is unwanted the first view rests, so that one can see when it is there."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(url)
        page.locator(".status", has_text="Paused").wait_for()
        entries = page.evaluate(ASKED_FOR)
    return FirstView({address: size for address, size in entries if "/api/" not in address}, len(entries))


ASKED_FOR = """() => ["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .map(({ name, encodedBodySize }) => [name, encodedBodySize])"""
