"""Roommate: somebody with a browser of their own, who opens a room or comes into one, and is told how it stands."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.app.guest import cookie_of, make_run
from tests.app.visitor import PATIENCE_SECONDS, Caller, Visitor, opened
from tests.server import Server

State = dict[str, Any]


class Browser:
    """A guest's browser: its cookie, and what it asks."""

    def __init__(self, server: Server, client: httpx2.Client) -> None:
        self.server, self.client = server, client

    @property
    def cookie(self) -> str:
        return cookie_of(self.client)

    def make_run(self, **experiment: Any) -> str:
        return make_run(self.client, **experiment)

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

    def open_lab(self, descent: dict[str, Any], name: str = "") -> str:
        answer = self.client.post("/api/rooms", json={"descent": descent, "name": name})
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


class Roommate(Caller):
    """A page in a room: what it was told last, by type."""

    def __init__(self, browser: Browser, code: str) -> None:
        super().__init__(opened(browser.server.url, f"/api/rooms/{code}/live", cookie=browser.cookie))
        self.browser = browser
        self.told: dict[str, State] = {}

    def do(self, op: str, **fields: Any) -> State:
        """Send a command and return its answer."""
        id = self.ask(op, **fields)
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
