"""Roommate: somebody with a browser of their own, who opens a room or comes into one, and is told how it stands."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Self

import httpx2
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.app.visitor import PATIENCE_SECONDS, Visitor
from tests.server import Server

State = dict[str, Any]


class Browser:
    """A guest's browser: its cookie, and what it asks."""

    def __init__(self, server: Server, client: httpx2.Client) -> None:
        self.server, self.client = server, client

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())

    def make_run(self, **experiment: Any) -> str:
        answer = self.client.post("/api/runs", json=experiment)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def fork(self, run: str) -> str:
        answer = self.client.post(f"/api/runs/{run}/fork")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def watch(self, run: str) -> Visitor:
        return Visitor(self.server.url, run, cookie=self.cookie)

    def open_room(self, run: str, name: str = "") -> str:
        answer = self.client.post("/api/rooms", json={"run": run, "name": name})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def join(self, code: str, name: str = "") -> httpx2.Response:
        return self.client.post("/join", data={"code": code, "name": name})

    def sit(self, code: str) -> "Roommate":
        return Roommate(self, code)


@contextmanager
def browser(server: Server) -> Iterator[Browser]:
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_SECONDS) as client:
        yield Browser(server, client)


class Roommate:
    """A page in a room: what it was told last, by type."""

    def __init__(self, browser: Browser, code: str) -> None:
        self.browser = browser
        url = browser.server.url
        self.connecting = connect(
            f"{url.replace('http', 'ws')}/api/rooms/{code}/live",
            origin=url,  # type: ignore[arg-type]
            additional_headers={"Cookie": browser.cookie},
            compression=None,
        )
        self.ids = count(1)
        self.told: dict[str, State] = {}

    def __enter__(self) -> Self:
        self.socket = self.connecting.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.connecting.__exit__(None, None, None)

    def say(self, message: object) -> None:
        self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    def do(self, op: str, **fields: Any) -> State:
        """Send a command and return its answer."""
        id = next(self.ids)
        self.say({"id": id, "op": op, **fields})
        while True:
            told = self.hear()
            if told.get("id") == id:
                return told

    def hear(self) -> State:
        told: State = json.loads(self.socket.recv(timeout=PATIENCE_SECONDS))
        self.told[told["type"]] = told
        return told

    def until(self, type: str, wanted: Callable[[State], object] = lambda state: True) -> State:
        """What the room tells of this type, as soon as it is as wanted."""
        while not (type in self.told and wanted(self.told[type])):
            self.hear()
        return self.told[type]

    def room(self, **values: Any) -> State:
        return self.until("room", lambda room: values.items() <= room.items())

    def you(self, **values: Any) -> State:
        return self.until("you", lambda you: values.items() <= you.items())

    def row(self, name: str, wanted: Callable[[State], object] = lambda row: True) -> State:
        """What the presenter is told of somebody, as soon as it is as wanted."""

        def found(people: State) -> list[State]:
            return [row for row in people["people"] if row["name"] == name and wanted(row)]

        return found(self.until("people", found))[0]

    def closed(self) -> tuple[int, str]:
        try:
            while True:
                self.hear()
        except ConnectionClosed as closed:
            assert closed.rcvd
            return closed.rcvd.code, closed.rcvd.reason
