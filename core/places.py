"""Places: what stands at a dotted place of a description, and the same description with something else there.

As in a link, a family stands for its kind and a list of parts for its length; `*` is every item of a list that has what
follows: `network.layers.*.units`.
"""

from __future__ import annotations

from collections.abc import Sequence
from inspect import isclass
from typing import Any, Literal, get_args

from core.spec import Spec

Value = float | int | str
Sort = Literal["whole", "number", "choice"]
EVERY = "*"


def way_to(place: str) -> list[str]:
    return place.split(".")


def found_at(part: object, way: Sequence[str]) -> list[object]:
    """All that stands at a place; nothing where there is no such place."""
    if not way:
        return [part]
    name, rest = way[0], way[1:]
    match part:
        case tuple():
            return [found for i, item in enumerate(part) if name in (EVERY, str(i)) for found in found_at(item, rest)]
        case Spec() if name != "kind" and name in type(part).model_fields:
            return found_at(getattr(part, name), rest)
    return []


def sort_of(value: object) -> Sort | None:
    """What can stand in the place of a value: whole numbers, numbers, or some of a few choices; None is nothing."""
    match value:
        case bool() | None:
            return None
        case int():
            return "whole"
        case float():
            return "number"
        case str():
            return "choice"
        case Spec():
            return "choice" if "kind" in type(value).model_fields else None
        case tuple() if all(isinstance(item, Spec) for item in value):
            return "whole"
    return None


def document_with(part: object, way: Sequence[str], value: Value) -> Any:
    """The document of a part in which something else stands at a place that it has."""
    name, rest = way[0], way[1:]
    match part:
        case tuple():
            return [
                document_with(item, rest, value)
                if name in (EVERY, str(i)) and found_at(item, rest)
                else document_of(item)
                for i, item in enumerate(part)
            ]
        case Spec():
            below = getattr(part, name)
            annotation = type(part).model_fields[name].annotation
            other = document_with(below, rest, value) if rest else exchanged(below, value, annotation)
            return document_of(part) | {name: other}
    raise KeyError(name)


def document_of(part: object) -> Any:
    return part.model_dump(mode="json") if isinstance(part, Spec) else part


def exchanged(part: object, value: Value, annotation: object) -> Any:
    """What stands there instead: a list of so many parts, a member of that kind, or the value itself."""
    match part, value:
        case tuple(), int():
            items = [document_of(item) for item in part[:value]]
            return items + [items[-1] if items else {}] * (value - len(items))
        case Spec(), str():
            return {"kind": value, **kept(part, value, annotation)}
    return value


def kept(part: Spec, kind: str, family: object) -> dict[str, Any]:
    """The settings of a part that were turned, as far as a member of that kind has them too."""
    members = [member for member in get_args(family) if isclass(member) and issubclass(member, Spec)]
    kinds = {member.model_fields["kind"].default: member for member in members}
    fields = kinds[kind].model_fields if kind in kinds else {}
    return {
        name: document_of(getattr(part, name))
        for name, field in type(part).model_fields.items()
        if name != "kind" and name in fields and getattr(part, name) != field.get_default(call_default_factory=False)
    }
