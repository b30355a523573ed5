"""The catalogue's rows W1 to W24: sockets that say, or do, what they should not."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.main import MIGRATIONS, server_of
from app.settings import Settings
from app.store import Store
from tests.app.catalogue import bystander, row, rows_of
from tests.app.conftest import MakeRun, Visit
from tests.app.test_access import CODE, accept, cookie_of, enter, share
from tests.app.test_access import make_run as run_of
from tests.app.test_ending import make_run as new_run
from tests.app.test_operating import figures
from tests.app.visitor import Visitor, connection
from tests.server import Server, running_server

FINAL, MORE, TEXT, PING, MASKED = 0x80, 0x0, 0x1, 0x9, 0x80


@pytest.fixture(scope="module", autouse=True)
def undisturbed(server: Server) -> Iterator[None]:
    """While all of this is said, another run trains on."""
    with bystander(server):
        yield


@pytest.fixture(scope="module")
def school() -> Iterator[Server]:
    """A server with a closed door."""
    with running_server(open_door="false", class_code=CODE) as server:
        yield server


# --- who may open one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        row("W1 none", None),
        row("W1 null", "null"),
        row("W1 another", "https://evil.example"),
        row("W1 another port", "http://127.0.0.1:1"),
        row("W1 a longer name", "http://127.0.0.1.evil.example"),
    ],
)
def test_a_socket_that_another_site_opens_is_refused(server: Server, make_run: MakeRun, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, connection(server.url, make_run(), origin):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("cookie", [row("W2 no cookie", ""), row("W2 a forged one", "playground=forged")])
def test_without_the_code_a_socket_is_told_and_closed(school: Server, cookie: str) -> None:
    with Visitor(school.url, "0" * 22, cookie=cookie) as visitor:
        assert visitor.closed() == (4401, "Come in with the class code first.")


def test_w3_an_unknown_a_foreign_and_a_deleted_run_are_told_alike(school: Server) -> None:
    with enter(school) as ann, enter(school) as ben:
        foreign, deleted = run_of(ben), run_of(ann)
        ann.delete(f"/api/runs/{deleted}")
        for run in ("0" * 22, foreign, deleted):
            with Visitor(school.url, run, cookie=cookie_of(ann)) as visitor:
                assert visitor.closed() == (4404, "There is no such run; it may have ended.")


def test_w4_a_socket_needs_to_say_nothing_to_be_shown_the_run(visitor: Visitor) -> None:
    """By decision there is no hello: the cookie came with the request, and who says nothing only watches."""
    assert visitor.frame().info["type"] == "frame"


def test_w5_every_picture_says_its_version(visitor: Visitor) -> None:
    """By decision the page is served by the server that it talks to, and browsers ask for it anew after an upgrade."""
    assert visitor.frame().info["version"] == 1


def test_w18_one_watcher_too_many_is_told_and_harms_no_other() -> None:
    """Of all connections together: tests/app/test_operating.py."""
    with running_server(max_watchers_per_run=1) as server:
        run = new_run(server)
        with Visitor(server.url, run) as first, Visitor(server.url, run) as second:
            code, reason = second.closed()
            assert (code, "Try again" in reason) == (4503, True)
            assert first.do("play")["type"] == "ack"


def test_w21_a_secret_in_the_address_opens_nothing(school: Server) -> None:
    with enter(school) as ann:
        (secret,) = ann.cookies.values()
        address = f"{school.url.replace('http', 'ws')}/api/runs/{run_of(ann)}/live?token={secret}"
    with connect(address, origin=school.url) as visitor, pytest.raises(ConnectionClosed) as closed:  # type: ignore[arg-type]
        visitor.recv(timeout=20)
    assert closed.value.rcvd and closed.value.rcvd.code == 4401
    assert secret not in school.log


def test_w22_what_is_taken_back_or_deleted_is_gone_at_once(school: Server) -> None:
    with enter(school) as ann, enter(school) as ben:
        for take_back in ("/api/runs/{}/share", "/api/runs/{}"):
            run = run_of(ann)
            accept(ben, share(ann, run))
            with Visitor(school.url, run, cookie=cookie_of(ben)) as viewer:
                viewer.next("frame")
                assert ann.delete(take_back.format(run)).status_code == 204
                assert viewer.closed()[0] == 4410


# --- what is said ---------------------------------------------------------------------------------------------


def test_w6_binary_messages_are_not_understood(visitor: Visitor) -> None:
    visitor.say(b'{"id": 1, "op": "play"}')
    assert visitor.closed()[0] == 1003


def test_w7_a_message_that_is_too_large_closes_the_socket(visitor: Visitor) -> None:
    visitor.say(" " * 65_537)
    assert visitor.closed()[0] == 1009


@pytest.mark.parametrize(
    "text",
    [
        row(f"W9 {text[:20]}", text)
        for text in ("", "nonsense", '{"op": "play", "id": NaN}', "[]", '{"id": 1, "op": "explode"}', '{"id": 1}')
    ],
)
def test_a_bad_message_is_an_error_and_the_socket_stays_open(visitor: Visitor, text: str) -> None:
    visitor.say(text)
    assert visitor.answer()["error"]["code"] == "bad_message"
    assert visitor.do("play")["type"] == "ack"


def test_w9_too_many_of_them_close_it(visitor: Visitor) -> None:
    for _ in range(11):
        visitor.say("nonsense")
    assert visitor.closed()[0] == 4400


def test_w10_a_viewer_that_steers_is_refused_and_then_shown_out(school: Server) -> None:
    """Each command: tests/app/test_access.py."""
    with enter(school) as ann, enter(school) as ben:
        run = run_of(ann)
        accept(ben, share(ann, run))
        with Visitor(school.url, run, cookie=cookie_of(ben)) as viewer:
            assert viewer.do("play")["error"]["code"] == "forbidden"
            viewer.ask("play")
            viewer.ask("play")
            assert viewer.closed()[0] == 4403
        assert ann.get(f"/api/runs/{run}").json()["status"] == "paused"


def test_w11_too_many_commands_are_told_to_slow_down(visitor: Visitor) -> None:
    last = [visitor.ask("pause") for _ in range(400)][-1]
    visitor.answer(lambda answer: answer["id"] == last)
    told = {answer["error"]["code"] for answer in visitor.answers if answer["type"] == "error"}
    assert "slow_down" in told and told <= {"slow_down", "busy"}  # or the process is slower than the one who asks


def test_w11_a_flood_closes_the_socket(visitor: Visitor) -> None:
    visitor.frame()
    with suppress(ConnectionClosed):
        for _ in range(5000):
            visitor.say({"op": "ack", "seq": 1})
    assert visitor.closed()[0] == 4529


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        row("W12 a far step", "step", {"unit": "batch", "count": 10**9}),
        row("W12 no step", "step", {"unit": "batch", "count": 0}),
        row("W12 before the beginning", "seek", {"step": -1}),
        row("W12 beyond the end", "seek", {"step": 10**6}),
        row("W12 no such weight", "edit", {"layer": 99, "unit": 0, "input": 0, "value": 1.0}),
    ],
)
def test_what_is_out_of_range_is_an_error(visitor: Visitor, op: str, fields: dict[str, object]) -> None:
    assert visitor.do(op, **fields)["error"]["code"] == "range"


def test_w12_the_ids_of_commands_are_the_clients_own(visitor: Visitor) -> None:
    """By decision the server does not order or compare them: over one socket a message comes once, and in order."""
    for id in (7, 7, 3):
        visitor.say({"id": id, "op": "step", "unit": "batch", "count": 1})
    answers = [visitor.answer() for _ in range(3)]
    assert [(answer["id"], answer["step"]) for answer in answers] == [(7, 1), (7, 2), (3, 3)]


def test_w13_what_is_so_already_is_acknowledged_and_what_cannot_be_now_is_told(visitor: Visitor) -> None:
    assert [visitor.do(op)["type"] for op in ("pause", "pause", "play", "play")] == ["ack"] * 4
    assert visitor.do("step", unit="batch", count=1)["error"]["code"] == "state"


def test_w14_two_pages_of_the_owner_both_steer(make_run: MakeRun, visit: Visit) -> None:
    """By decision: a teacher has one on the desk and one at the wall. In a room one is the presenter."""
    run = make_run()
    one, two = visit(run), visit(run)
    assert one.do("step", unit="batch", count=1)["step"] == 1
    assert two.do("step", unit="batch", count=1)["step"] == 2


@pytest.mark.parametrize("seq", [row("W15 below 0", -1), row("W15 in the future", 10**6), row("W15 huge", 2**53 - 1)])
def test_an_acknowledgement_of_what_was_never_sent_is_an_error(visitor: Visitor, seq: int) -> None:
    visitor.say({"op": "ack", "seq": seq})
    assert visitor.answer()["error"]["code"] == "range"


def test_w16_one_that_draws_nothing_gets_3_pictures_and_is_let_go() -> None:
    with running_server(silent_limit_seconds=1) as server:
        run = new_run(server)
        with Visitor(server.url, run, draws=False) as slow:
            slow.do("play")
            assert slow.closed()[0] == 4510
            assert [picture.info["type"] for picture in slow.pictures].count("frame") == 3


def test_w17_a_line_that_is_dead_is_noticed_within_45_seconds() -> None:
    """By a ping that is not answered; bytes that are not taken are noticed by the system."""
    store = Store(None, MIGRATIONS)
    config = server_of(Settings(), store).config
    store.close()
    assert (config.ws_ping_interval or 99) + (config.ws_ping_timeout or 99) <= 45
    assert Settings().stalled_limit_seconds <= 45


def test_w19_many_that_come_and_go_leave_nothing_behind(server: Server, make_run: MakeRun) -> None:
    run = make_run()

    def come_and_go(times: int) -> float:
        for _ in range(times):
            for id in (run, "0" * 22):
                with connection(server.url, id):
                    pass
        while httpx2.get(f"{server.url}/api/runs/{run}").json()["watchers"]:
            pass
        return figures(server)["playground_process_open_fds"]

    before = come_and_go(5)
    assert come_and_go(60) <= before + 3


def test_w20_whoever_comes_back_has_the_whole_curve_again(make_run: MakeRun, visit: Visit) -> None:
    """By decision nothing is resumed half: scene, all points and the newest picture come again, in one go."""
    run = make_run()
    with visit(run) as first:
        first.do("step", unit="epoch", count=20)
        first.frame(status="paused", step=280)
    again = visit(run)
    assert again.frame().info["step"] == 280
    assert [picture.info["type"] for picture in again.pictures] == ["scene", "points", "frame"]
    assert again.curve == first.curve


# --- below messages -------------------------------------------------------------------------------------------


def frame(head: int, payload: bytes, is_masked: bool = True) -> bytes:
    length = bytes([len(payload)]) if len(payload) < 126 else bytes([126]) + len(payload).to_bytes(2, "big")
    mask = bytes(4) if is_masked else b""
    return bytes([head, length[0] | (MASKED if is_masked else 0)]) + length[1:] + mask + payload


class RawSocket:
    """A websocket byte by byte."""

    def __init__(self, url: str, run: str, **headers: str) -> None:
        host = urlsplit(url)
        self.line = socket.create_connection((host.hostname, host.port), timeout=20)
        usual = {"Host": host.netloc, "Origin": url, "Upgrade": "websocket", "Connection": "Upgrade"}
        usual |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13"}
        lines = [f"{name}: {value}\r\n" for name, value in (usual | headers).items()]
        self.line.sendall(f"GET /api/runs/{run}/live HTTP/1.1\r\n{''.join(lines)}\r\n".encode())
        self.heard = self.line.makefile("rb")
        self.head = b"".join(iter(self.heard.readline, b"\r\n")).decode()

    def close(self) -> None:
        self.heard.close()
        self.line.close()

    def code(self) -> int:
        """Hear until it is closed: the code."""
        while True:
            op, length = self.heard.read(2)
            size = {126: 2, 127: 8}.get(length)
            payload = self.heard.read(int.from_bytes(self.heard.read(size), "big") if size else length)
            if op & 0xF == 0x8:
                return int.from_bytes(payload[:2], "big")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        row("W8 no UTF-8", frame(FINAL | TEXT, b"\xff\xfe"), 1007),
        row("W8 unmasked", frame(FINAL | TEXT, b"{}", is_masked=False), 1002),
        row("W8 a reserved kind", frame(FINAL | 0x3, b""), 1002),
        row("W8 a long ping", frame(FINAL | PING, bytes(126)), 1002),
    ],
)
def test_what_is_no_websocket_is_closed(server: Server, make_run: MakeRun, sent: bytes, code: int) -> None:
    with closing(RawSocket(server.url, make_run())) as raw:
        raw.line.sendall(sent)
        assert raw.code() == code


def test_w7_a_message_that_is_too_large_in_many_small_parts_closes_the_socket(
    server: Server, make_run: MakeRun
) -> None:
    with closing(RawSocket(server.url, make_run())) as raw:
        raw.line.sendall(frame(TEXT, b" " * 100) + frame(MORE, b" " * 100) * 655)
        assert raw.code() == 1009


def test_w23_many_pings_harm_nobody(server: Server, make_run: MakeRun, visit: Visit) -> None:
    run = make_run()
    other = visit(run)
    with closing(RawSocket(server.url, run)) as raw:
        with suppress(OSError):
            raw.line.settimeout(2)
            raw.line.sendall(frame(FINAL | PING, os.urandom(8)) * 10_000)
        assert other.do("step", unit="batch", count=1)["type"] == "ack"


def test_w24_nothing_is_compressed_and_no_other_language_spoken(server: Server, make_run: MakeRun) -> None:
    offers = {"Sec-WebSocket-Extensions": "permessage-deflate", "Sec-WebSocket-Protocol": "chat"}
    with closing(RawSocket(server.url, make_run(), **offers)) as raw:
        assert "101 Switching" in raw.head
        assert "sec-websocket-extensions" not in raw.head.lower() and "chat" not in raw.head
    with closing(RawSocket(server.url, make_run(), **{"Sec-WebSocket-Version": "8"})) as raw:
        assert raw.head.split()[1] in ("400", "426")


def test_w24_a_socket_is_asked_for_by_a_browser_alone(api: httpx2.Client, make_run: MakeRun) -> None:
    answer = api.get(f"/api/runs/{make_run()}/live")
    assert (answer.status_code, json.loads(answer.text)["error"]["code"]) == (404, "not_found")


def test_no_row_is_missing() -> None:
    assert rows_of(sys.modules[__name__]) == {f"W{number}" for number in range(1, 25)}
