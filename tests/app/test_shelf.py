"""My runs: what is kept of a guest is found, named, pinned, carried away as a file and brought again, and deleted."""

import hashlib
import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from app import archive, protocol, runfile, shelf
from app.main import MIGRATIONS
from app.naming import BadName, named
from app.present import Present
from app.runfile import NotARun
from app.store import Store
from core import Experiment, Moment, Trainer, snapshot
from tests.app.visitor import Visitor
from tests.server import Server, running_server

FILE = {"content-type": "application/octet-stream"}


@contextmanager
def guest_of(server: Server) -> Iterator[httpx2.Client]:
    """A browser that has been on the page."""
    with httpx2.Client(base_url=server.url, timeout=20) as browser:
        assert browser.get("/runs").status_code == 200
        yield browser


@pytest.fixture
def ann(server: Server) -> Iterator[httpx2.Client]:
    with guest_of(server) as browser:
        yield browser
        browser.delete("/api/runs")


@pytest.fixture
def ben(server: Server) -> Iterator[httpx2.Client]:
    with guest_of(server) as browser:
        yield browser
        browser.delete("/api/runs")


def cookie_of(browser: httpx2.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def visit(browser: httpx2.Client, run: str) -> Visitor:
    return Visitor(str(browser.base_url).rstrip("/"), run, cookie=cookie_of(browser))


def make_run(browser: httpx2.Client, **experiment: Any) -> str:
    answer = browser.post("/api/runs", json=experiment)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def trained(browser: httpx2.Client, epochs: int = 3, **experiment: Any) -> str:
    """A run that somebody took some steps in."""
    run = make_run(browser, **experiment)
    with visit(browser, run) as visitor:
        assert visitor.do("step", unit="epoch", count=epochs)["type"] == "ack"
    until(lambda: browser.get(f"/api/runs/{run}").json()["status"] == "paused")
    return run


def mine(browser: httpx2.Client, **query: Any) -> dict[str, Any]:
    answer = browser.get("/api/runs", params=query)
    assert answer.status_code == 200, answer.text
    shelf: dict[str, Any] = answer.json()
    return shelf


def ids(shelf: dict[str, Any]) -> list[str]:
    return [run["id"] for run in shelf["runs"]]


def until(found: Callable[[], Any]) -> Any:
    """Ask again until there is something: each question takes its time."""
    for _ in range(2000):
        if answer := found():
            return answer
    raise AssertionError("nothing was found")


# --- the list -------------------------------------------------------------------------------------------------


def test_the_newest_comes_first_and_a_pinned_one_before_it(ann: httpx2.Client) -> None:
    first, second, third = (trained(ann) for _ in range(3))
    assert ids(mine(ann)) == [third, second, first]
    ann.patch(f"/api/runs/{first}", json={"is_pinned": True})
    assert ids(mine(ann)) == [first, third, second]


def test_a_run_says_how_far_it_is_and_what_it_is_of(ann: httpx2.Client) -> None:
    run = trained(ann, epochs=5, data={"kind": "circle"})
    (entry,) = mine(ann)["runs"]
    assert (entry["id"], entry["title"], entry["status"], entry["epoch"]) == (run, "Circle", "paused", 5)
    assert entry["summary"].startswith("2 → 8")
    assert entry["experiment"]["data"]["kind"] == "circle"
    assert entry["metrics"]["train_loss"] > 0


def test_a_run_that_only_trained_as_the_page_began_it_is_not_listed(ann: httpx2.Client) -> None:
    run = make_run(ann)
    with visit(ann, run) as visitor:
        visitor.do("speed", unit="epochs", per_second=60.0)
        visitor.do("play", until_epoch=2)
        visitor.do("pause")
        assert ids(mine(ann)) == []
        visitor.do("play")
        assert ids(mine(ann)) == [run]


def test_a_shared_run_is_listed_untouched_as_it_is(ann: httpx2.Client) -> None:
    run = make_run(ann)
    ann.post(f"/api/runs/{run}/share")
    (entry,) = mine(ann)["runs"]
    assert (entry["id"], entry["is_shared"]) == (run, True)


def test_nobody_sees_anothers_runs(ann: httpx2.Client, ben: httpx2.Client) -> None:
    trained(ann)
    assert mine(ben) == {"runs": [], "total": 0, "most": 50}


def test_words_are_found_in_names_and_experiments(ann: httpx2.Client) -> None:
    moons, xor = trained(ann, data={"kind": "moons"}), trained(ann, data={"kind": "xor"})
    ann.patch(f"/api/runs/{moons}", json={"name": "Zwei Sicheln, sehr GROẞ"})
    assert ids(mine(ann, search="sicheln groß")) == [moons]
    assert ids(mine(ann, search="xor")) == [xor]
    assert ids(mine(ann, search="adam")) == [xor, moons]
    assert ids(mine(ann, search="%")) == []


def test_a_long_list_comes_in_pages(ann: httpx2.Client) -> None:
    runs = [trained(ann) for _ in range(3)][::-1]
    assert (ids(mine(ann, limit=2)), mine(ann, limit=2)["total"]) == (runs[:2], 3)
    assert ids(mine(ann, limit=2, offset=2)) == runs[2:]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=101", "limit=x", "offset=-1", f"search={'x' * 201}", "offset=1e9"]
)
def test_a_page_beyond_all_bounds_is_refused(ann: httpx2.Client, query: str) -> None:
    answer = ann.get(f"/api/runs?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")


# --- names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "é" * 80, "日本語 👩‍🔬", "=1+1"])
def test_a_name_is_shown_as_it_was_typed(ann: httpx2.Client, name: str) -> None:
    run = trained(ann)
    assert ann.patch(f"/api/runs/{run}", json={"name": name}).json()["name"] == name
    assert mine(ann)["runs"][0]["name"] == name


@pytest.mark.parametrize("name", ["x" * 81, "a\0b", "a\nb", "a\x85b", "a\u2028b", "   "])
def test_a_name_that_cannot_be_shown_is_refused(ann: httpx2.Client, name: str) -> None:
    run = trained(ann)
    answer = ann.patch(f"/api/runs/{run}", json={"name": name})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "name")
    assert mine(ann)["runs"][0]["name"] == ""


def test_a_name_is_composed_and_turns_no_text_round() -> None:
    assert named("e\u0301le\u0300ve") == "élève"
    assert named("\u202etxt.exe\u2066") == "txt.exe"
    assert named("") == ""
    with pytest.raises(BadName):
        named("\u202e")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b'{"name": "\\ud800"}', 400),
        (b"[]", 422),
        (b'{"name": 3}', 422),
        (b'{"is_pinned": 1}', 422),
        (b'{"owner": "me"}', 422),
    ],
)
def test_what_is_no_mark_is_refused(ann: httpx2.Client, body: bytes, status: int) -> None:
    run = trained(ann)
    answer = ann.patch(f"/api/runs/{run}", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text


# --- one run --------------------------------------------------------------------------------------------------


def test_the_curve_is_as_it_was_watched_awake_or_asleep(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, guest_of(server) as ann:
        run = make_run(ann)
        with visit(ann, run) as visitor:
            visitor.do("step", unit="epoch", count=30)
            assert visitor.frame(step=420, status="paused")
            awake = ann.get(f"/api/runs/{run}/curve").json()
            assert awake["columns"] == list(archive.COLUMNS)
            assert [row[0] for row in awake["rows"]] == visitor.numbers("step").tolist()
    with running_server(data=tmp_path) as server, httpx2.Client(base_url=server.url, cookies=ann.cookies) as again:
        assert again.get(f"/api/runs/{run}/curve").json() == awake


def test_a_long_curve_is_thinned_to_its_shape() -> None:
    rows = np.arange(7000.0).reshape(1000, 7)
    thin = shelf.thinned(rows, 300)
    assert len(thin) == 300
    assert (thin[0, 0], thin[-1, 0]) == (0, 6993)


def test_what_is_no_number_is_null_on_the_curve(ann: httpx2.Client) -> None:
    run = trained(ann, data={"kind": "sine"}, output={"kind": "linear"})
    curve = ann.get(f"/api/runs/{run}/curve").json()
    assert {row[curve["columns"].index("test_accuracy")] for row in curve["rows"]} == {None}


def test_what_was_changed_is_told_with_when_and_from_what_to_what(ann: httpx2.Client) -> None:
    run = make_run(ann)
    experiment = Experiment().model_dump(mode="json")
    with visit(ann, run) as visitor:
        visitor.do("step", unit="epoch", count=2)
        experiment["optimizer"]["learning_rate"] = 0.1
        experiment["network"]["layers"][0]["activation"] = {"kind": "relu"}
        visitor.do("change", experiment=experiment)
        visitor.do("edit", layer=0, unit=1, input=None, value=0.5)
        visitor.do("step", unit="batch", count=3)
        visitor.do("seek", step=20)
        visitor.do("seek", step=10)
        visitor.do("reset")
    change, edit, seek, reset = ann.get(f"/api/runs/{run}/changes").json()
    assert (change["op"], change["step"], change["epoch"]) == ("change", 28, 2.0)
    kinds = {each["field"]: (each["before"], each["after"]) for each in change["settings"]}
    before, after = kinds.pop("network.layers.0.activation")
    assert (before["kind"], after["kind"]) == ("tanh", "relu")
    assert kinds == {"optimizer.learning_rate": (0.03, 0.1)}
    assert (edit["layer"], edit["unit"], edit["input"], edit["after"]) == (0, 1, None, 0.5)
    assert edit["before"] != 0.5
    assert (seek["op"], seek["step"], round(seek["source"], 2)) == ("seek", 10, round(31 / 14, 2))
    assert reset["op"] == "reset"


def test_a_run_has_a_picture_of_what_it_learned(ann: httpx2.Client) -> None:
    for data in ("spiral", "digits", "unlabelled_digits", "sine"):
        run = trained(ann, data={"kind": data})
        picture = until(lambda run=run: (found := ann.get(f"/api/runs/{run}/thumbnail.png")).is_success and found)
        image = Image.open(io.BytesIO(picture.content))
        assert (image.format, image.size) == ("PNG", (160, 160))
        assert len(image.convert("RGB").getcolors() or []) > 5
        assert len(picture.content) < 16_000


def test_a_run_without_a_picture_says_so(ann: httpx2.Client) -> None:
    answer = ann.get(f"/api/runs/{make_run(ann)}/thumbnail.png")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_drawn")


def test_a_fork_is_kept_and_names_its_origin(ann: httpx2.Client) -> None:
    run = trained(ann)
    fork = ann.post(f"/api/runs/{run}/fork").json()["id"]
    assert {each["id"]: each["origin"] for each in mine(ann)["runs"]} == {run: None, fork: run}
    until(lambda: all(each["portrayed_at"] for each in mine(ann)["runs"]))


# --- a run as a file ------------------------------------------------------------------------------------------


def saved(browser: httpx2.Client, run: str) -> bytes:
    answer = browser.get(f"/api/runs/{run}/file")
    assert answer.status_code == 200, answer.text
    return answer.content


def bring(browser: httpx2.Client, data: bytes) -> httpx2.Response:
    return browser.post("/api/runs/file", content=data, headers=FILE)


def test_a_run_that_was_carried_elsewhere_goes_on_bit_for_bit(ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = trained(ann, epochs=4)
    ann.patch(f"/api/runs/{run}", json={"name": "Élan 3"})
    answer = bring(ben, saved(ann, run))
    assert answer.status_code == 201
    (entry,) = mine(ben)["runs"]
    assert (entry["name"], entry["epoch"], entry["status"]) == ("Élan 3", 4, "paused")
    assert ben.get(f"/api/runs/{entry['id']}/curve").json() == ann.get(f"/api/runs/{run}/curve").json()
    trainer = Trainer(Experiment())
    trainer.advance(epochs=5)
    with visit(ben, entry["id"]) as visitor:
        visitor.do("watch", views=["weights"])
        visitor.do("step", unit="epoch", count=1)
        frame = visitor.frame(step=trainer.step)
        ours = [array for name, array in sorted(frame.arrays.items()) if name.startswith("weights/")]
        assert all(map(np.array_equal, ours, (block.astype(np.float32) for block in trainer.weights)))
        visitor.do("seek", step=5)
        assert visitor.frame(step=5)


@pytest.mark.parametrize("name", ['a"b\\c', "x/../y", "Größe 日本", "a;b", "%0d%0a"])
def test_the_name_of_a_file_stays_inside_its_header(ann: httpx2.Client, name: str) -> None:
    run = trained(ann)
    ann.patch(f"/api/runs/{run}", json={"name": name})
    header = ann.get(f"/api/runs/{run}/file").headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="[^"\\/\r\n]+[.]run"; filename\*=UTF-8\'\'[\w.%~-]+[.]run', header)


def sealed(blob: bytes) -> bytes:
    """A file whose signature and checksum are right, whatever is in it."""
    return runfile.SIGNATURE + hashlib.sha256(blob).digest() + blob


def rewritten(data: bytes, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> bytes:
    """A file with another content, and a checksum that fits it."""
    message, arrays = protocol.decode(data[len(runfile.SIGNATURE) + runfile.CHECKSUM_BYTES :])
    change(message, arrays)
    return sealed(protocol.encode(message, arrays))


def with_present(data: bytes, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> bytes:
    """A file with another present in it."""

    def inside(_: dict[str, Any], arrays: dict[str, Any]) -> None:
        message, own = protocol.decode(arrays["present"].tobytes())
        own = {name: array.copy() for name, array in own.items()}
        change(message, own)
        arrays["present"] = np.frombuffer(protocol.encode(message, own), np.uint8)

    return rewritten(data, inside)


def with_weights(data: bytes, value: float) -> bytes:
    """A file whose first weight is another one."""

    def change(_: dict[str, Any], arrays: dict[str, Any]) -> None:
        document, states = snapshot.unpacked(arrays["start"].tobytes())
        states["parameters"] = states["parameters"].copy()
        states["parameters"][0] = value
        arrays["start"] = np.frombuffer(snapshot.packed(document, states), np.uint8)

    return with_present(data, change)


def with_other_network(data: bytes) -> bytes:
    """A file whose arrays are those of another experiment."""

    def change(_: dict[str, Any], arrays: dict[str, Any]) -> None:
        document, states = snapshot.unpacked(arrays["start"].tobytes())
        document["experiment"]["network"]["layers"][0]["units"] = 3
        arrays["start"] = np.frombuffer(snapshot.packed(document, states), np.uint8)

    return with_present(data, change)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "foreign": lambda data: b"\x89PNG\r\n\x1a\n" + data,
    "zip": lambda data: b"PK\x03\x04" + data,
    "half": lambda data: data[: len(data) // 2],
    "one byte short": lambda data: data[:-1],
    "one bit": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    "more": lambda data: data + b"\0",
    "future": lambda data: rewritten(data, lambda message, _: message.update(format=2)),
    "no header": lambda data: sealed(b""),
    "huge header": lambda data: sealed(b"\xff" * 8 + b"{}"),
    "nested": lambda data: sealed((10**6).to_bytes(8, "little") + b"[" * 10**6),
    "no present": lambda data: rewritten(data, lambda _, arrays: arrays.update(present=np.zeros(3, np.uint8))),
    "curve": lambda data: with_present(data, lambda _, arrays: arrays.update(rows=np.zeros((2, 3)))),
    "endless curve": lambda data: with_present(data, lambda _, arrays: arrays.update(rows=np.zeros((20_000, 7)))),
    "speed": lambda data: with_present(data, lambda message, _: message["mode"].update(speed=3)),
    "moments": lambda data: with_present(data, lambda message, _: message.update(moments=[[-1, None]])),
    "head": lambda data: with_present(data, lambda message, _: message.update(head=["x", 1])),
    "start": lambda data: with_present(data, lambda _, arrays: arrays.update(start=np.zeros(99, np.uint8))),
    "NaN weights": lambda data: with_weights(data, np.nan),
    "infinite weights": lambda data: with_weights(data, np.inf),
    "other network": with_other_network,
}


@pytest.fixture(scope="module")
def whole(server: Server) -> bytes:
    with guest_of(server) as browser:
        return saved(browser, trained(browser))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_no_run_is_refused_and_nothing_kept(ben: httpx2.Client, whole: bytes, damage: str) -> None:
    answer = bring(ben, DAMAGES[damage](whole))
    assert answer.status_code == 422, answer.text
    assert re.fullmatch(r"[A-Z][^{}]+[.]", answer.json()["error"]["message"])
    assert mine(ben)["total"] == 0


def test_a_file_that_is_too_large_is_refused(ben: httpx2.Client) -> None:
    answer = bring(ben, runfile.SIGNATURE + bytes(runfile.MOST_BYTES))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert ben.post("/api/runs/file", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415


def test_a_name_in_a_file_is_no_better_than_a_typed_one(whole: bytes) -> None:
    assert runfile.read(rewritten(whole, lambda message, _: message.update(name="a\0b"))).name == ""
    with pytest.raises(NotARun):
        runfile.read(rewritten(whole, lambda message, _: message.update(name=3)))


def test_a_large_past_is_thinned_to_fit_into_a_file() -> None:
    trainer = Trainer(Experiment.parse({"data": {"kind": "digits"}}))
    moments = []
    for _ in range(250):
        trainer.advance(updates=1)
        moments.append(moment_of(trainer))
    data = runfile.written("", Present(trainer.snapshot(), moments=tuple(moments)))
    carried = runfile.read(data).present
    assert len(data) <= runfile.MOST_BYTES
    assert 2 <= len(carried.moments) < 250
    assert carried.moments[0].step == 1
    assert carried.problem() == ""


def moment_of(trainer: Trainer) -> Moment:
    return Moment(trainer.step, trainer.snapshot())


# --- how many, and how long -----------------------------------------------------------------------------------


def test_the_oldest_run_that_is_not_set_apart_makes_place() -> None:
    with running_server(max_kept_runs_per_guest=4) as server, guest_of(server) as ann:
        pinned, named, shared, plain = (trained(ann) for _ in range(4))
        ann.patch(f"/api/runs/{pinned}", json={"is_pinned": True})
        ann.patch(f"/api/runs/{named}", json={"name": "Mine"})
        ann.post(f"/api/runs/{shared}/share")
        new = trained(ann)
        assert set(ids(mine(ann))) == {pinned, named, shared, new}
        assert ann.get(f"/api/runs/{plain}").status_code == 404
        ann.patch(f"/api/runs/{new}", json={"is_pinned": True})
        refused = ann.post("/api/runs", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "quota_exceeded")
        assert "Delete one" in refused.json()["error"]["message"]
        assert ann.post(f"/api/runs/{new}/fork").status_code == 409
        assert bring(ann, saved(ann, new)).status_code == 409


def test_a_run_that_is_open_makes_no_place() -> None:
    with running_server(max_kept_runs_per_guest=2) as server, guest_of(server) as ann:
        first, second = trained(ann), trained(ann)
        with visit(ann, first) as visitor:
            visitor.next("frame")
            trained(ann)
            assert first in ids(mine(ann)) and second not in ids(mine(ann))


@contextmanager
def store_with(**runs: dict[str, Any]) -> Iterator[Store]:
    """A store that holds runs of these columns."""
    store = Store(None, MIGRATIONS)

    def fill(connection: sqlite3.Connection) -> None:
        for id, columns in runs.items():
            usual = {"owner": "ann", "experiment": "{}", "state": "{}", "made_at": 0.0, "touched_at": 0.0}
            row = {"id": id, **usual, **columns}
            places = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({places})", tuple(row.values()))

    with closing(store):
        store.submit(fill).result()
        yield store


DAY = shelf.A_DAY_SECONDS


def test_what_nobody_touched_goes_after_a_day_and_what_nobody_pinned_after_a_month() -> None:
    touched = {"is_touched": 1}
    with store_with(
        visited={"touched_at": 39.5 * DAY},
        forgotten={"touched_at": 38.5 * DAY},
        young={**touched, "touched_at": 10.5 * DAY},
        old={**touched, "touched_at": 9.5 * DAY},
        named={**touched, "touched_at": 9.5 * DAY, "name": "Mine"},
        pinned={**touched, "touched_at": 0.0, "is_pinned": 1},
        awake={**touched, "touched_at": 0.0},
    ) as store:
        gone = store.submit(shelf.delete_old(40 * DAY, 30, ["awake"])).result()
        assert set(gone) == {"forgotten", "old", "named"}
        assert store.submit(shelf.delete_old(4000 * DAY, 0, ["awake"])).result() == ["visited"]


# --- deleting -------------------------------------------------------------------------------------------------


def test_everything_of_mine_is_gone_and_nothing_of_anybody_else(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, guest_of(server) as ann, guest_of(server) as ben:
        mark = "Quittenmarmelade"
        own = trained(ann)
        ann.patch(f"/api/runs/{own}", json={"name": mark, "is_pinned": True})
        foreign = trained(ben)
        secret = ben.post(f"/api/runs/{foreign}/share").json()["secret"]
        ann.post("/api/shares", json={"secret": secret})
        with visit(ann, own) as visitor:
            visitor.next("frame")
            assert ann.delete("/api/runs").status_code == 204
            assert visitor.closed()[0] == 4410
        assert mine(ann)["total"] == 0
        assert ann.get(f"/api/runs/{own}").status_code == 404
        assert ann.get(f"/api/runs/{foreign}").status_code == 404, "nor does she watch what was shared with her"
        assert ids(mine(ben)) == [foreign]
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert mark.encode() not in kept


def test_with_everything_of_mine_my_rooms_end(ann: httpx2.Client) -> None:
    code = ann.post("/api/rooms", json={"run": trained(ann), "name": "Ann"}).json()["code"]
    assert ann.get(f"/api/rooms/{code}/qr.svg").status_code == 200
    assert ann.delete("/api/runs").status_code == 204
    assert ann.get(f"/api/rooms/{code}/qr.svg").status_code == 404


def test_what_is_nobodys_is_not_deleted_together(server: Server) -> None:
    answer = httpx2.delete(f"{server.url}/api/runs")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_cookie")


def test_a_viewer_looks_and_changes_nothing(ann: httpx2.Client, ben: httpx2.Client) -> None:
    run = trained(ann)
    secret = ann.post(f"/api/runs/{run}/share").json()["secret"]
    assert ben.get(f"/api/runs/{run}/curve").status_code == 404
    ben.post("/api/shares", json={"secret": secret})
    assert ben.get(f"/api/runs/{run}/curve").status_code == 200
    assert ben.get(f"/api/runs/{run}/changes").status_code == 200
    assert ben.patch(f"/api/runs/{run}", json={"name": "Mine now"}).status_code == 403
    assert mine(ben)["total"] == 0
