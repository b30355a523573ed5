"""Every language says all that the page, the catalogue and the server say to a person, and nothing that nobody says."""

import json
import re
from pathlib import Path

import pytest

from app.languages import forms, holes
from tests import languages
from tests.languages import FOLDER, Texts, is_words, sources

FILES = sorted(FOLDER.glob("*.json"))
PARTS = ("texts", "sentences")
WANTED = languages.wanted()
BRING_UP = "run `python -m tests.languages`, then translate what is empty"


def part_of(path: Path, part: str) -> Texts:
    texts: Texts = json.loads(path.read_text(encoding="utf-8"))[part]
    return texts


def test_there_is_a_language_besides_english() -> None:
    assert "de" in {path.stem for path in FILES}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_has_every_text(path: Path, part: str) -> None:
    missing = WANTED[part].keys() - part_of(path, part).keys()
    assert not missing, f"{BRING_UP}: {sorted(missing)}"
    assert not languages.empty(part_of(path, part)), BRING_UP


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_has_no_text_that_nobody_says(path: Path, part: str) -> None:
    stale = part_of(path, part).keys() - WANTED[part].keys() - languages.formulas()
    assert not stale, f"{BRING_UP}: {sorted(stale)}"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_has_the_holes_of_its_english(path: Path, part: str) -> None:
    """Only the form for one thing may leave out how many there are."""
    for english, translation in part_of(path, part).items():
        for form, text in translation.items() if isinstance(translation, dict) else [("", translation)]:
            missing = holes(english) - holes(text) - ({"count"} if form == "one" else set())
            assert not missing and holes(text) <= holes(english), (english, text)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_counted_has_a_form_for_any_number(path: Path, part: str) -> None:
    for english, translation in part_of(path, part).items():
        assert isinstance(translation, dict) == isinstance(WANTED[part].get(english), dict), english
        assert isinstance(translation, str) or "other" in translation, english


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_begins_and_ends_as_its_english_does(path: Path) -> None:
    """What stands before and after it is put right beside it."""
    for part in PARTS:
        for english, translation in part_of(path, part).items():
            for text in forms(translation):
                assert text[:1].isspace() == english[:1].isspace(), text
                assert text[-1:].isspace() == english[-1:].isspace(), text


# --- what stands outside t() ---------------------------------------------------------------------------------------

COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
SHOWN = ("aria-label", "aria-roledescription", "aria-valuetext", "alt", "label", "placeholder", "title")
ATTRIBUTE = re.compile(rf"\s(?:{'|'.join(SHOWN)})=(?:\"([^\"]*)\"|\{{`([^`]*)`\}})")
CHILD = re.compile(r"(?:[\w\"'}/]|\n\s*)>\s*([^<>{}=;()|&]*[A-Za-z]{2}[^<>{}=;()|&]*?)\s*(?=</|\{|<[a-z])")
SENTENCE = re.compile(r"[\"`]([A-Z][a-z']*,? [a-z(][^\"`]*)[\"`]")


def texts_outside_t(code: str, has_elements: bool = True) -> list[str]:
    """Attributes and children that are shown as they are, and literals that read as a sentence."""
    code = COMMENT.sub("", code)
    beside = [*ATTRIBUTE.findall(code), *((child, "") for child in CHILD.findall(code))] if has_elements else []
    said = set(languages.SIMPLE.findall(code)) | {text for pair in languages.COUNTED.findall(code) for text in pair}
    sentences = [text for text in SENTENCE.findall(code) if json.dumps(text, ensure_ascii=False) not in said]
    shown = [re.sub(r"\$\{[^}]*\}", "", "".join(pair)) for pair in beside]
    return [text for text in [*shown, *sentences] if is_words(text)]


@pytest.mark.parametrize(
    "path", [path for path in sources() if path.suffix != ".html"], ids=lambda path: str(path.name)
)
def test_all_that_is_shown_goes_through_t(path: Path) -> None:
    assert not texts_outside_t(path.read_text(encoding="utf-8"), has_elements=path.suffix == ".tsx")


@pytest.mark.parametrize(
    "code",
    [
        "<b>Undo</b>",
        "<b>\n  Undo this\n  <i>x</i></b>",
        "<b>at {epoch}</b>",
        '<button aria-label="Undo" />',
        "<button title={`Undo ${change}`} />",
        'const words = "Undo the change";',
        "announce(`Undone at ${epoch}`);",
    ],
)
def test_a_text_outside_t_is_found(code: str) -> None:
    assert texts_outside_t(code)


@pytest.mark.parametrize(
    "code",
    [
        '<b>{t("Undo this")}</b>',
        '<button aria-label={t("Undo")} class="button small" />',
        "const isLate = (a: number, b: number): boolean => a > b && b < 3;",
        "// Says what is undone.\n/** Undo this. */",
        'plural(\n  count,\n  "One change",\n  "{count} changes",\n)',
    ],
)
def test_what_is_no_text_is_left_alone(code: str) -> None:
    assert not texts_outside_t(code)
