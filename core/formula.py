"""Formula: arithmetic typed by a person, parsed to a small tree of known parts and never run as code."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.spec import show

Array = NDArray[Any]
Value = Callable[[Mapping[str, Array]], Array]
"""A parsed formula: from the variables' values, all of one shape, to its own."""

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
    if len(text) > LONGEST:
        raise ValueError(f"expected a formula of at most {LONGEST} characters, got {len(text):,}")
    tree = _tree(text.strip())
    if tree is None:
        hint = _hint(variables)
        raise ValueError(f"this is not a formula: {show(text)}. {hint}")
    if (parts := sum(isinstance(node, ast.expr) for node in ast.walk(tree))) > MOST_PARTS:
        raise ValueError(f"expected a formula of at most {MOST_PARTS} parts, got {parts}")
    return _value(tree.body, variables)


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


def _value(node: ast.expr, variables: tuple[str, ...]) -> Value:
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


def _constant(number: float) -> Value:
    return lambda given: np.full_like(next(iter(given.values())), number)


def _applied(function: np.ufunc, operands: list[ast.expr], variables: tuple[str, ...]) -> Value:
    values = [_value(operand, variables) for operand in operands]
    return lambda given: np.asarray(function(*(value(given) for value in values)))
