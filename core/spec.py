"""Spec: a frozen description of what to build. It says what is allowed; its errors name the place and both sides."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, NamedTuple, NoReturn, Self, get_args

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, PydanticUndefined

LONGEST_SHOWN = 40
SMALLEST_PLAIN = 1e-9
"""Bounds from here on are written with all their zeros."""


class Problem(NamedTuple):
    """One thing that is wrong: the place as a dotted path ("" is the whole document), and a sentence."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class InvalidExperiment(ValueError):
    """A description that cannot be built, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Spec(BaseModel):
    """Base of every description: frozen, no unknown keys, no NaN or infinity, no silent conversion.

    A class says of itself what a form shows beside it: `title`, `formula`, `source` and the first paragraph
    of its docstring.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    shown: ClassVar[tuple[str, ...]] = ("title", "formula", "source")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core))
        schema["description"] = " ".join((cls.__doc__ or "").split("\n\n")[0].split())
        schema.update({name: value for name in cls.shown if isinstance(value := getattr(cls, name, None), str | int)})
        return schema

    @classmethod
    def parse(cls, document: object) -> Self:
        """Build from a document, as JSON gives it; raises InvalidExperiment with every problem."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise InvalidExperiment(problems(error, cls)) from None

    @classmethod
    def parse_json(cls, text: str | bytes) -> Self:
        """Build from JSON text; raises InvalidExperiment with every problem."""
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            message = f"expected a JSON document, got text that is not JSON ({error})"
            raise InvalidExperiment([Problem("", message)]) from None
        return cls.parse(document)


def knob(
    help: str,
    *,
    title: str | None = None,
    control: str = "slider",
    scale: str | None = None,
    unit: str | None = None,
    step: float | None = None,
    is_rare: bool = False,
    **field: Any,
) -> Any:
    """A field with what a form needs to draw it: one sentence of help, the control, its scale, unit and step, and
    whether it is rarely turned, so that a form may fold it away."""
    extras = {"control": control, "scale": scale, "unit": unit, "step": step, "rare": is_rare or None}
    return Field(
        title=title, description=help, json_schema_extra={k: v for k, v in extras.items() if v is not None}, **field
    )


def by_kind(usual: str | None = None) -> BeforeValidator:
    """Lets a member of a family be given by its bare kind, "relu" for {"kind": "relu"}, and the usual one without."""

    def named(given: object) -> object:
        if isinstance(given, str):
            return {"kind": given}
        return {"kind": usual, **given} if usual and isinstance(given, dict) else given

    return BeforeValidator(named)


BY_KIND = by_kind()


def members(family: Any) -> tuple[Any, ...]:
    """The classes of a family: those that its closed union names."""
    return get_args(get_args(family)[0])


def kinds(family: Any) -> list[str]:
    """What the members of a family are called in a document."""
    return [member.model_fields["kind"].default for member in members(family)]


def misfit(field: str, sentence: str) -> NoReturn:
    """Refuse, in a validator, parts that are right on their own and wrong together. `field` is the one to change."""
    raise PydanticCustomError("misfit", "{sentence}", {"field": field, "sentence": sentence})


def problems(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Every error in our words, the place as a path that can be followed in the document.

    What only follows from another problem is left out: a default that could not be chosen, a list with a bad item.
    """
    schema = _schema_of(model)
    details = [detail for detail in error.errors(include_url=False) if detail["input"] is not PydanticUndefined]
    found = [_problem(detail, schema) for detail in details]
    return [one for one in found if not any(other.field.startswith(f"{one.field}.") for other in found)]


@cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _problem(detail: ErrorDetails, schema: dict[str, Any]) -> Problem:
    path, parent, node = _walk(schema, detail["loc"])
    context = detail.get("ctx", {})
    wanted = _expectation(node, schema)
    match detail["type"]:
        case "misfit":
            return Problem(".".join([*path, context["field"]]), context["sentence"])
        case "value_error":
            return Problem(".".join(path), str(context["error"]))
        case "missing":
            return Problem(".".join(path), f"expected {wanted}, got nothing")
        case "extra_forbidden":
            known = ", ".join(parent.get("properties", {}))
            return Problem(".".join(path), f"unknown field; expected one of {known}")
        case "union_tag_not_found":
            return Problem(".".join([*path, "kind"]), f"expected {wanted}, got nothing")
        case "union_tag_invalid":
            got = show(context["tag"])
            return Problem(".".join([*path, "kind"]), f"expected {wanted}, got {got}")
    got = show(detail["input"])
    return Problem(".".join(path), f"expected {wanted}, got {got}")


def _walk(schema: dict[str, Any], place: tuple[int | str, ...]) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """Follow pydantic's place through the JSON Schema: the path in the document, the parent's schema and the place's.

    pydantic puts the chosen member's kind into the place of an error inside a family; the document has no such key.
    """
    path: list[str] = []
    parent: dict[str, Any] = {}
    node = _resolve(schema, schema)
    for part in place:
        choices = node.get("discriminator", {}).get("mapping", {})
        if part in choices:
            node = _resolve({"$ref": choices[part]}, schema)
            continue
        parent = node
        below = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
        node = _resolve(below, schema)
        path.append(str(part))
    return path, parent, node


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for; of what may be null, what it is otherwise."""
    while "$ref" in node or "anyOf" in node:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        else:
            node = next(choice for choice in node["anyOf"] if choice.get("type") != "null")
    return node


def _expectation(node: dict[str, Any], schema: dict[str, Any]) -> str:
    if choices := node.get("discriminator", {}).get("mapping") or node.get("enum"):
        known = ", ".join(map(str, choices))
        return f"one of {known}"
    if "const" in node:
        return str(node["const"])
    if "pattern" in node and (wanted := IDS.get(node.get("control", ""))):
        return wanted
    match node.get("type"):
        case "integer" | "number" | "string":
            return _within_bounds(node)
        case "array":
            each = _expectation(_resolve(node.get("items", {}), schema), schema)
            least, most = node.get("minItems", 0), node.get("maxItems", "any number")
            return f"a list of {least} to {most} items, each {each}"
    return "an object"


IDS = {"table": "the id of a table", "images": "the id of a set of images"}
"""What a text of a fixed pattern is, by its control."""
BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "maximum", "exclusiveMaximum", "maxLength")
WITHIN = {
    ("integer", "minimum", "maximum"): "a whole number from {low} to {high}",
    ("number", "minimum", "maximum"): "a number from {low} to {high}",
    ("number", "minimum", "exclusiveMaximum"): "a number from {low} to below {high}",
    ("number", "exclusiveMinimum", "maximum"): "a number above {low} to {high}",
    ("number", "exclusiveMinimum", "exclusiveMaximum"): "a number above {low} to below {high}",
    ("string", "minLength", "maxLength"): "text of {low} to {high} characters",
    ("string", "maxLength"): "text of at most {high} characters",
}
ANY = {"integer": "a whole number", "number": "a number", "string": "text"}


def _within_bounds(node: dict[str, Any]) -> str:
    """What is expected where a number or a text is; its bounds too, where they are of a usual kind."""
    given = [name for name in BOUNDS if name in node]
    ends = {"low": bound_text(node[given[0]]), "high": bound_text(node[given[-1]])} if given else {}
    return WITHIN.get((node["type"], *given), ANY[node["type"]]).format(**ends)


def bound_text(value: float) -> str:
    """A bound as people read it: 0.000001, 10, 1e+12."""
    if math.isfinite(value) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return f"{Decimal(f'{value:g}'):f}" if SMALLEST_PLAIN <= abs(value) < 1 else f"{value:g}"


def show(value: object) -> str:
    """A value short enough for a message: numbers and short texts as they are, anything else by its sort and size."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            text = str(value)
            return text if len(text) <= LONGEST_SHOWN else f"a number of {len(text)} digits"
        case str():
            return f'"{value}"' if len(value) <= LONGEST_SHOWN else f"text of {len(value):,} characters"
        case list() | tuple():
            return f"a list of {len(value)} items"
        case dict():
            return "an object"
    return f"a {type(value).__name__}"
