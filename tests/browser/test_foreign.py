"""What the server says in English the page finds in its language: run by node, which strips the types."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app import table_api
from core import Experiment, NotRead, read_table
from core.guard import TELLS, divergence
from core.notes import notes_of
from tests.browser.module import run_by_node
from tests.core.test_spec import REFUSED

GERMAN = Path(__file__).parent.parent.parent / "static/languages/de.json"
TRANSLATE = """
    globalThis.fetch = async () => ({ json: async () => given.language });
    const translation = await foreign.translator("de");
    return given.texts.map((text) => translation(text) ?? null);
"""


@cache
def german() -> dict[str, Any]:
    language: dict[str, Any] = json.loads(GERMAN.read_text(encoding="utf-8"))
    return language


def said(node: str, texts: list[str], language: dict[str, Any] | None = None) -> list[str | None]:
    """Each text in a language, None where it is not found."""
    given = {"language": language or german(), "texts": texts}
    found: list[str | None] = run_by_node(node, "foreign", TRANSLATE, given=given)
    return found


def test_every_refusal_of_an_experiment_is_found(node: str) -> None:
    sentences = [sentence for _, _, sentence in REFUSED]
    for english, own in zip(sentences, said(node, sentences), strict=True):
        assert own and not re.search(r"\b(expected|got|from|to|above|needs|unknown)\b", own), (english, own)


def test_every_refusal_of_a_table_is_found(node: str) -> None:
    rows = b"".join(b"%d,%d\n" % (row, row % 7) for row in range(50_001))
    broken = (
        b"a,b\n1,2\n3\n",
        b"a,b\n" + rows,
        b"PK\x03\x04",
        b'a,b\n"1,2\n',
        b"a,b\n1,\xff\n",
        b"a,b\n1,1e400\n2,3\n",
    )
    sentences = [table_api.sentence(refusal_of(text)) for text in broken]
    for english, own in zip(sentences, said(node, sentences), strict=True):
        assert own and not re.search(r"\b([Ll]ine|expected|got|has|save)\b", own), (english, own)
    assert said(node, sentences[:1]) == ["Zeile 3 hat 1 Zelle, erwartet: 2."]


def refusal_of(text: bytes) -> str:
    with pytest.raises(NotRead) as refusal:
        read_table(text)
    return str(refusal.value)


def test_a_divergence_is_found_with_all_its_parts(node: str) -> None:
    sentences = [divergence(1234, 1200, "Hidden 2", cause, rate=0.3).message for cause in TELLS]
    for english, own in zip(sentences, said(node, sentences), strict=True):
        assert own and own.startswith("Bei Update 1.234: "), (english, own)
        assert "Hidden" not in own and not re.search(r"\b(the|is|of)\b", own), (english, own)
    assert "0,3" in str(said(node, [divergence(5, 4, "Output", "loss", rate=0.3).message])[0])


def test_notes_are_found(node: str) -> None:
    layers = [{"kind": "dense", "activation": "threshold"}, {"kind": "batch_norm"}]
    experiment = Experiment.parse({"batch_size": 1, "network": {"layers": layers}})
    notes = [*notes_of(experiment, 200), *notes_of(Experiment.parse({"batch_size": 1024}), 200)]
    own = said(node, notes)
    assert len(own) == 3 and all(own)
    assert "1.024" in str(own[-1]) and "Schicht 1" in str(own[0])


LANGUAGE = {
    "name": "Test",
    "texts": {
        "Hidden": "Versteckt",
        "Dropout": "Ausfall",
        "{count} units": {"one": "1 Einheit", "other": "{count} E."},
    },
    "sentences": {
        "expected {wanted}, got {got}": "will {wanted}, hat {got}",
        "a number from {low} to {high}": "Zahl {low} bis {high}",
        "{what} of {all}": "{all}: {what}",
        "Done.": "Fertig.",
    },
}


@pytest.mark.parametrize(
    ("english", "own"),
    [
        ("Done.", "Fertig."),
        ("Hidden 12", "Versteckt 12"),
        ("expected a number from 0.5 to 1,000, got Hidden", "will Zahl 0,5 bis 1.000, hat Versteckt"),
        ('expected a, got "0.5"', 'will a, hat "0.5"'),
        ("data.noise: expected a, got 1e-05", "data.noise: will a, hat 1e-05"),
        ("2 → 1, dropout, Adam 0.03", "2 → 1, Ausfall, Adam 0,03"),
        ("{low} of $& and $1", "$& and $1: {low}"),
        ("{count} units", {"one": "1 Einheit", "other": "{count} E."}),
        ("tanh", None),
        ("ε", None),
        ("", None),
        ("A name that somebody typed", None),
    ],
)
def test_what_stands_in_the_holes_is_said_too(node: str, english: str, own: object) -> None:
    assert said(node, [english], LANGUAGE) == [own]
