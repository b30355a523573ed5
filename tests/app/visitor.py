"""Visitor: speaks the protocol as the page does, and reads frames with the safetensors package."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Picture:
    """A binary message."""

    info: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def read(blob: bytes) -> Picture:
    header = json.loads(blob[8 : 8 + int.from_bytes(blob[:8], "little")])
    return Picture(json.loads(header["__metadata__"]["message"]), safetensors.numpy.load(blob))


def opened(url: str, path: str, origin: str | None = "", cookie: str = "") -> connect:
    """A socket of the server, to be entered with `with`."""
    return connect(
        f"{url.replace('http', 'ws', 1)}{path}",
        origin=url if origin == "" else origin,
        additional_headers={"Cookie": cookie} if cookie else {},
        max_size=None,
        max_queue=None,
        compression=None,
    )


def connection(url: str, run: str, origin: str | None = "", cookie: str = "", page: str = "") -> connect:
    """The socket of a run. `page`: what the page calls itself."""
    return opened(url, f"/api/runs/{run}/live" + (f"?page={page}" if page else ""), origin, cookie)


class Caller:
    """One socket: what it says, with a number of its own for each command, and how it ends."""

    def __init__(self, connecting: connect) -> None:
        self.connecting = connecting
        self.ids = count(1)

    def __enter__(self) -> Self:
        self.socket = self.connecting.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.connecting.__exit__(None, None, None)

    def say(self, message: object) -> None:
        self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    def ask(self, op: str, **fields: Any) -> int:
        """Send a command and return its id."""
        id = next(self.ids)
        self.say({"id": id, "op": op, **fields})
        return id

    def hear(self) -> Any:
        """The next message."""
        raise NotImplementedError

    def closed(self) -> tuple[int, str]:
        """Listen until the socket is closed: the code and the reason."""
        try:
            while True:
                self.hear()
        except ConnectionClosed as closed:
            assert closed.rcvd
            return closed.rcvd.code, closed.rcvd.reason


class Visitor(Caller):
    """One socket on a run. It draws each frame as it comes, unless told not to."""

    def __init__(self, url: str, run: str, draws: bool = True, cookie: str = "", page: str = "") -> None:
        super().__init__(connection(url, run, cookie=cookie, page=page))
        self.draws = draws
        self.about: dict[str, Any] = {}
        self.answers: list[dict[str, Any]] = []
        self.pictures: list[Picture] = []
        self.unseen: list[Picture] = []
        self.curve: list[list[float]] = []

    # --- saying -----------------------------------------------------------------------------------------------

    def do(self, op: str, **fields: Any) -> dict[str, Any]:
        """Send a command and return its answer."""
        self.unseen.clear()
        id = self.ask(op, **fields)
        return self.answer(lambda answer: answer["id"] == id)

    def draw(self, frame: Picture) -> None:
        with suppress(ConnectionClosed):  # there may be more to hear
            self.say({"op": "ack", "seq": frame.info["seq"]})

    # --- hearing ----------------------------------------------------------------------------------------------

    def hear(self) -> dict[str, Any] | Picture:
        """The next message, whatever it is. What is told of the run itself is kept as `about`."""
        message = self.socket.recv(timeout=PATIENCE_SECONDS)
        if isinstance(message, str):
            told: dict[str, Any] = json.loads(message)
            if told["type"] == "run":
                self.about = told
                return self.hear()
            self.answers.append(told)
            return told
        picture = read(message)
        self.take(picture)
        return picture

    def take(self, picture: Picture) -> None:
        self.pictures.append(picture)
        if picture.info["type"] == "points":
            assert picture.info["from"] in (0, len(self.curve)), "a point was lost"
            self.curve[picture.info["from"] :] = picture.arrays["points"].tolist()
        if picture.info["type"] == "frame" and self.draws:
            self.draw(picture)

    def answer(self, wanted: Callable[[dict[str, Any]], bool] = lambda answer: True) -> dict[str, Any]:
        """The next answer that is as wanted. Pictures that come before it are kept for whoever asks for one next."""
        while True:
            message = self.hear()
            if isinstance(message, Picture):
                self.unseen.append(message)
            elif wanted(message):
                return message

    def next(self, type: str, wanted: Callable[[Picture], bool] = lambda picture: True) -> Picture:
        """The next picture of this type that is as wanted."""
        while True:
            message = self.unseen.pop(0) if self.unseen else self.hear()
            if isinstance(message, Picture) and message.info["type"] == type and wanted(message):
                return message

    def frame(self, **wanted: Any) -> Picture:
        """The next frame with these values."""
        return self.next("frame", lambda frame: wanted.items() <= frame.info.items())

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column of the curve."""
        columns = next(p.info["columns"] for p in reversed(self.pictures) if p.info["type"] == "points")
        return np.array(self.curve)[:, columns.index(column)]
