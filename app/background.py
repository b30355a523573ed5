"""Background: how a process that trains or compiles leaves the machine to the server."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core import executors

WAITED_FOR, IN_THE_BACKGROUND = 10, 19  # nicenesses: the server comes first, then a run that is not there yet
MOST_FILES = 64
SPARED_BYTES = 96 * 2**20  # moments that are yet to be kept, and to be told to the server, take no more
OUT_OF_MEMORY_SCORE = "500"  # when the machine runs out, it is a run that goes, not the server


def compile_loop(memory_bytes: int) -> None:
    """Body of a process that compiles the training loop. Runs that begin afterwards find it ready."""
    stand_back(memory_bytes)
    with suppress(OSError):  # nowhere to keep it: NumPy goes on
        executors.compile_loop()


def stand_back(memory_bytes: int, niceness: int = IN_THE_BACKGROUND) -> None:
    """Leave the machine to the server whenever the two want the same."""
    for sign in (signal.SIGINT, signal.SIGTERM):  # they are for the server, which saves and then hangs up
        signal.signal(sign, signal.SIG_IGN)
    os.nice(niceness)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OUT_OF_MEMORY_SCORE)


@contextmanager
def sparing(memory_bytes: int) -> Iterator[None]:
    """Within it less memory may be used than the process has: some is left for what comes after."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes - SPARED_BYTES, memory_bytes))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def stand_back_further() -> None:
    """Leave it to whoever is waited for, too."""
    os.nice(IN_THE_BACKGROUND)  # there is none beyond
