"""Tables that people bring: what is read of them, exactly as it is written, and what is refused, with its place."""

import csv
import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.data
from core import Experiment, How, InvalidExperiment, NotRead, Reading, Table, Trainer, read_table, written
from core.data.at_hand import IRIS
from core.data.columns import Column
from core.data.writing import encoded

IRIS_FILE = Path(core.data.__file__).with_name("iris.csv")
NAN = float("nan")
SMALL = "size,kind\n1.5,red\n2,blue\n-3e2,red\n.25,blue\n"


def read(text: str, **how: object) -> Reading:
    return read_table(text.encode(), How.parse(how))


def refusal(data: bytes | str, **how: object) -> NotRead:
    with pytest.raises(NotRead) as refused:
        read_table(data.encode() if isinstance(data, str) else data, How.parse(how))
    return refused.value


def column(*cells: str, name: str = "x", **how: object) -> Reading:
    """What is read of one column between two others."""
    return read("".join(f"{row},{cell},{row}.5\n" for row, cell in enumerate(cells)), **{"has_header": False, **how})


def cells(reading: Reading, name: str) -> list[object]:
    """A column's numbers, or the names of its categories; None where nothing is."""
    found = reading.table.column(name)
    assert found is not None
    named = found.values.__getitem__ if found.values else lambda cell: cell
    return [None if np.isnan(cell) else named(int(cell) if found.values else cell) for cell in found.cells.tolist()]


def same(table: Table, other: Table) -> bool:
    return table.packed == other.packed


def codes(reading: Reading) -> list[str]:
    return [warning.code for warning in reading.warnings]


# --- what is read ----------------------------------------------------------------------------------------------------


def test_a_table_is_read_as_it_is_written() -> None:
    reading = read(SMALL)
    assert (reading.how.separator, reading.how.decimal, reading.how.has_header) == (",", ".", True)
    assert (reading.encoding, reading.table.rows, reading.left_out, reading.warnings) == ("UTF-8", 4, [], [])
    assert cells(reading, "size") == [1.5, 2.0, -300.0, 0.25]
    assert cells(reading, "kind") == ["red", "blue", "red", "blue"]
    assert reading.head == [["1.5", "red"], ["2", "blue"], ["-3e2", "red"], [".25", "blue"]]
    size, kind = reading.columns
    assert (size.low, size.high, size.mean, size.counts) == (-300.0, 2.0, -74.0625, ())
    assert (kind.values, kind.counts, kind.low, kind.missing) == (("blue", "red"), (2, 2), None, 0)


def test_the_irises_are_the_table_at_hand() -> None:
    reading = read_table(IRIS_FILE.read_bytes())
    assert reading.table.id == IRIS.id
    assert reading.suggested and vars(reading.suggested) == {"kind": "table_classes", "target": "species"}
    assert reading.columns[4].counts == (50, 50, 50)
    assert len(reading.head) == 8


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_and_ends_of_lines_are_found(separator: str, newline: str) -> None:
    text = SMALL.replace(",", separator).replace("\n", newline)
    assert read(text).how.separator == separator
    assert same(read(text).table, read(SMALL).table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_and_without_a_mark(encoding: str) -> None:
    text = SMALL.replace("red", "rött 赤")
    assert same(read_table(text.encode(encoding)).table, read(text).table)
    assert "rött 赤" in cells(read_table(text.encode(encoding)), "kind")


def test_a_german_table_has_commas_before_decimals() -> None:
    reading = read("Höhe;Art\n1,5;a\n2;b\n1.000,5;a\n-3,25e1;b\n;a\n".replace("1.000,5", "0,125"))
    assert (reading.how.separator, reading.how.decimal) == (";", ",")
    assert cells(reading, "Höhe") == [1.5, 2.0, 0.125, -32.5, None]


@pytest.mark.parametrize(
    ("cell", "decimal"), [("1,5", ","), ("1,234", "."), ("1.5", "."), ("-1,2345", ","), ("a,b", ".")]
)
def test_a_comma_that_may_set_thousands_apart_is_no_decimal_comma(cell: str, decimal: str) -> None:
    assert read(f"x\ty\n{cell}\ta\n{cell}\tb\n{cell}\ta\n7\tb\n").how.decimal == decimal


def test_what_is_told_is_not_found() -> None:
    text = "1;2,5\n3;4,5\n5;6,5\n7;8,5\n9;0,5\n"
    assert cells(read(text), "col2") == [2.5, 4.5, 6.5, 8.5, 0.5]
    assert cells(read(text, decimal="."), "col2") == ["2,5", "4,5", "6,5", "8,5", "0,5"]
    assert len(read(text, separator=",").columns) == 2
    assert read(text, has_header=True).columns[1].name == "2,5"


@pytest.mark.parametrize("how", [{"separator": "x"}, {"decimal": ";"}, {"has_header": 1}, {"quote": "'"}])
def test_how_is_told_in_known_words_only(how: dict[str, object]) -> None:
    with pytest.raises(InvalidExperiment):
        How.parse(how)


@pytest.mark.parametrize(
    ("text", "is_header"),
    [
        ("a,b\n1,2\n3,4\n5,6\n7,8\n", True),
        ("1,2\n3,4\n5,6\n7,8\n", False),
        ("name,1990\nx,1\ny,2\nz,3\nx,4\n", False),
        ("name,value\nx,1\ny,2\nz,3\nx,NA\n", True),
        (",a,b\n0,1,2\n1,3,4\n2,5,6\n3,7,8\n", True),
        ("colour,shape\nred,round\nblue,round\nred,square\nblue,square\n", True),
        ("red,round\nblue,round\nred,square\nblue,square\n", False),
        ("a,a\nx,y\ny,x\nx,x\ny,y\n", False),
    ],
)
def test_a_first_row_of_names_is_found(text: str, is_header: bool) -> None:
    assert read(text).how.has_header is is_header


def test_cells_in_quotes_hold_separators_quotes_and_lines() -> None:
    reading = read('x,y\n1,"a, ""b""\nc"\n2,d\n3,"a, ""b""\nc"\n4, "d"\n')
    assert cells(reading, "y") == ['a, "b"\nc', "d", 'a, "b"\nc', "d"]


def test_the_line_is_the_one_that_an_editor_shows() -> None:
    refused = refusal('x,y\r\n1,"a\r\nb"\r\n\r\n2,c\r\n3\r\n4,d\r\n')
    assert (refused.code, refused.row, refused.column) == ("ragged", 6, 2)
    assert str(refused) == "line 6 has 1 cell, expected 2"


def test_empty_lines_and_spaces_around_cells_are_no_part_of_a_table() -> None:
    assert same(read("\n\nsize , kind\n1.5, red\n 2\t,blue \n\n   \n-3e2,red\n.25,blue\n\n").table, read(SMALL).table)


@pytest.mark.parametrize("cell", ["", "-", "NA", "n/a", "NaN", "null", "NULL", "?", " ", '""'])
def test_what_is_missing_is_counted_and_not_a_number(cell: str) -> None:
    reading = column("1", cell, "3", "4.5", cell)
    assert cells(reading, "col2") == [1.0, None, 3.0, 4.5, None]
    assert reading.columns[1].missing == 2
    assert column("a", cell, "b", "a").columns[1].missing == 1


@pytest.mark.parametrize("cell", ["1_000", "١٢", "0x1F", '"1,5"', "1 000", "1.2.3", "−5", "12%", "1e", "e5", "+", "½"])
def test_what_is_no_plain_number_is_a_text(cell: str) -> None:
    reading = column("1", "2", cell, "4")
    assert cells(reading, "col2") == ["1", "2", cell.strip('"'), "4"]
    assert codes(reading) == ["mixed"]
    assert "in line 3 is no number" in reading.warnings[0].message


@pytest.mark.parametrize("cell", ["007", "+1", "1.", "-.5E-3", "1e-400", "-0", "12345678901234567890e-10", "1e38"])
def test_a_number_is_exactly_what_is_written(cell: str) -> None:
    found = cells(column("0.5", cell, "3", "4"), "col2")
    assert repr(found[1]) == repr(float(cell))


def test_categories_stand_in_their_natural_order() -> None:
    def values(*texts: str) -> tuple[str, ...]:
        return column(*texts, categorical=["col2"]).columns[1].values

    assert values("item 10", "Item 9", "item 2", "b") == ("b", "item 2", "Item 9", "item 10")
    assert values("10", "-1", "9", "0.5") == ("-1", "0.5", "9", "10")
    assert values("<= 10", "> 20", "5", "<= 9") == ("5", "<= 9", "<= 10", "> 20")


def test_whole_numbers_can_be_read_as_categories() -> None:
    text = "x,y\n1,0\n2,1\n3,0\n4.5,01\n"
    plain, named = read(text), read(text, categorical=["y"])
    assert (plain.columns[1].is_numeric, plain.columns[1].may_be_categories) == (True, True)
    assert cells(named, "y") == ["0", "1", "0", "01"]
    assert not plain.columns[0].may_be_categories
    assert [facts.distinct for facts in (*plain.columns, *named.columns)] == [4, 2, 4, 3]
    assert refusal(text, categorical=["z"]).code == "unknown_column"


def test_a_column_of_text_is_left_out_and_said_so() -> None:
    rows = [f"Person {row},{row},\n" for row in range(30)]
    reading = read("name,x,note\n" + "".join(rows))
    assert [facts.name for facts in reading.columns] == ["x"]
    assert reading.left_out == ["name", "note"]
    assert codes(reading) == ["text_column", "empty_column"]
    assert "it is text" in reading.warnings[0].message
    assert reading.head[1] == ["1"]
    assert refusal("name\n" + "".join(f"Person {row}\n" for row in range(30))).code == "no_columns"


@pytest.mark.parametrize(
    ("number", "mark"), [("{}.234,05", "."), ("{},234.05", ","), ("-{}'345", "'"), ("{} 234", " ")]
)
def test_a_column_with_signs_between_thousands_is_left_out_and_why_is_said(number: str, mark: str) -> None:
    reading = read("x;size\n" + "".join(f"{row};{number.format(row)}\n" for row in range(1, 31)))
    assert f'has a sign between its thousands, "{mark}"' in reading.warnings[0].message


def test_names_of_columns_are_kept_or_made_their_own() -> None:
    reading = read("x,x,,__proto__,<script>,x_2,x,'=1+1\n" + "1,2,3,4,5,6,7,8\n2,3,4,5,6,7,8,9\n" * 2)
    names = [facts.name for facts in reading.columns]
    assert names == ["x", "x_3", "col3", "__proto__", "<script>", "x_2", "x_4", "'=1+1"]
    assert codes(reading) == ["renamed"] * 3
    assert 'Column 2 is called "x_3": "x" is another.' in reading.warnings[0].message


def test_titles_above_a_table_are_left_out_and_said_so() -> None:
    reading = read("Sizes, of all\n\nin metres\n" + SMALL.replace(",", ";"))
    assert (reading.how.separator, reading.table.rows) == (";", 4)
    assert [facts.name for facts in reading.columns] == ["size", "kind"]
    assert [warning.message for warning in reading.warnings] == [
        'Line 1 is left out: "Sizes, of all" stands above the table.',
        'Line 3 is left out: "in metres" stands above the table.',
    ]
    assert str(refusal(f"a\nb\n{SMALL}1,2,3\n")) == "line 8 has 3 cells, expected 2"
    assert read("word\nred\nblue, or so\n" + "red\n" * 9).table.rows == 11


def test_a_text_may_tell_its_separator() -> None:
    reading = read("sep=|\n" + SMALL.replace(",", "|"))
    assert (reading.how.separator, codes(reading)) == ("|", [])
    assert cells(reading, "kind") == ["red", "blue", "red", "blue"]
    assert refusal("SEP=;\r\n" + rows(4).replace(",", ";") + "1;2;3\n").row == 7


def test_a_long_name_that_comes_twice_stays_within_bounds() -> None:
    name = "n" * 80
    reading = read(f"{name},{name}\n" + "1,2\n2,3\n" * 2)
    assert [facts.name for facts in reading.columns] == [name, "n" * 78 + "_2"]


def test_formulas_are_texts() -> None:
    formulas = ["=HYPERLINK(1)", "@SUM", "+1+cmd", "-1-1"]
    assert cells(column(*formulas), "col2") == formulas


OURS = "\ufeffn,b\r\n1,'=x\r\n2,''@\r\n3,a\r\n4,'=x\r\n"


def test_only_what_we_have_written_is_read_without_the_mark_of_a_formula() -> None:
    assert cells(read(OURS), "b") == ["=x", "'@", "a", "=x"]
    assert [facts.name for facts in read(OURS.replace("n,b", "'=n,'@b")).columns] == ["=n", "@b"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(OURS.removeprefix("\ufeff"), id="without the mark of UTF-8"),
        pytest.param(OURS.replace("\r", ""), id="with other ends of lines"),
        pytest.param(OURS.replace(",", ";"), id="with semicolons"),
        pytest.param(OURS.replace("1,", "1.0,"), id="with a number that we write otherwise"),
        pytest.param(OURS + "5,=x\r\n", id="with a formula as it is"),
    ],
)
def test_what_others_have_written_stays_as_it_is(text: str) -> None:
    assert cells(read(text), "b")[:4] == ["'=x", "''@", "a", "'=x"]


def test_a_lone_cell_with_an_apostrophe_is_what_it_is() -> None:
    assert cells(column("a", "'=x", "b", "-"), "col2") == ["a", "'=x", "b", None]
    assert [facts.name for facts in read("=x,'=x\n" + "1,2\n" * 4).columns] == ["=x", "'=x"]


# --- what is said of it ----------------------------------------------------------------------------------------------


def test_columns_that_never_change_are_told() -> None:
    reading = read("x,y,label\n1,5,a\n2,5,a\n3,5,a\n4,5,a\n")
    assert codes(reading) == ["constant", "one_class"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (str(2**60), '"1152921504606846976" in line 3 is read as 1.152921504606847e+18.'),
        (str(2**53 + 1), '"9007199254740993" in line 3 is read as 9007199254740992.'),
        ("1e-400", '"1e-400" in line 3 is read as 0.'),
        ("-3.5E-324", '"-3.5E-324" in line 3 is read as -5e-324.'),
        ("0.12345678901234567890", '"0.12345678901234567890" in line 3 is read as 0.12345678901234568.'),
        (f"1e-{'9' * 200}", "is read as 0."),
        (str(2**53 - 1), ""),
        ("0.30000000000000004", ""),
        ("-0012345678901234.500000", ""),
        ("1.5e-300", ""),
        ("100000000000000000000000", ""),
        ("0e-999", ""),
        (".000000000000000000000000025", ""),
    ],
)
def test_numbers_that_are_rounded_are_told(cell: str, said: str) -> None:
    reading = column("1", "2", cell, "3")
    assert codes(reading) == ["precision"] * bool(said)
    assert not said or reading.warnings[0].message.startswith('Numbers that are rounded in column "col2": 1. ')
    assert not said or said in reading.warnings[0].message
    assert cells(reading, "col2")[2] == float(cell)


def test_numbers_that_are_rounded_are_counted() -> None:
    rows = "".join(f"{row};0,{'3' * 15}{row:04}\n" for row in range(1000, 2000))
    told = read(f"x;y\n{rows}").warnings[0].message
    assert told.startswith(
        'Numbers that are rounded in column "y": 998. "0,3333333333333331001" in line 3 is read as'
    ), told


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("x,y\n1.5,2.5\n2,3\n3,4\n4,5\n", "table_values", "y"),
        ("x,z\n1.5,0\n2,1\n3,0\n4,1\n", "table_classes", "z"),
        ("Class,x\na,1.5\nb,2\na,3\nb,4\n", "table_classes", "Class"),
        ("x,id\n1.5,a\n2,a\n3,a\n4,a\n", "table_values", "x"),
        ("x,id\n7,a\n7,a\n7,a\n7,a\n", None, None),
        ("x,z\n" + "".join(f"{row}.5,{'abcdefghijk'[row]}\n" for row in range(11)), "table_values", "x"),
        ("x\n1\n2\n3\n4\n", None, None),
    ],
)
def test_a_target_is_suggested(text: str, kind: str | None, target: str | None) -> None:
    suggested = read(text).suggested
    found = (suggested.kind, suggested.target) if suggested else (None, None)
    assert found == (kind, target)


def test_an_experiment_trains_on_what_was_read() -> None:
    reading = read("x,city,y\n" + "".join(f"{row}.5,{'ab'[row % 2]},{row % 3}\n" for row in range(30)))
    for told, kind in [(reading.data(), "table_classes"), (reading.data("x", called="Towns"), "table_values")]:
        trainer = Trainer(Experiment.parse({"data": told}))
        assert trainer.experiment.data.kind == kind
        trainer.advance(epochs=1)
        assert trainer.metrics()["train_loss"] > 0
    assert reading.data()["target"] == {"name": "y", "values": ["0", "1", "2"]}
    assert reading.data("y", "table_values")["target"] == {"name": "y", "values": []}
    with pytest.raises(LookupError, match='expected one of x, city, y as the target, got "z"'):
        reading.data("z")


# --- what is refused -------------------------------------------------------------------------------------------------


def workbook() -> bytes:
    """As Excel begins one."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
    return archive.getvalue()


def array() -> bytes:
    file = io.BytesIO()
    np.save(file, np.eye(2))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (workbook(), "a workbook of Excel"),
        (array(), "an array of NumPy"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (gzip.compress(SMALL.encode()), "a gzip file"),
    ],
    ids=["workbook", "array", "picture", "gzip"],  # the bytes hold the time of day
)
def test_files_that_are_no_text_are_known(data: bytes, kind: str) -> None:
    refused = refusal(data)
    assert refused.code == "not_csv"
    assert kind in str(refused)


@pytest.mark.parametrize(
    ("data", "code", "row", "said"),
    [
        (
            SMALL.replace("blue", "grün").encode("latin-1"),
            "encoding",
            3,
            "line 3: expected text in UTF-8, got other by",
        ),
        (SMALL.encode() + "grün".encode("latin-1"), "encoding", 6, "at offset 45"),
        (b"\xef\xbb\xbf" + SMALL.encode() + b"\xff", "encoding", 6, "at offset 46"),
        (SMALL.encode("utf-16")[:-1], "encoding", 5, "expected text in UTF-16-LE, got other bytes at offset 86"),
        (SMALL.encode("utf-16-be"), "nul", 1, "line 1: expected text, got the character NUL"),
        (SMALL.replace("2,", "2\0,").encode(), "nul", 3, "line 3"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_place(data: bytes, code: str, row: int, said: str) -> None:
    refused = refusal(data)
    assert (refused.code, refused.row) == (code, row)
    assert said in str(refused)


def rows(count: int) -> str:
    return "x,y\n" + "".join(f"{row},{row}.5\n" for row in range(count))


@pytest.mark.parametrize(
    ("text", "code", "row", "column", "said"),
    [
        ("", "no_rows", None, None, "expected a table, got a text without any rows"),
        ("\n\n", "no_rows", None, None, "expected a table"),
        ("x,y\n", "no_rows", None, None, "expected rows below the names of the columns, got none"),
        ("x,y\n1,2\n", "too_few_rows", None, None, "expected at least 4 rows, got 1"),
        (rows(3), "too_few_rows", None, None, "got 3"),
        (rows(50_001), "too_many_rows", 50_002, None, "line 50,002: expected at most 50,000 rows, got another"),
        (rows(50_001)[4:], "too_many_rows", 50_001, None, "line 50,001: expected at most 50,000 rows"),
        (f"{'1,' * 64}1\n" * 4, "too_many_columns", 1, 65, "line 1: expected at most 64 columns, got 65"),
        (rows(15) + "1,2,3,4,5\n", "ragged", 17, 3, "line 17 has 5 cells, expected 2"),
        (rows(4) + ",,\n", "ragged", 6, 3, "line 6 has 3 cells, expected 2"),
        (rows(4) + '5,"six\n7,8\n', "unclosed_quote", 6, None, 'line 6: expected a closing "'),
        (
            rows(4) + '5,"six"7\n',
            "quote",
            6,
            None,
            "line 6: expected a separator or the end of the line after a closin",
        ),
        (
            rows(4) + f"5,{'x' * 257}\n",
            "too_large",
            6,
            2,
            "line 6, column 2: expected at most 256 characters in a cell, ",
        ),
        (rows(4) + f"5,{'x' * 200_000}\n", "too_large", 6, 2, "got 200,000"),
        (rows(4) + '5,"' + "x\n" * 100_000 + '"', "too_large", 6, None, 'is there a closing "?'),
        (
            f"x,{'y' * 81}\n" + "1,2\n" * 4,
            "name",
            1,
            2,
            "line 1, column 2: expected a name of at most 80 characters, got 81",
        ),
        (f"x,{'y' * 10_000}\n" + "1,2\n" * 4, "name", 1, 2, "got 10,000"),
        (rows(4) + "5,1e400\n", "non_finite", 6, 2, 'line 6, column "y": expected a finite number, got "1e400"'),
        (rows(4) + "-inf,1\n", "non_finite", 6, 1, 'line 6, column "x": expected a finite number, got "-inf"'),
        (rows(4) + "5,-4e38\n", "out_of_range", 6, 2, 'expected a number up to 3.403e+38 in size, got "-4e38"'),
        (rows(30) + "1_000,1\n", "not_a_number", 32, 1, 'line 32, column "x": expected a number, got "1_000"'),
        (rows(30) + "2,١٢\n", "not_a_number", 32, 2, 'expected a number, got "١٢"'),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    text: str, code: str, row: int | None, column: int | None, said: str
) -> None:
    refused = refusal(text)
    assert (refused.code, refused.row, refused.column) == (code, row, column)
    assert said in str(refused)


def test_categories_have_bounds() -> None:
    refused = refusal(rows(21), categorical=["x"])
    assert (refused.code, refused.column) == ("too_many_categories", 1)
    assert str(refused) == 'column "x": expected at most 20 categories, got 21'
    assert len(read(rows(20), categorical=["x"]).columns[0].values) == 20
    refused = refusal(rows(4) + f"5,{'1' * 81}\n", categorical=["y"])
    assert (refused.code, refused.row) == ("too_large", 6)


@pytest.mark.parametrize(
    ("part", "code"),
    [(",", "too_many_columns"), ('"', "too_large"), ("x", "too_large"), ('"\n', "too_many_rows"), ("\n", "no_rows")],
)
def test_five_megabytes_of_one_thing_are_refused(part: str, code: str) -> None:
    assert refusal(part * (5_000_000 // len(part))).code == code


# --- whatever is written ---------------------------------------------------------------------------------------------

MISSING = {"", "-", "?", "na", "n/a", "nan", "null"}
WORDS = ("red", "Blue", "item 2", "item 10", "=1+1", "'=1", "@x", "-x", "'-", "inf", "1,5", "1_0", "0x1", "a\nb", '"q"')
NUMBERS = st.floats(-1e38, 1e38).map(repr) | st.integers(-(2**70), 2**70).map(str) | st.sampled_from(["0", "1", ".5"])
CELLS = NUMBERS | st.sampled_from([*WORDS, *sorted(MISSING)]) | st.text(max_size=6)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Tables as a program writes them, each column of a sort, some with an accident."""
    count = draw(st.integers(3, 7))
    sorts = draw(st.lists(st.sampled_from([NUMBERS, st.sampled_from(WORDS), CELLS]), min_size=1, max_size=4))
    columns = [draw(st.lists(sort, min_size=count, max_size=count)) for sort in sorts]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=draw(st.sampled_from(",;\t|")), quoting=draw(st.sampled_from([0, 1])))
    writer.writerows(zip(*columns, strict=True))
    accident = draw(st.just("") | st.text('",;\n\r\0 1x', max_size=2))
    place = draw(st.integers(0, len(text.getvalue())))
    return text.getvalue()[:place] + accident + text.getvalue()[place:]


@given(texts() | st.text('a1,.;"\n\r\t ', max_size=60) | st.text(max_size=60), st.booleans() | st.none())
def test_any_text_is_a_table_of_just_its_cells_or_refused(text: str, has_header: bool | None) -> None:
    try:
        reading = read(text, has_header=has_header)
    except NotRead:
        return
    how = reading.how
    lines = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=how.separator or "", skipinitialspace=True
    )
    found = [row for row in lines if row]
    titles = next((place for place, row in enumerate(found) if len(row) > 1), 0)
    found = [row for row in found[titles:] if len(row) == len(found[titles])][bool(how.has_header) :]
    assert len(found) == reading.table.rows
    every = [[cell.strip() for cell in column] for column in zip(*found, strict=True)]
    kept = {facts.name: column for facts in reading.columns for column in [cells(reading, facts.name)]}
    assert len(kept) + len(reading.left_out) == len(every)
    rest = iter(every)
    for facts in reading.columns:
        assert any(kept[facts.name] == meanings(column, facts.is_numeric, how) for column in rest)


def meanings(column: list[str], is_numeric: bool, how: How) -> list[object]:
    return [None if cell.lower() in MISSING else meaning(cell, how) if is_numeric else cell for cell in column]


def meaning(cell: str, how: How) -> object:
    try:
        return float(cell.replace(",", ".") if how.decimal == "," else cell)
    except ValueError:
        return cell


@given(texts())
def test_what_is_written_reads_as_the_same_table(text: str) -> None:
    try:
        table = read(text).table
    except NotRead:
        return
    named = tuple(column.name for column in table.columns if column.values)
    how = How(separator=",", decimal=".", has_header=True, categorical=named)
    assert same(read_table(encoded(table), how).table, table)


def test_a_table_is_written_so_that_no_spreadsheet_runs_it() -> None:
    formulas = ("+1+cmd", "-1", "=HYPERLINK(..)", "@SUM", "a", "'=x")
    table = Table(
        (
            Column("=1+1", np.array([1.0, -0.1, 1e300, NAN, -0.0, 2.0])),
            Column("b", np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), formulas),
        )
    )
    assert written(table).splitlines() == [
        "'=1+1,b",
        "1,'+1+cmd",
        "-0.1,-1",
        "1e+300,'=HYPERLINK(..)",
        ",'@SUM",
        "-0,a",
        "2,''=x",
    ]


def test_the_irises_are_written_and_read_again() -> None:
    assert same(read(written(IRIS)).table, IRIS)
