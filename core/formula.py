"""Formula: arithmetic typed by a person, parsed to a small tree of known parts and never run as code."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dual import Dual
from core.spec import show

Array = NDArray[Any]
Value = Callable[[Mapping[str, Array]], Array]
"""A parsed formula: from the variables' values, all of one shape, to its own."""
Inner = Callable[[Mapping[str, Any]], Any]
"""The same for a part of a formula, which may be a plain number, and may be given duals."""

LONGEST = 200  # characters
MOST_PARTS = 80  # numbers, names, operators and calls: what an evaluation costs

CONSTANTS = {"pi": np.pi, "e": np.e}
FUNCTIONS: dict[str, np.ufunc] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "min": np.minimum,
    "max": np.maximum,
}
OPERATORS: dict[type[ast.operator], np.ufunc] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
WRITTEN = {"^": "**", "²": "**2", "−": "-", "·": "*", "×": "*"}
"""Signs as people write them, in the parser's."""

SIGNS: dict[type[ast.unaryop], np.ufunc] = {ast.USub: np.negative, ast.UAdd: np.positive}


def parsed(text: str, variables: tuple[str, ...]) -> Value:
    """The formula as a function of its variables. Raises ValueError with a sentence that names what is not known."""
    value = _value(_checked(text, variables), variables)
    return lambda given: np.array(np.broadcast_to(value(given), np.shape(next(iter(given.values())))))


def derived(text: str, variables: tuple[str, ...]) -> Callable[[Array], Array]:
    """The formula's exact gradient as a function of a place, (variables,), and of that shape. Raises like `parsed`."""
    value = _value(_checked(text, variables), variables)
    directions = np.eye(len(variables))

    def gradient(place: Array) -> Array:
        result = value({name: Dual(place[i], directions[i]) for i, name in enumerate(variables)})
        return np.array(result.partials if isinstance(result, Dual) else np.zeros(len(variables)), float)

    return gradient


def parts_of(text: str, variables: tuple[str, ...]) -> int:
    """How many numbers, names, operators and calls a formula has. Raises like `parsed`."""
    return _parts(_checked(text, variables))


def _checked(text: str, variables: tuple[str, ...]) -> ast.expr:
    """The formula's tree, if it is one and not too large."""
    if len(text) > LONGEST:
        raise ValueError(f"expected a formula of at most {LONGEST} characters, got {len(text):,}")
    tree = _tree(text.strip())
    if tree is None:
        hint = _hint(variables)
        raise ValueError(f"this is not a formula: {show(text)}. {hint}")
    if (parts := _parts(tree)) > MOST_PARTS:
        raise ValueError(f"expected a formula of at most {MOST_PARTS} parts, got {parts}")
    return tree.body


def _parts(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.expr) for node in ast.walk(tree))


def _tree(text: str) -> ast.Expression | None:
    """The text read as one expression of one line, without remarks and marks that nobody sees; None if it is none."""
    if "#" in text or not text.isprintable():
        return None
    for sign, plain in WRITTEN.items():
        text = text.replace(sign, plain)
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _hint(variables: tuple[str, ...]) -> str:
    formula = f"sin(3*{variables[0]}) + {variables[-1]}**2"
    return f"Write something like {formula}."


def _value(node: ast.expr, variables: tuple[str, ...]) -> Inner:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number):
            return _constant(float(number))
        case ast.Name(id=name) if name in variables:
            return lambda given: given[name]
        case ast.Name(id=name) if name in CONSTANTS:
            return _constant(CONSTANTS[name])
        case ast.Name(id=name):
            known = ", ".join((*variables, *CONSTANTS))
            raise ValueError(f"expected one of {known}, got {name[:LONGEST]}")
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            return _applied(OPERATORS[type(operator)], [left, right], variables)
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in SIGNS:
            return _applied(SIGNS[type(sign)], [operand], variables)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            function = FUNCTIONS[name]
            if len(arguments) != function.nin:
                wanted = "1 value" if function.nin == 1 else f"{function.nin} values"
                raise ValueError(f"{name} takes {wanted}, got {len(arguments)}")
            return _applied(function, arguments, variables)
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            values = ", ".join((variables[0], variables[-1])[: FUNCTIONS[name].nin])
            raise ValueError(f"{name} takes its values without names: write {name}({values})")
        case ast.Call(func=ast.Name(id=name)):
            raise ValueError(f"expected one of the functions {', '.join(FUNCTIONS)}, got {name[:LONGEST]}")
    known, hint = ", ".join(variables), _hint(variables)
    raise ValueError(f"only numbers, {known}, + − * / % ** and functions can stand here. {hint}")


def _constant(number: float) -> Inner:
    return lambda given: np.float64(number)


def _applied(function: np.ufunc, operands: list[ast.expr], variables: tuple[str, ...]) -> Inner:
    values = [_value(operand, variables) for operand in operands]
    return lambda given: function(*(value(given) for value in values))
