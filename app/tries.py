"""Tries: wrong codes of the last minute. Right ones do not count, and one pupil's typos lock nobody else out: a whole
school may well sit behind one address."""

from time import monotonic
from typing import NamedTuple

MINUTE_SECONDS = 60.0
PUPILS_AT_AN_ADDRESS = 30  # may each mistype as often as one browser may
ADDRESSES = 5


class TooManyTries(Exception):
    """So many wrong codes that somebody may be guessing."""


class Typist(NamedTuple):
    """Who types a code: the browser by its cookie, "" where it keeps none, and where from."""

    browser: str
    address: str


class Tries:
    """Wrong tries by browser, by address, and in all."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.failed: list[tuple[float, Typist]] = []

    def check(self, typist: Typist) -> None:
        """Raises TooManyTries."""
        since = monotonic() - MINUTE_SECONDS
        self.failed = [(at, whose) for at, whose in self.failed if at > since]
        own = sum(whose.browser == typist.browser != "" for _, whose in self.failed)
        near = sum(whose.address == typist.address for _, whose in self.failed)
        most_near = self.most * PUPILS_AT_AN_ADDRESS
        if own >= self.most or near >= most_near or len(self.failed) >= most_near * ADDRESSES:
            raise TooManyTries

    def fail(self, typist: Typist) -> None:
        self.failed.append((monotonic(), typist))
