"""Diary: what a command has changed, for those who look back later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from app.protocol import AnyCommand, BringBack, Change, Edit, Reset, Seek, TakeBack
from core import Experiment, Trainer

MOST_DIFFERENCES = 40
Note = dict[str, Any]


def note_of(command: AnyCommand, experiment: Experiment, epoch: float, now: Trainer, told: Note) -> Note | None:
    """What is worth knowing of a command that was just obeyed; None of one that only trains. `experiment` and `epoch`
    were before it, `told` is what its answer says."""
    match command:
        case Change():
            return {"epoch": epoch, "settings": settings_between(experiment, now.experiment)}
        case Edit():
            return {"epoch": epoch, "before": told.get("before")}
        case Seek():
            return {"op": command.op, "epoch": now.exact_epoch, "source": epoch}
        case TakeBack() | BringBack():
            return {"op": "take_back", "epoch": now.exact_epoch, "source": epoch}
        case Reset():
            return {"epoch": epoch, "settings": settings_between(experiment, now.experiment)}
    return None


def settings_between(one: Experiment, other: Experiment) -> list[Note]:
    before, after = one.model_dump(mode="json"), other.model_dump(mode="json")
    return list(islice(differences(before, after), MOST_DIFFERENCES))


def differences(before: Any, after: Any, field: str = "") -> Iterator[Note]:
    """The settings in which two experiments differ, as {"field", "before", "after"}. A part of another kind, or a list
    of another length, is one difference."""
    if before == after:
        return
    match before, after:
        case dict(), dict() if before.get("kind") == after.get("kind"):
            keys: list[Any] = list({**before, **after})
        case list(), list() if len(before) == len(after):
            keys = list(range(len(before)))
        case _:
            yield {"field": field, "before": before, "after": after}
            return
    for key in keys:
        old, new = (part.get(key) if isinstance(part, dict) else part[key] for part in (before, after))
        yield from differences(old, new, f"{field}.{key}".lstrip("."))
