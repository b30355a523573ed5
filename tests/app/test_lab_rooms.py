"""A room that shows the Descent lab: pupils see it in step, its bounds, and what it has in common with other rooms."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.app.roommate import Browser, browser
from tests.server import Server, running_server


@pytest.fixture(scope="module")
def school() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture
def kim(school: Server) -> Iterator[Browser]:
    """Ms Kim, who presents."""
    with browser(school) as guest:
        guest.client.get("/descent")
        yield guest


class Lesson:
    """A room that shows the lab, with Ms Kim and two pupils in it, a page of each open."""

    def __init__(self, school: Server, kim: Browser, pages: ExitStack) -> None:
        ann, ben = (pages.enter_context(browser(school)) for _ in range(2))
        self.code = kim.open_lab({}, "Ms Kim")
        ann.join(self.code, "Ann")
        ben.join(self.code, "Ben")
        self.kim, self.ann, self.ben = (pages.enter_context(guest.sit(self.code)) for guest in (kim, ann, ben))
        for page in (self.kim, self.ann, self.ben):
            page.room(people=3)


@pytest.fixture
def lab(school: Server, kim: Browser) -> Iterator[Lesson]:
    with ExitStack() as pages:
        yield Lesson(school, kim, pages)


def moment(rate: float = 0.1, at: float = 0, is_playing: bool = False, **more: Any) -> dict[str, Any]:
    """What a presenter's page says of its lab."""
    descent = {"contestants": [{"optimizer": {"kind": "sgd", "learning_rate": rate}}]}
    return {"descent": descent, "at": at, "is_playing": is_playing, "speed": 10, **more}


def rate_in(lab: dict[str, Any]) -> float:
    return float(lab["descent"]["contestants"][0]["optimizer"]["learning_rate"])


def test_pupils_see_each_change_of_the_lab_in_its_order_and_late_ones_the_present_at_once(
    lab: Lesson, school: Server
) -> None:
    for rate, at in ((0.1, 0), (0.2, 3), (0.3, 5.5)):
        assert lab.kim.do("show_lab", **moment(rate, at, at > 5))["type"] == "ack"
        for pupil in (lab.ann, lab.ben):
            assert pupil.until("moment", lambda told, at=at: told["at"] == at)["is_playing"] == (at > 5)
            assert rate_in(pupil.until("lab")) == rate
    with browser(school) as late:
        late.join(lab.code, "Late")
        with late.sit(lab.code) as page:
            assert page.until("room")["run"] == ""
            assert rate_in(page.until("lab")) == 0.3
            assert page.until("moment") == {"type": "moment", "at": 5.5, "is_playing": True, "speed": 10}


def test_a_lab_that_stays_as_it_is_is_not_told_again(lab: Lesson) -> None:
    lab.kim.do("show_lab", **moment(0.2))
    lab.ann.until("lab", lambda told: rate_in(told) == 0.2)
    lab.ann.told.pop("lab")
    for at in (1, 2, 3):
        lab.kim.do("show_lab", **moment(0.2, at))
    lab.ann.until("moment", lambda told: told["at"] == 3)
    assert "lab" not in lab.ann.told


@pytest.mark.parametrize(
    ("wrong", "code", "says"),
    [
        ({"descent": {"steps": 1001}}, "invalid_descent", "steps: expected a whole number from 1 to 1000"),
        ({"descent": {"more": 1}}, "invalid_descent", "more: unknown field"),
        ({"descent": []}, "bad_message", "descent: expected a valid dictionary"),
        ({"at": -1}, "range", "at: expected greater than or equal to 0"),
        ({"at": 1001}, "range", "at: expected less than or equal to 1000"),
        ({"speed": 0}, "range", "speed: expected greater than 0"),
        ({"is_playing": 1}, "bad_message", "is_playing: expected a valid boolean"),
        ({"more": "x"}, "bad_message", "Expected only the fields that the op knows"),
    ],
)
def test_what_is_no_lab_is_refused_and_nobody_sees_it(lab: Lesson, wrong: Any, code: str, says: str) -> None:
    error = lab.kim.do("show_lab", **moment(0.4) | wrong)["error"]
    assert error["code"] == code and error["message"].startswith(says), error
    lab.kim.do("show_lab", **moment(0.5))
    assert rate_in(lab.ann.until("lab", lambda told: rate_in(told) != 0.1)) == 0.5


def test_a_lab_that_cannot_be_is_not_opened(kim: Browser) -> None:
    answer = kim.client.post("/api/rooms", json={"descent": {"steps": 0}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_descent")


def test_too_many_moments_of_the_lab_are_turned_away_and_the_room_goes_on(lab: Lesson) -> None:
    for at in range(60):
        lab.kim.ask("show_lab", **moment(at=at))
    assert lab.kim.do("show_lab", **moment())["error"]["code"] == "slow_down"
    assert lab.kim.do("rename", name="Ms Kim")["type"] == "ack"


def test_what_is_for_runs_is_not_for_the_lab_nor_the_other_way_round(lab: Lesson, kim: Browser) -> None:
    run = kim.make_run()
    for page, op, fields in (
        (lab.kim, "show", {"run": run}),
        (lab.kim, "push", {}),
        (lab.ann, "explore", {"run": run}),
    ):
        assert page.do(op, **fields)["error"]["message"].startswith("The room shows the Descent lab")
    with kim.sit(kim.open_room(run)) as page:
        assert page.do("show_lab", **moment())["error"]["message"].startswith("The room shows a run")


def test_the_lab_is_frozen_handed_over_and_ended_as_a_run_is(lab: Lesson) -> None:
    lab.kim.do("freeze", is_frozen=True)
    assert lab.ann.room(is_frozen=True)
    lab.kim.do("hand_over", number=lab.ann.until("you")["number"])
    assert lab.ann.do("show_lab", **moment(0.7))["type"] == "ack"
    assert rate_in(lab.ben.until("lab", lambda told: rate_in(told) == 0.7)) == 0.7
    assert lab.kim.do("show_lab", **moment())["error"]["code"] == "forbidden"
    lab.kim.do("end")
    assert lab.ben.closed() == (4410, "The room has ended.")


def test_the_page_of_a_room_is_the_labs_where_it_shows_the_lab(lab: Lesson, kim: Browser) -> None:
    run_code = kim.open_room(kim.make_run())
    lab.ann.browser.join(run_code)
    pages = [lab.ann.browser.client.get(f"/w/{code}").text for code in (lab.code, run_code)]
    assert ["dist/descent.js" in page for page in pages] == [True, False]


def test_the_lab_of_a_room_survives_a_restart(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, browser(server) as kim:
        kim.client.get("/")
        code = kim.open_lab({})
        with kim.sit(code) as page:
            page.do("show_lab", **moment(0.6, 4))
        cookies = dict(kim.client.cookies)
    with running_server(data=tmp_path) as server, browser(server) as kim:
        kim.client.cookies.update(cookies)
        with kim.sit(code) as page:
            assert rate_in(page.until("lab")) == 0.6
            assert page.until("moment")["at"] == 0


def test_a_lab_that_is_looked_at_stays_when_empty_rooms_end() -> None:
    with running_server(room_idle_hours=0.001) as server, browser(server) as kim:
        kim.client.get("/")
        with kim.sit(kim.open_lab({})) as page:
            empty = kim.open_room(kim.make_run())
            deadline = time.monotonic() + 60
            while kim.client.get(f"/w/{empty}").status_code == 200:
                assert time.monotonic() < deadline
                time.sleep(0.5)
            assert page.do("show_lab", **moment(at=1))["type"] == "ack"
