"""My runs: what is kept of a guest is found, named, pinned, carried away as a file and brought again, and deleted."""

import io
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from app import archive, shelf
from app.main import MIGRATIONS
from app.naming import BadName, named
from app.store import Store
from core import Experiment
from tests.app.guest import FILE, bring, cookie_of, guest_of, ids, make_run, mine, saved, trained, until, visit
from tests.app.test_ending import workers
from tests.server import Server, running_server

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


LARGE = {"network": {"layers": [{"kind": "dense", "units": 256}] * 3}, "data": {"kind": "digits"}}


def test_the_oldest_run_makes_place_where_all_take_too_much() -> None:
    settings = {"max_kept_megabytes_per_guest": 1, "sleep_after_seconds": 0.01}
    with running_server(**settings) as server, guest_of(server) as ann:
        first = trained(ann, epochs=1, **LARGE)
        until(lambda: not workers(server))  # it sleeps, so all of it is written down
        second = trained(ann, epochs=1, **LARGE)
        assert ids(mine(ann)) == [second]
        assert ann.get(f"/api/runs/{first}").status_code == 404
        ann.patch(f"/api/runs/{second}", json={"is_pinned": True})
        until(lambda: not workers(server))
        refused = ann.post("/api/runs", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "quota_exceeded")
        assert "take 1 MB" in refused.json()["error"]["message"]


def test_only_so_many_files_are_taken_in_at_once_and_none_for_long() -> None:
    settings = {"max_uploads": 1, "upload_limit_seconds": 8}
    with running_server(**settings) as server, guest_of(server) as ann:
        host = str(ann.base_url.netloc, "ascii")
        request = (
            f"POST /api/runs/file HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie_of(ann)}\r\n"
            f"Content-Type: {FILE['content-type']}\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as slow:
            slow.sendall(request.encode())
            assert b" 100 " in slow.recv(100)
            refused = bring(ann, b"")
            assert refused.status_code == 503
            assert refused.json()["error"]["code"] == "server_full" and int(refused.headers["retry-after"]) > 0
            assert b" 408 " in slow.recv(100)
        assert until(lambda: (answer := bring(ann, b"")).status_code != 503 and answer).status_code == 422


def test_a_run_whose_experiment_nobody_knows_any_more_is_listed_and_can_be_deleted(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server, guest_of(server) as ann:
        run, good = trained(ann), trained(ann)
        cookie = cookie_of(ann)
    with closing(sqlite3.connect(tmp_path / "playground.sqlite3")) as kept, kept:
        kept.execute("UPDATE runs SET experiment = ? WHERE id = ?", ('{"optimizer": {"kind": "of 1986"}}', run))
    cookies = {"Cookie": cookie}
    with running_server(data=tmp_path) as server, httpx2.Client(base_url=server.url, headers=cookies) as ann:
        told = {entry["id"]: (entry["title"], entry["problem"]) for entry in mine(ann)["runs"]}
        assert told[good] == ("Two spirals", "")
        assert told[run][0] == "" and "another version of the playground" in told[run][1]
        assert ann.get(f"/api/runs/{run}").status_code == 409
        assert ann.delete(f"/api/runs/{run}").status_code == 204
        assert ids(mine(ann)) == [good]


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


def test_what_grew_beyond_its_quota_goes_but_for_what_is_set_apart() -> None:
    mebibyte = 2**20
    runs: dict[str, Any] = {name: {"touched_at": float(age)} for age, name in enumerate("abcd")}
    runs["b"] |= {"is_pinned": 1}
    runs["other"] = {"owner": "ben"}
    with store_with(**runs) as store:

        def fill(connection: sqlite3.Connection) -> None:
            for id in runs:
                connection.execute("INSERT INTO moments VALUES (?, 0, 0, 0, zeroblob(?))", (id, mebibyte))

        store.submit(fill).result()
        assert store.submit(shelf.delete_excess(2 * mebibyte, ["c"])).result() == ["a", "d"]
        assert store.submit(shelf.delete_excess(2 * mebibyte, ["c"])).result() == []


def test_a_guest_who_was_not_seen_for_a_month_and_keeps_nothing_is_forgotten() -> None:
    with store_with(kept={"owner": "ann"}) as store:
        store.submit(
            lambda connection: connection.executemany(
                "INSERT INTO guests VALUES (?, 0, ?)", [("ann", 0.0), ("ben", 9.5 * DAY), ("cem", 10.5 * DAY)]
            )
        ).result()
        for days, left in ((0, ["ann", "ben", "cem"]), (30, ["ann", "cem"])):
            store.submit(shelf.delete_old_guests(40 * DAY, days)).result()
            found = store.submit(lambda connection: connection.execute("SELECT id FROM guests").fetchall()).result()
            assert sorted(row["id"] for row in found) == left


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
            assert ann.delete("/api/runs").json() == {"runs": 1, "tables": 0, "images": 0}
            assert visitor.closed()[0] == 4410
        assert mine(ann)["total"] == 0
        assert ann.get(f"/api/runs/{own}").status_code == 404
        assert ann.get(f"/api/runs/{foreign}").status_code == 404, "nor does she watch what was shared with her"
        assert ids(mine(ben)) == [foreign]
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert mark.encode() not in kept


def test_with_everything_of_mine_my_rooms_end(ann: httpx2.Client) -> None:
    code = ann.post("/api/rooms", json={"run": trained(ann), "name": "Ann"}).json()["code"]
    assert ann.get(f"/api/rooms/{code}/qr.svg").status_code == 200
    assert ann.delete("/api/runs").status_code == 200
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
