"""At hand: the tables and pictures that this process can train on, by their id. As an id says what is in them, it does
not matter who brought them or when: this is a memory, and no state."""

from __future__ import annotations

import csv
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from core.data.columns import Column, NotATable, Table
from core.data.pictures import THREES_AND_EIGHTS, NotPictures, Pictures

IRIS_FILE = Path(__file__).with_name("iris.csv")
ENDING = ".table"
MOST_READ = 4


Content = Table | Pictures
Kind = TypeVar("Kind", Table, Pictures)


class NotContent(ValueError):
    """The bytes hold neither a table nor pictures."""


class NotAtHand(LookupError):
    """A table is asked for, or pictures are, that nobody has brought here."""


def _iris() -> Table:
    """Fisher's flowers, as the file beside this one has them: numbers, and last the name of the species."""
    names, *rows = csv.reader(IRIS_FILE.read_text().splitlines())
    *measures, species = zip(*rows, strict=True)
    kinds = tuple(sorted({*species}))
    numbers = [Column(name, np.array(cells, float)) for name, cells in zip(names, measures, strict=False)]
    return Table((*numbers, Column(names[-1], np.array([*map(kinds.index, species)], float), kinds)))


IRIS = _iris()
BUILT_IN: dict[str, Content] = {IRIS.id: IRIS, THREES_AND_EIGHTS.id: THREES_AND_EIGHTS}
_kept = dict(BUILT_IN)
_folders: list[Path] = []


def keep(content: Content) -> None:
    """Have a table or pictures at hand from now on."""
    _kept[content.id] = content


def look_in(folder: Path) -> None:
    """Look in this folder too for what is not at hand: each in a file named after its id."""
    if folder not in _folders:
        _folders.append(folder)


def table(id: str) -> Table:
    """The table of this id; raises NotAtHand."""
    return _found(Table, id)


def pictures(id: str) -> Pictures:
    """The pictures of this id; raises NotAtHand."""
    return _found(Pictures, id)


def _found(kind: type[Kind], id: str) -> Kind:
    content = _kept[id] if id in _kept else _read(id, *_folders)
    if not isinstance(content, kind):
        raise NotAtHand(f"{id} is something else")
    return content


@lru_cache(MOST_READ)
def _read(id: str, *folders: Path) -> Content:
    for folder in folders:
        with suppress(OSError, NotContent):
            return unpacked((folder / f"{id}{ENDING}").read_bytes())
    raise NotAtHand(f"{id} is not here")


def unpacked(packed: bytes) -> Content:
    """The table or the pictures that these bytes hold. Raises NotContent."""
    try:
        return Table.unpacked(packed)
    except NotATable:
        with suppress(NotPictures):
            return Pictures.unpacked(packed)
    raise NotContent("expected a packed table, or packed pictures")
