"""Stamped: a training process whose frames say when they were made, by the machine's own clock."""

import socket
from time import monotonic
from typing import Any

from app import worker
from app.limits import Limits
from app.worker import Worker
from app.worker import main as plain_main


class StampedWorker(Worker):
    """The worker as it is, but for one word in the head of a frame."""

    def heading(self) -> dict[str, Any]:
        return {**super().heading(), "made_at": monotonic()}


def main(line: socket.socket, start: bytes, limits: Limits) -> None:
    """Body of the process."""
    worker.Worker = StampedWorker  # type: ignore[misc]
    plain_main(line, start, limits)
