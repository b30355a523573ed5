"""What a browser that was never here needs for its first view. What the page fetches beforehand, when it is idle after
that, is not part of it."""

from dataclasses import dataclass

from playwright.sync_api import Page


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


def first_view(page: Page, until: float | None = None) -> FirstView:
    """All that was asked for until a moment, in milliseconds of the page's own clock, or until now."""
    entries = page.evaluate(ASKED_FOR, until)
    return FirstView({address: size for address, size in entries if "/api/" not in address}, len(entries))


ASKED_FOR = """(until) => ["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .filter(({ startTime }) => startTime <= (until ?? performance.now()))
  .map(({ name, encodedBodySize }) => [name, encodedBodySize])"""
