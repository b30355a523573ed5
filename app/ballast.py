"""Ballast: a file of no meaning that takes room on the disk, and gives it back where the last saves would have none."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

FILE = "ballast"


class Ballast:
    """So many megabytes beside the data; none where nothing is kept, or where they would leave hardly any room."""

    def __init__(self, folder: Path | None, megabytes: int) -> None:
        self.folder, self.bytes = folder, megabytes * 2**20

    def lay(self) -> None:
        """Take the room, if there is more than enough."""
        if self.folder is None or not self.bytes or (place := self.folder / FILE).exists():
            return
        with suppress(OSError):
            if shutil.disk_usage(self.folder).free > 2 * self.bytes:
                fill(place, self.bytes)

    def drop(self) -> None:
        """Give the room back, if there is hardly any left."""
        if self.folder:
            with suppress(OSError):
                if shutil.disk_usage(self.folder).free < self.bytes:
                    (self.folder / FILE).unlink()


def fill(place: Path, size: int) -> None:
    with place.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.write(bytes(size))
