"""The catalogue's rows D1 to D17: tables and points as nobody should send them, over the server's routes. What is read
of a text, and how, tests/core/test_reading.py tells at length."""

import gzip
import io
import socket
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from math import inf, nan
from typing import Any

import httpx2
import numpy as np
import orjson
import pytest

from tests.app.catalogue import assert_refused, bystander, row, rows_of
from tests.app.guest import guest_of, trained
from tests.app.tables import CSV, bring, data_of, kept, mine, preview, text_of
from tests.server import Server, running_server

MEGABYTE = 2**20


@pytest.fixture(scope="module", autouse=True)
def undisturbed(server: Server) -> Iterator[None]:
    """While all of this is refused, another run trains on."""
    with bystander(server):
        yield


def array() -> bytes:
    file = io.BytesIO()
    np.save(file, np.zeros((8, 3)))
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("table.csv", text_of())
    return file.getvalue()


def table(*rows: str, header: str = "a,b") -> bytes:
    return "\n".join([header, *(rows or ["1,2"] * 8)]).encode()


def column(*cells: str) -> bytes:
    """A table with these cells in its second column, and numbers below them."""
    return table(*(f"1,{cell}" for cell in (*cells, *map(str, range(30)))))


REFUSED = [
    row("D1 empty", b"", "no_rows", ""),
    row("D1 header only", b"a,b\n", "no_rows", ""),
    row("D1 one row", b"a,b\n1,2\n", "too_few_rows", "at least 4 rows, got 1"),
    row("D3 rows", table(*["1,2"] * 50_001), "too_many_rows", "Line 50,002"),
    row("D3 columns", table(*[",".join("1" * 65)] * 8, header=""), "too_many_columns", "got 65"),
    row("D3 a long cell", table(*["1,2"] * 8, f"{'x' * 257},2"), "too_large", "Line 10, column 1"),
    row("D3 a very long cell", table(f"{'x' * 200_000},2"), "too_large", "Line 2"),
    row("D4 ragged", table(*["1,2"] * 15, "1,2,3", *["1,2"] * 4), "ragged", "Line 17 has 3 cells"),
    row("D4 a quote that is open", table('1,"2', *["1,2"] * 4), "unclosed_quote", "Line 2"),
    row("D4 NUL", table("1,2", "1,\0", *["1,2"] * 4), "nul", "Line 3"),
    row("D6 not finite", column("inf"), "non_finite", 'Line 2, column "b"'),
    row("D6 too large", column("1e400"), "non_finite", 'Line 2, column "b"'),
    row("D6 no number", column(*(f"{number}_000" for number in range(25))), "not_a_number", 'Line 2, column "b"'),
    row("D7 Latin-1", "größe,b\n1,2\n".encode("latin-1"), "encoding", "at offset 2"),
    row("D7 mixed", "größe,b\n".encode() + "ü,2\n".encode("latin-1"), "encoding", "at offset"),
    row("D9 a name too long", table(header=f"a,{'x' * 100}"), "name", "at most 80 characters"),
    row("D10 beyond single precision", column("1e39"), "out_of_range", 'Line 2, column "b"'),
    row("D17 commas", b"," * (5 * MEGABYTE), "too_many_columns", "Line 1"),
    row("D17 quotes", b'"' * (5 * MEGABYTE), "too_large", "Line 1"),
    row("D17 one line", b"x" * (5 * MEGABYTE), "too_large", "Line 1"),
]


@pytest.mark.parametrize(("text", "code", "says"), REFUSED)
def test_a_text_that_is_no_table_is_422_with_the_place(api: httpx2.Client, text: bytes, code: str, says: str) -> None:
    for answer in (preview(api, text), bring(api, text)):
        assert_refused(answer, 422, code, says)
    assert mine(api)["tables"] == []


def test_d1_one_class_only_is_warned_of(api: httpx2.Client) -> None:
    told = preview(api, table(*(f"{number},x" for number in range(8)), header="a,class")).json()
    assert "one_class" in [warning["code"] for warning in told["warnings"]]


def test_d2_too_large_is_413_whether_the_length_is_told_or_not(api: httpx2.Client) -> None:
    text = b"1,2,3\n" * MEGABYTE
    chunks = (text[start : start + 65_536] for start in range(0, len(text), 65_536))
    for content in (text, chunks):
        assert_refused(api.post("/api/tables", content=content, headers=CSV), 413, "too_large", "at most 5 MB")


def test_d2_whoever_sends_too_slowly_is_408_and_is_not_listened_to_any_more() -> None:
    with running_server(upload_limit_seconds=1) as server, guest_of(server) as ann:
        head = (
            "POST /api/tables HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\na,b"
        )
        with closing(socket.create_connection(("127.0.0.1", server.port), timeout=20)) as line:
            line.sendall(head.encode())
            assert kept(ann), "others come in meanwhile"
            answer = b"".join(iter(lambda: line.recv(1000), b""))
        assert answer.startswith(b"HTTP/1.1 408") and b"too_slow" in answer


def test_d4_lines_may_end_as_they_did_long_ago(api: httpx2.Client) -> None:
    assert preview(api, table().replace(b"\n", b"\r")).json()["rows"] == 8


def test_d5_a_decimal_comma_is_found_and_shown(api: httpx2.Client) -> None:
    told = preview(api, table(*["1,5;2,25"] * 8, header="a;b")).json()
    assert (told["separator"], told["decimal"]) == (";", ",")
    assert (told["columns"][1]["high"], told["head"][0][1]) == (2.25, "2,25")


def test_d6_what_is_no_number_names_a_category_and_what_is_missing_is_counted(api: httpx2.Client) -> None:
    told = preview(api, table("1_000,NaN", "0x1F,", "١٢,-", "1_000,N/A", "0x1F,1", "1_000,2")).json()
    assert told["columns"][0]["values"] == ["0x1F", "1_000", "١٢"]
    assert (told["columns"][1]["is_numeric"], told["columns"][1]["missing"]) == (True, 4)


def test_d7_what_windows_writes_is_read(api: httpx2.Client) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        told = preview(api, table().decode().replace("a", "größe").encode(encoding)).json()
        assert told["columns"][0]["name"] == "größe"


@pytest.mark.parametrize(
    "data",
    [
        row("D8 zip", archive()),
        row("D8 npy", array()),
        row("D8 png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        row("D8 xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100),
        row("D8 gz", gzip.compress(text_of())),
    ],
)
def test_what_is_no_text_is_415(api: httpx2.Client, data: bytes) -> None:
    assert_refused(bring(api, data), 415, "not_csv")


def test_d8_what_is_compressed_on_the_way_is_415(api: httpx2.Client) -> None:
    answer = api.post("/api/tables", content=gzip.compress(text_of()), headers={**CSV, "content-encoding": "gzip"})
    assert_refused(answer, 415, "unsupported_encoding")


def test_d9_names_of_columns_are_text_and_each_has_its_own(api: httpx2.Client) -> None:
    header = "__proto__,<script>alert(1)</script>,x,x,,=1+1"
    told = preview(api, table(*["1,2,3,4,5,6"] * 8, header=header), header=True).json()
    names = [each["name"] for each in told["columns"]]
    assert names[:3] == ["__proto__", "<script>alert(1)</script>", "x"]
    assert len({*names}) == 6 and all(names)


def test_d10_columns_that_hardly_scale_are_trained_on(ann: httpx2.Client) -> None:
    rows = [f"7,{number}e37,{2**60 + number},{'x' if number % 2 else 'y'}" for number in range(1, 9)]
    about = kept(ann, table(*rows, header="constant,large,id,class"))
    assert trained(ann, data=data_of(about))


def test_d11_a_target_of_many_labels_is_422(api: httpx2.Client) -> None:
    about = preview(api, table(*(f"{number},{number % 15}" for number in range(60))), categorical=["b"]).json()
    data = data_of({**about, "id": "0" * 22, "name": "x"})
    assert_refused(api.post("/api/runs", json={"data": data}), 422, "invalid_experiment", "expected 2 to 10 classes")
    many = table(*(f"{number},x{number}" for number in range(300)))
    assert preview(api, many).json()["left_out"] == ["b"]
    assert_refused(preview(api, many, categorical=["b"]), 422, "too_many_categories", "at most 20 categories, got 300")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        row("D12 a path", "../../x", "../../x"),
        row("D12 a device", "CON", "CON"),
        row("D12 long", "x" * 1000, "x" * 80),
        row("D12 nothing", "", "Table"),
        row("D12 controls", "a\0b", "Table"),
        row("D12 turned", "a\u202eb\r\nc", "ab c"),
    ],
)
def test_the_name_of_a_file_is_no_more_than_a_label(ann: httpx2.Client, name: str, called: str) -> None:
    about = kept(ann, name=name)
    assert about["name"] == called
    header = ann.get(f"/api/tables/{about['id']}/file").headers["content-disposition"]
    assert header.count('"') == 2 and "/" not in header and "\n" not in header


def test_d12_a_name_of_a_megabyte_is_refused(api: httpx2.Client) -> None:
    assert bring(api, text_of(), name="x" * 20_000).status_code == 422


@pytest.mark.parametrize("name", [row("D12 a new name with a break", "a\nb"), row("D12 a new long name", "x" * 81)])
def test_a_new_name_that_cannot_be_shown_is_422(ann: httpx2.Client, name: str) -> None:
    answer = ann.patch(f"/api/tables/{kept(ann)['id']}", json={"name": name})
    assert_refused(answer, 422, "bad_name")


def test_d13_a_formula_of_a_spreadsheet_is_text_and_leaves_as_text(ann: httpx2.Client) -> None:
    labels = ["=HYPERLINK(1)", "@SUM", "+1+cmd", "plain"]
    about = kept(ann, table(*(f"{place},{label}" for place, label in enumerate(labels * 2))))
    assert about["columns"][1]["values"] == sorted(labels)
    text = ann.get(f"/api/tables/{about['id']}/file").text
    assert "'=HYPERLINK(1)" in text and "'@SUM" in text and "'+1+cmd" in text and "'plain" not in text


POINTS = [(0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0), (2.0, 1.0), (1.0, 2.0)]


def drawn(*extra: Any, labels: Any = None) -> dict[str, Any]:
    return {"kind": "drawn_classes", "points": [*POINTS, *extra], "labels": labels or [0, 1] * 3 + [0] * len(extra)}


@pytest.mark.parametrize(
    "data",
    [
        row("D14 not a number", drawn((nan, 0.0))),
        row("D14 far away", drawn((1e9, 0.0))),
        row("D14 infinite", drawn((inf, 0.0))),
        row("D14 too many", drawn(*[(0.0, 0.0)] * 10_001)),
        row("D14 a class that is not there", drawn(labels=[0, 1, 2, 3, 4, 99])),
        row("D14 half a point", drawn((0.0,))),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(api: httpx2.Client, data: dict[str, Any]) -> None:
    answer = api.post("/api/runs", content=orjson.dumps({"data": data}), headers={"content-type": "application/json"})
    assert answer.status_code in (413, 422), answer.text
    assert len(answer.content) < 1024


def test_d15_beyond_the_quota_is_409_with_what_is_kept() -> None:
    with running_server(max_tables_per_guest=1) as server, guest_of(server) as ann:
        kept(ann)
        assert_refused(bring(ann, text_of(side=3)), 409, "quota_exceeded", "Kept tables and sets of images: 1,")


def test_d16_what_runs_train_on_may_be_deleted_and_stays_theirs(ann: httpx2.Client) -> None:
    about = kept(ann)
    runs = [trained(ann, data=data_of(about)) for _ in range(2)]
    assert ann.delete(f"/api/tables/{about['id']}").status_code == 204
    assert all(ann.post(f"/api/runs/{run}/fork").status_code == 201 for run in runs)


def test_no_row_is_missing() -> None:
    assert rows_of(sys.modules[__name__]) == {f"D{number}" for number in range(1, 18)}
