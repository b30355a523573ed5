"""A room: a presenter shows a run, those with the code see it in step, or go on alone for a while."""

import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from websockets.exceptions import ConnectionClosed

from app import room_api
from app.room_protocol import COMMANDS, OPS, Role, RoomCommand
from app.rooms import CODE
from tests.app.roommate import Browser, Roommate, browser
from tests.app.visitor import Visitor
from tests.server import Server, running_server

CLASS_CODE = "KITE2026"
NO_SUCH_ROOM = (4404, "There is no such room; it may have ended.")


@pytest.fixture(scope="module")
def school() -> Iterator[Server]:
    """A server that a class comes to: its door is closed to those without a code."""
    settings = {"open_door": "false", "class_code": CLASS_CODE, "wrong_codes_per_minute": 30}
    with running_server(**settings, max_rooms_per_guest=2, max_runs_per_guest=10) as server:
        yield server


def entered(guest: Browser) -> Browser:
    assert guest.client.post("/enter", data={"code": CLASS_CODE}).status_code == 303
    return guest


@pytest.fixture
def kim(school: Server) -> Iterator[Browser]:
    """Ms Kim, who presents."""
    with browser(school) as guest:
        yield entered(guest)


@pytest.fixture
def ann(school: Server) -> Iterator[Browser]:
    with browser(school) as guest:
        yield guest


@pytest.fixture
def ben(school: Server) -> Iterator[Browser]:
    with browser(school) as guest:
        yield guest


class Lesson:
    """A room with Ms Kim and two pupils in it, a page of each open."""

    def __init__(self, kim: Browser, ann: Browser, ben: Browser, pages: ExitStack) -> None:
        self.run = kim.make_run()
        self.code = kim.open_room(self.run, "Ms Kim")
        ann.join(self.code, "Ann")
        ben.join(self.code, "Ben")
        self.kim, self.ann, self.ben = (pages.enter_context(guest.sit(self.code)) for guest in (kim, ann, ben))
        for page in (self.kim, self.ann, self.ben):
            page.room(people=3)

    def explore(self, page: Roommate) -> str:
        """Somebody goes on alone."""
        own = page.browser.fork(self.run)
        assert page.do("explore", run=own)["type"] == "ack"
        return own


@pytest.fixture
def lesson(kim: Browser, ann: Browser, ben: Browser) -> Iterator[Lesson]:
    with ExitStack() as pages:
        yield Lesson(kim, ann, ben, pages)


# --- coming in ------------------------------------------------------------------------------------------------


def test_a_code_is_six_letters_that_nobody_mistakes_and_lets_in_without_the_class_code(
    kim: Browser, ann: Browser
) -> None:
    run = kim.make_run()
    code = kim.open_room(run)
    assert CODE.fullmatch(code)
    for typed in (code, code.lower(), f" {code[:3]}-{code[3:]} "):
        answer = ann.join(typed, "Ann")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/w/{code}")
    assert ann.client.get(f"/w/{code}").status_code == 200
    assert ann.client.get(f"/api/runs/{run}").status_code == 200
    with ann.sit(code) as page:
        assert page.you(name="Ann")["role"] == "member"


def test_the_same_run_has_one_room(kim: Browser) -> None:
    run = kim.make_run()
    assert kim.open_room(run) == kim.open_room(run)


def test_a_guest_has_only_so_many_rooms(kim: Browser) -> None:
    kim.open_room(kim.make_run())
    kim.open_room(kim.make_run())
    answer = kim.client.post("/api/rooms", json={"run": kim.make_run()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "quota_exceeded")


def test_the_way_in_asks_in_the_readers_language(school: Server) -> None:
    page = httpx2.get(f"{school.url}/join", params={"code": "KITEAB"}, headers={"Accept-Language": "de"})
    assert page.status_code == 200
    assert 'lang="de"' in page.text and 'value="KITEAB"' in page.text


def test_a_wrong_code_is_told_and_guessing_is_slowed_down() -> None:
    with running_server(wrong_codes_per_minute=3) as server, browser(server) as guest:
        guest.client.get("/join")
        for _ in range(3):
            wrong = guest.join("WRONGS", "Ann")
            assert wrong.status_code == 403
            assert "no room with this code" in wrong.text and 'value="Ann"' in wrong.text
        refused = guest.join("WRONGS")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("  Ann  B.  ", "Ann B."), ("x" * 60, "x" * 40), ("A\u202enn", "Ann"), ("A\x07nn", ""), ("   ", ""), ("é", "é")],
)
def test_a_name_is_one_short_line(kim: Browser, ann: Browser, typed: str, name: str) -> None:
    code = kim.open_room(kim.make_run())
    ann.join(code, typed)
    with ann.sit(code) as page:
        assert page.until("you")["name"] == name


def test_who_is_not_in_a_room_cannot_tell_whether_there_is_one(kim: Browser, ben: Browser) -> None:
    entered(ben)
    code = kim.open_room(kim.make_run())
    for place in (code, "ABCDEF"):
        page = ben.client.get(f"/w/{place}")
        assert (page.status_code, page.headers["location"]) == (303, f"/join?code={place}")
        picture = ben.client.get(f"/api/rooms/{place}/qr.svg")
        assert (picture.status_code, picture.json()["error"]["code"]) == (404, "not_found")
        with ben.sit(place) as stranger:
            assert stranger.closed() == NO_SUCH_ROOM


def test_every_route_of_a_room_is_closed_to_strangers(kim: Browser, ben: Browser) -> None:
    entered(ben)
    code = kim.open_room(kim.make_run())
    routes = [route for route in room_api.router.routes if isinstance(route, APIRoute) and "{code}" in route.path]
    assert routes
    for route in routes:
        for method in route.methods:
            foreign = ben.client.request(method, route.path.format(code=code))
            missing = ben.client.request(method, route.path.format(code="ABCDEF"))
            assert (foreign.status_code, foreign.text) == (404, missing.text)


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"run": 3}, {"run": "x", "name": "y" * 41}, {"run": "x", "more": 1}, []),
        *({"run": "x", "descent": {}}, {"descent": 3}, {"run": ""}),
    ],
)
def test_a_room_that_cannot_be_is_told(kim: Browser, body: Any) -> None:
    answer = kim.client.post("/api/rooms", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_json")


def test_only_a_run_of_ones_own_is_shown(kim: Browser, ann: Browser, lesson: Lesson) -> None:
    foreign = ann.make_run()
    assert kim.client.post("/api/rooms", json={"run": foreign}).status_code == 404
    assert ann.client.post("/api/rooms", json={"run": lesson.run}).status_code == 403


def test_the_qr_code_is_a_picture(kim: Browser) -> None:
    code = kim.open_room(kim.make_run())
    picture = kim.client.get(f"/api/rooms/{code}/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")


# --- in step --------------------------------------------------------------------------------------------------


def test_pupils_see_what_the_presenter_does_in_step_and_steer_nothing(lesson: Lesson) -> None:
    with (
        lesson.kim.browser.watch(lesson.run) as kim,
        lesson.ann.browser.watch(lesson.run) as ann,
        lesson.ben.browser.watch(lesson.run) as ben,
    ):
        for step in (1, 2, 3):
            kim.do("step", unit="batch", count=1)
            frames = [pupil.frame(step=step) for pupil in (ann, ben)]
            assert frames[0].info["metrics"] == frames[1].info["metrics"]
        assert ann.do("step", unit="batch", count=1)["error"]["code"] == "forbidden"
        assert (kim.about["right"], ann.about["right"]) == ("steer", "watch")


def test_who_comes_late_sees_the_present_at_once(lesson: Lesson, school: Server) -> None:
    with lesson.kim.browser.watch(lesson.run) as kim:
        kim.do("step", unit="epoch", count=5)
        with browser(school) as late:
            late.join(lesson.code, "Late")
            with late.sit(lesson.code) as page:
                run = page.until("room")["run"]
                with late.watch(run) as viewer:
                    assert viewer.next("frame").info["epoch"] == 5
                    assert viewer.numbers("epoch")[-1] == 5
        lesson.kim.row("Late", lambda row: not row["is_here"])


def test_another_run_of_the_presenter_is_shown_to_all(lesson: Lesson) -> None:
    other = lesson.kim.browser.make_run()
    with lesson.ann.browser.watch(lesson.run) as viewer:
        assert lesson.kim.do("show", run=other)["type"] == "ack"
        assert lesson.ann.room(run=other)
        assert viewer.closed() == (4410, "The room does not show this run any more.")
    with lesson.ann.browser.watch(other) as viewer:
        assert viewer.next("frame")


def test_a_link_that_is_taken_back_leaves_the_room_as_it_is(lesson: Lesson) -> None:
    with lesson.ann.browser.watch(lesson.run) as viewer:
        viewer.next("frame")
        lesson.kim.browser.client.delete(f"/api/runs/{lesson.run}/share")
        assert viewer.do("watch", views=["boundary"])["type"] == "ack"


# --- on one's own ---------------------------------------------------------------------------------------------


def test_a_pupil_goes_on_alone_from_the_present_moment_and_comes_back(lesson: Lesson) -> None:
    with lesson.kim.browser.watch(lesson.run) as kim:
        kim.do("step", unit="epoch", count=3)
    own = lesson.explore(lesson.ann)
    assert lesson.ann.you(run=own)
    with lesson.ann.browser.watch(own) as ann:
        assert ann.next("frame").info["epoch"] == 3
        ann.do("step", unit="epoch", count=1)
        row = lesson.kim.row("Ann", lambda row: row["epoch"] == 4)
        assert row["run"] == own and 0 <= row["accuracy"] <= 1
    assert lesson.kim.browser.client.get(f"/api/runs/{lesson.run}").json()["epoch"] == 3
    lesson.ann.do("follow")
    lesson.kim.row("Ann", lambda row: row["run"] == "")


def test_the_presenter_watches_what_a_pupil_does_and_no_other_pupil_may(lesson: Lesson) -> None:
    own = lesson.explore(lesson.ann)
    with lesson.kim.browser.watch(own) as kim:
        kim.next("frame")
        assert kim.about["right"] == "watch"
    with lesson.ben.browser.watch(own) as ben:
        assert ben.closed()[0] == 4404
    assert "people" not in lesson.ben.told


def test_only_a_run_of_ones_own_is_explored(lesson: Lesson) -> None:
    for run in (lesson.run, "0" * 22, lesson.explore(lesson.ann)):
        assert lesson.ben.do("explore", run=run)["error"]["code"] == "not_found"


def until_right(visitor: Visitor, right: str) -> None:
    """Go on asking for something, until somebody is told that they may do this much."""
    while visitor.about["right"] != right:
        visitor.do("watch", views=[])


def test_freezing_pauses_all_who_explore_and_nobody_steers_until_it_is_over(lesson: Lesson) -> None:
    own = lesson.explore(lesson.ann)
    with lesson.ann.browser.watch(own) as ann, lesson.kim.browser.watch(lesson.run) as kim:
        ann.do("play")
        lesson.kim.do("freeze", is_frozen=True)
        assert lesson.ann.room(is_frozen=True) and lesson.ben.room(is_frozen=True)
        ann.frame(status="paused")
        assert ann.do("play")["error"]["code"] == "frozen"
        until_right(ann, "watch")
        assert lesson.ben.do("explore", run=lesson.ben.browser.fork(lesson.run))["error"]["code"] == "frozen"
        assert kim.do("step", unit="batch", count=1)["type"] == "ack"
        lesson.kim.do("freeze", is_frozen=False)
        assert ann.do("play")["type"] == "ack"
        until_right(ann, "steer")


def test_the_presenters_experiment_is_pushed_to_all_who_explore(lesson: Lesson) -> None:
    own = lesson.explore(lesson.ann)
    with lesson.ann.browser.watch(own) as ann, lesson.kim.browser.watch(lesson.run) as kim:
        experiment = kim.next("scene").info["experiment"] | {"batch_size": 32}
        kim.do("change", experiment=experiment)
        kim.next("scene", lambda scene: scene.info["experiment"]["batch_size"] == 32)
        lesson.kim.do("push")
        ann.next("scene", lambda scene: scene.info["experiment"]["batch_size"] == 32)
        assert lesson.ann.room(pushes=1)


def test_a_spotlight_shows_a_pupils_run_to_all_until_it_is_out(lesson: Lesson) -> None:
    own = lesson.explore(lesson.ann)
    number = lesson.ann.until("you")["number"]
    lesson.kim.do("spotlight", number=number)
    assert lesson.ben.room(run=own)["spotlight"] == {"number": number, "name": "Ann"}
    with lesson.ben.browser.watch(own) as ben, lesson.ann.browser.watch(own) as ann:
        ann.do("step", unit="batch", count=1)
        assert ben.frame(step=1)
        lesson.ann.do("follow")
        assert lesson.ben.room(run=lesson.run, spotlight=None)
        assert ben.closed() == (4410, "The room does not show this run any more.")


def test_there_is_no_spotlight_on_one_who_only_follows(lesson: Lesson) -> None:
    assert lesson.kim.do("spotlight", number=lesson.ann.until("you")["number"])["error"]["code"] == "state"
    assert lesson.kim.do("spotlight", number=99)["error"]["code"] == "not_found"


# --- control --------------------------------------------------------------------------------------------------


def test_control_is_handed_over_and_taken_back(lesson: Lesson) -> None:
    with lesson.kim.browser.watch(lesson.run) as kim, lesson.ann.browser.watch(lesson.run) as ann:
        lesson.kim.do("hand_over", number=lesson.ann.until("you")["number"])
        assert lesson.ben.room(presenter="Ann")
        assert lesson.ann.you(role="presenter") and lesson.kim.you(role="host")
        assert ann.do("step", unit="batch", count=1)["type"] == "ack"
        assert kim.do("step", unit="batch", count=1)["error"]["code"] == "forbidden"
        assert lesson.ann.browser.client.delete(f"/api/runs/{lesson.run}").status_code == 403
        lesson.kim.do("reclaim")
        assert lesson.ann.you(role="member")
        assert kim.do("step", unit="batch", count=1)["type"] == "ack"
        assert ann.do("step", unit="batch", count=1)["error"]["code"] == "forbidden"


def parts_of(command: type[RoomCommand], lesson: Lesson) -> dict[str, Any]:
    """Fields with which a command could be obeyed, as far as its giver may give it."""
    moment = {"descent": {}, "at": 0, "is_playing": False, "speed": 10}
    values = {"run": lesson.run, "is_frozen": False, "number": 2, "name": "Kit", **moment}
    return {field: values[field] for field in command.model_fields if field not in ("id", "op")}


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("role", Role)
def test_every_command_is_for_certain_roles(lesson: Lesson, role: Role, op: str) -> None:
    command = COMMANDS[OPS.index(op)]
    pages = {Role.PRESENTER: lesson.kim, Role.MEMBER: lesson.ann, Role.HOST: lesson.kim}
    if role == Role.HOST:
        lesson.kim.do("hand_over", number=lesson.ben.until("you")["number"])
    answer = pages[role].do(op, **parts_of(command, lesson))
    is_refused = answer["type"] == "error" and answer["error"]["code"] == "forbidden"
    assert is_refused == (role not in command.roles), answer


def test_what_is_no_command_is_told_and_too_much_of_it_ends_the_socket(lesson: Lesson) -> None:
    lesson.ann.say({"id": 7, "op": "dance"})
    error = lesson.ann.until("error")
    assert error["id"] == 7 and error["error"]["message"].startswith("op: expected one of show, show_lab, freeze")
    with suppress(ConnectionClosed):  # the last may come too late
        for _ in range(12):
            lesson.ann.say("nonsense")
    assert lesson.ann.closed()[0] == 4400


def test_one_cannot_command_without_end(lesson: Lesson) -> None:
    codes = [lesson.ann.do("rename", name=f"Ann {i}").get("error", {}).get("code") for i in range(40)]
    assert "slow_down" in codes


def test_many_changes_are_told_at_once(lesson: Lesson) -> None:
    for i in range(15):
        lesson.ann.do("rename", name=f"Ann {i}")
    news = 0
    while not any(row["name"] == "Ann 14" for row in lesson.kim.until("people")["people"]):
        news += lesson.kim.hear()["type"] == "people"
    assert news < 15


# --- its end --------------------------------------------------------------------------------------------------


def test_a_room_ends_for_all_at_once(lesson: Lesson) -> None:
    own = lesson.explore(lesson.ben)
    with lesson.ann.browser.watch(lesson.run) as ann, lesson.kim.browser.watch(own) as kim:
        lesson.kim.do("end")
        assert lesson.ann.closed() == lesson.kim.closed() == (4410, "The room has ended.")
        assert ann.closed() == kim.closed() == (4410, "The room has ended.")
    assert lesson.ann.browser.client.get(f"/api/runs/{lesson.run}").status_code == 404
    assert lesson.ben.browser.client.get(f"/api/runs/{own}").status_code == 200
    assert lesson.ann.browser.join(lesson.code).status_code == 403


def test_a_room_is_full_when_it_is(tmp_path: Path) -> None:
    with running_server(max_watchers_per_run=2) as server, ExitStack() as guests:
        kim, ann, ben = (guests.enter_context(browser(server)) for _ in range(3))
        kim.client.get("/")
        code = kim.open_room(kim.make_run())
        ann.join(code)
        with kim.sit(code) as page:
            with ann.sit(code):
                page.room(people=2)
                full = ben.join(code)
                assert (full.status_code, "room is full" in full.text) == (503, True)
                assert 5 <= int(full.headers["retry-after"]) <= 15
            page.room(people=1)
            assert ben.join(code).status_code == 303, "who has gone makes room"


def test_a_code_survives_a_restart(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, browser(server) as kim, browser(server) as ann:
        kim.client.get("/")
        code = kim.open_room(kim.make_run(), "Ms Kim")
        ann.join(code, "Ann")
        with kim.sit(code) as page:
            page.do("freeze", is_frozen=True)
        cookies = [dict(guest.client.cookies) for guest in (kim, ann)]
    with (
        running_server(data=tmp_path) as server,
        browser(server) as kim,
        browser(server) as ann,
        browser(server) as ben,
    ):
        for guest, cookie in zip((kim, ann), cookies, strict=True):
            guest.client.cookies.update(cookie)
        assert ben.join(code, "Ben").status_code == 303
        with kim.sit(code) as kims, ann.sit(code) as anns, ben.sit(code) as bens:
            assert kims.you(role="presenter") and anns.you(name="Ann") and bens.you(number=3)
            assert bens.room(is_frozen=True, presenter="Ms Kim")


def test_a_stopped_server_tells_a_room_and_sends_its_pages_away() -> None:
    with running_server() as server, browser(server) as kim, ThreadPoolExecutor(30) as pool, ExitStack() as pages:
        kim.client.get("/")
        code = kim.open_room(kim.make_run())
        seats = [pages.enter_context(kim.sit(code)) for _ in range(30)]

        def leave(seat: Roommate) -> None:
            assert seat.closed()[0] == 1012
            assert seat.told["error"]["error"]["code"] == "restarting"

        leaving = [pool.submit(leave, seat) for seat in seats]
        server.process.send_signal(signal.SIGTERM)
        for left in leaving:
            left.result()


def test_a_room_that_stands_empty_ends() -> None:
    with running_server(room_idle_hours=1e-6) as server, browser(server) as kim:
        kim.client.get("/")
        code = kim.open_room(kim.make_run())
        deadline = time.monotonic() + 60
        while kim.client.get(f"/w/{code}").status_code == 200:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def test_whoever_deletes_what_they_explored_follows_again() -> None:
    with running_server(room_idle_hours=0.001) as server, browser(server) as kim, browser(server) as ann:
        kim.client.get("/")
        run = kim.make_run()
        code = kim.open_room(run)
        with kim.sit(code) as kims:
            ann.join(code, "Ann")
            with ann.sit(code) as anns:
                own = ann.fork(run)
                anns.do("explore", run=own)
                kims.do("spotlight", number=anns.until("you")["number"])
                assert kims.room(run=own)
                assert ann.client.delete(f"/api/runs/{own}").status_code == 204
                assert anns.you(run="")
                assert anns.room(run=run, spotlight=None)


def test_no_secret_of_a_guest_is_told(lesson: Lesson) -> None:
    lesson.explore(lesson.ann)
    lesson.kim.row("Ann", lambda row: row["run"])
    assert not re.search(r"[0-9a-f]{64}", str([page.told for page in (lesson.kim, lesson.ann, lesson.ben)]))


def test_nobody_is_in_a_room_without_a_code(school: Server, lesson: Lesson) -> None:
    with browser(school) as stranger, stranger.sit(lesson.code) as page:
        assert page.closed() == (4401, "Come in with the class code first.")
