"""Machine: how much memory there is to work with."""

import os
from contextlib import suppress
from pathlib import Path

GROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory_bytes() -> int:
    """The memory of the machine, or of the container where that is less; 0 where nothing tells."""
    found = []
    with suppress(AttributeError, ValueError, OSError):  # not on Windows
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for place in GROUP_LIMITS:
        with suppress(OSError, ValueError):  # "max" is no limit
            found.append(int(place.read_text()))
    return min(found, default=0)
