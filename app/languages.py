"""Languages: the page in other words. Each is one file, static/languages/<code>.json; English is in the code itself.

`texts` gives each text of the page and of the catalogue, `sentences` what the server says with values in it. Where the
number in `{count}` decides the form, a text has one for each of the language's plural categories.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

ENGLISH = "en"
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
HOLE = re.compile(r"\{(\w+)\}")
ANY = "*"
LONGEST_CODE = 35  # characters, as RFC 5646, 4.4.1, asks one to bear with

Plural = Literal["zero", "one", "two", "few", "many", "other"]
Translation = str | dict[Plural, str]


class InvalidLanguage(ValueError):
    """A file that is no language; the text names the file and what is wrong."""


class Language(BaseModel):
    """A language: its own name, and each English text in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    texts: dict[str, Translation]
    sentences: dict[str, str]

    def translated(self, english: str) -> str:
        """A text of one form, or a sentence of the server; the English one where there is no other."""
        found = self.texts.get(english, self.sentences.get(english))
        return found if isinstance(found, str) else english


def read_languages(folder: Path) -> dict[str, Language]:
    """Every language of a folder by its code, English first. Raises InvalidLanguage."""
    own = Language(name="English", texts={}, sentences={})
    return {ENGLISH: own} | {path.stem: language_in(path) for path in sorted(folder.glob("*.json"))}


def language_in(path: Path) -> Language:
    if not CODE.fullmatch(path.stem):
        raise InvalidLanguage(f"{path}: expected a file named by the code of a language, as in de.json or pt-BR.json")
    try:
        language = Language.model_validate_json(path.read_bytes())
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = " → ".join(map(str, detail["loc"]))
        raise InvalidLanguage(f"{path}: {place}{': ' if place else ''}{detail['msg']}") from None
    if strays := list(stray_holes(language)):
        raise InvalidLanguage(f"{path}: {strays[0]}")
    return language


def stray_holes(language: Language) -> Iterator[str]:
    """The holes of a translation that its English text does not fill."""
    for english, translation in (language.texts | language.sentences).items():
        for text in forms(translation):
            if unknown := holes(text) - holes(english):
                yield f'"{english}" has no {{{min(unknown)}}} to put into "{text}"'


def forms(translation: Translation) -> Iterable[str]:
    return [translation] if isinstance(translation, str) else translation.values()


def holes(text: str) -> set[str]:
    return set(HOLE.findall(text))


def code_for(wishes: Iterable[str], languages: Mapping[str, Language]) -> str:
    """The first wish that can be met, by a language or by the one that it is a kind of (de-AT by de); else English."""
    return next((code for wish in wishes if (code := known_as(wish, languages))), ENGLISH)


def known_as(wish: str, languages: Mapping[str, Language]) -> str | None:
    """RFC 4647, 3.4: the wish gets shorter until it is known."""
    codes = {code.lower(): code for code in languages}
    parts = wish.strip().lower()[:LONGEST_CODE].split("-")
    shorter = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((codes[each] for each in shorter if each in codes), None)


def wishes_of(accept_language: str) -> list[str]:
    """What a browser asks for, the best first: "de;q=0.7, en" is English before German. A weight of 0 is a refusal."""
    weighed = []
    for wish in accept_language.split(","):
        name, _, weight = wish.partition(";")
        weighed.append((weight_of(weight), name.strip()))
    return [name for weight, name in sorted(weighed, key=lambda each: -each[0]) if weight > 0 and name != ANY]


def weight_of(text: str) -> float:
    """ "q=0.7", from 0 to 1 with at most three decimals; 1 where it is left out, 0 where it is nothing of the kind."""
    found = re.fullmatch(r"\s*(?:q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", text, re.IGNORECASE)
    return float(found[1] or 1) if found else 0.0
