"""Lanes: as many numbers as fill 64 bytes, which a processor handles at once, as a type of Numba's.

LLVM turns them into whatever vectors the machine has. Left to itself it would leave blocks as short as a batch of ten
to scalar loops. Nothing here is allowed to reorder sums, so the same machine always gives the same bits; only
`fused` may round once instead of twice, where the processor can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.extending import intrinsic, register_model

BYTES = 64
INDEX = ir.IntType(64)


class Lanes(types.Type):
    """`count` numbers of one floating-point type."""

    def __init__(self, element: Any, count: int) -> None:
        self.element, self.count = element, count
        super().__init__(name=f"Lanes({element}, {count})")


@register_model(Lanes)
class LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Lanes) -> None:
        element = manager.lookup(kind.element).get_value_type()
        super().__init__(manager, kind, ir.VectorType(element, kind.count))


def lanes_of(arena: Any) -> Lanes:
    return Lanes(arena.dtype, BYTES * 8 // arena.dtype.bitwidth)


@intrinsic
def memory(context: Any, array: Any) -> Any:
    """Where an array's numbers begin. Unlike the array, its address can be handed on without counting who holds it."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), code


def _pointer(builder: Any, arena: Any, place: Any, count: int = 1) -> Any:
    """To a number of the arena, or to so many lanes from there on."""
    pointer = builder.gep(arena, [place])
    number = pointer.type.pointee
    return pointer if count == 1 else builder.bitcast(pointer, ir.VectorType(number, count).as_pointer())


def _alignment(signature: Any) -> int:
    return int(signature.args[0].dtype.bitwidth) // 8


def _filled(builder: Any, kind: Any, value: Any) -> Any:
    """All lanes the same number."""
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), value, INDEX(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), None)
    return builder.shuffle_vector(first, first, zeros)


def _below(builder: Any, count: int, limit: Any) -> Any:
    """A mask of the lanes whose number is less than the limit."""
    kind = ir.VectorType(INDEX, count)
    numbers = ir.Constant(kind, [INDEX(lane) for lane in range(count)])
    return builder.icmp_signed("<", numbers, _filled(builder, kind, limit))


def _shuffled(builder: Any, left: Any, right: Any, places: Sequence[int]) -> Any:
    """The numbers at these places of both together."""
    number = ir.IntType(32)
    mask = ir.Constant(ir.VectorType(number, len(places)), [number(place) for place in places])
    return builder.shuffle_vector(left, right, mask)


@intrinsic
def width(context: Any, arena: Any) -> Any:
    """How many lanes an arena's numbers are taken in."""
    count = lanes_of(arena).count
    return types.intp(arena), lambda *_: ir.Constant(INDEX, count)


# memory: arena, place -> lanes. Loads may reach beyond the block that is meant: the arena ends in spare room.


@intrinsic
def load(context: Any, arena: Any, place: Any) -> Any:
    kind = lanes_of(arena)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(builder, arguments[0], arguments[1], kind.count)
        return builder.load(pointer, align=_alignment(signature))

    return kind(arena, types.intp), code


@intrinsic
def spread(context: Any, arena: Any, place: Any) -> Any:
    """One number in all lanes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number = builder.load(_pointer(builder, arguments[0], arguments[1]))
        return _filled(builder, context.get_value_type(signature.return_type), number)

    return lanes_of(arena)(arena, types.intp), code


@intrinsic
def store_all(context: Any, arena: Any, place: Any, lanes: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(builder, arguments[0], arguments[1], lanes.count)
        builder.store(arguments[2], pointer, align=_alignment(signature))
        return context.get_dummy_value()

    return types.void(arena, types.intp, lanes), code


@intrinsic
def store_some(context: Any, arena: Any, place: Any, lanes: Any, count: Any) -> Any:
    """Store the first `count` lanes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(builder, arguments[0], arguments[1], lanes.count)
        number, mask = ir.IntType(32), _below(builder, lanes.count, arguments[3])
        kinds = [arguments[2].type, pointer.type, number, mask.type]
        name = f"llvm.masked.store.{_suffix(lanes)}.p0"
        masked = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.VoidType(), kinds), name)
        builder.call(masked, [arguments[2], pointer, number(_alignment(signature)), mask])
        return context.get_dummy_value()

    return types.void(arena, types.intp, lanes, types.intp), code


@intrinsic
def put(context: Any, arena: Any, place: Any, number: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], _pointer(builder, arguments[0], arguments[1]))
        return context.get_dummy_value()

    return types.void(arena, types.intp, arena.dtype), code


@intrinsic
def take(context: Any, arena: Any, place: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_pointer(builder, arguments[0], arguments[1]))

    return arena.dtype(arena, types.intp), code


@intrinsic
def turn(context: Any, arena: Any, x: Any, x_step: Any, last: Any, out: Any, out_step: Any) -> Any:
    """Lay out a square of as many columns as there are lanes, `x_step` apart, as rows `out_step` apart. The columns
    after the `last` are the same as it. Halves are interleaved again and again."""
    count = lanes_of(arena).count
    orders = [[lane // 2 + start + lane % 2 * count for lane in range(count)] for start in (0, count // 2)]

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer, x, x_step, last, out, out_step = arguments
        rows = []
        for lane in range(count):
            place = builder.select(builder.icmp_signed("<", INDEX(lane), last), INDEX(lane), last)
            start = builder.add(x, builder.mul(place, x_step))
            rows.append(builder.load(_pointer(builder, pointer, start, count), align=_alignment(signature)))
        for _ in range(count.bit_length() - 1):
            pairs = list(zip(rows[: count // 2], rows[count // 2 :], strict=True))
            rows = [_shuffled(builder, *pair, order) for pair in pairs for order in orders]
        for lane, row in enumerate(rows):
            start = builder.add(out, builder.mul(INDEX(lane), out_step))
            builder.store(row, _pointer(builder, pointer, start, count), align=_alignment(signature))
        return context.get_dummy_value()

    return types.void(arena, *[types.intp] * 5), code


# arithmetic: lanes -> lanes


def _suffix(lanes: Lanes) -> str:
    return f"v{lanes.count}f{lanes.element.bitwidth}"


def _instruction(name: str) -> Any:
    @intrinsic
    def operation(context: Any, left: Any, right: Any) -> Any:
        return left(left, left), lambda context, builder, signature, arguments: getattr(builder, name)(*arguments)

    return operation


add, subtract, multiply, divide = (_instruction(name) for name in ("fadd", "fsub", "fmul", "fdiv"))


def _function(name: str, operands: int) -> Any:
    """One of LLVM's own functions, lane by lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = arguments[0].type
        full = f"llvm.{name}.{_suffix(signature.return_type)}"
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * operands), full)
        return builder.call(function, arguments)

    @intrinsic
    def one(context: Any, x: Any) -> Any:
        return x(x), code

    @intrinsic
    def three(context: Any, x: Any, y: Any, z: Any) -> Any:
        return x(x, x, x), code

    return one if operands == 1 else three


sqrt, absolute = _function("sqrt", 1), _function("fabs", 1)
fused = _function("fmuladd", 3)  # x·y + z


@intrinsic
def negative(context: Any, x: Any) -> Any:
    return x(x), lambda context, builder, signature, arguments: builder.fneg(arguments[0])


def _choice(sign: str, ordered: bool = True) -> Any:
    """left where the comparison of x and y holds, else right."""

    @intrinsic
    def operation(context: Any, x: Any, y: Any, left: Any, right: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            compare = builder.fcmp_ordered if ordered else builder.fcmp_unordered
            return builder.select(compare(sign, *arguments[:2]), *arguments[2:])

        return x(x, x, x, x), code

    return operation


where_below, where_from, where_equal = _choice("<"), _choice(">="), _choice("==")
where_unordered = _choice("uno", ordered=False)  # one of both is not a number


@intrinsic
def constant(context: Any, like: Any, value: Any) -> Any:
    """A number in all lanes, as many as the other lanes have."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = context.get_value_type(signature.return_type)
        number = context.cast(builder, arguments[1], signature.args[1], like.element)
        return _filled(builder, kind, number)

    return like(like, types.float64), code


@intrinsic
def first(context: Any, lanes: Any, count: Any) -> Any:
    """The first `count` lanes; 0 in the others."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        nothing = ir.Constant(arguments[0].type, None)
        return builder.select(_below(builder, lanes.count, arguments[1]), arguments[0], nothing)

    return lanes(lanes, types.intp), code


@intrinsic
def total(context: Any, lanes: Any) -> Any:
    """The sum of all lanes: halves are added until one number is left, always in this order."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, count = arguments[0], lanes.count
        while count > 1:
            count //= 2
            halves = [_shuffled(builder, values, values, range(begin, begin + count)) for begin in (0, count)]
            values = builder.fadd(*halves)
        return builder.extract_element(values, INDEX(0))

    return lanes.element(lanes), code


@intrinsic
def doubled(context: Any, lanes: Any) -> Any:
    """The same numbers in float64."""
    wide = Lanes(types.float64, lanes.count)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = context.get_value_type(wide)
        return arguments[0] if lanes == wide else builder.fpext(arguments[0], kind)

    return wide(lanes), code


@intrinsic
def narrowed(context: Any, wide: Any, like: Any) -> Any:
    """The same numbers in the precision of other lanes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return arguments[0] if like == wide else builder.fptrunc(arguments[0], arguments[1].type)

    return like(wide, like), code


@intrinsic
def power_of_two(context: Any, shifted: Any) -> Any:
    """2ᵏ, given 1.5·2⁵² + k in float64, k from −1022 to 1023. That sum's last bits are k, and 2ᵏ is k + 1023 moved to
    where a float64 has its exponent."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.VectorType(INDEX, shifted.count)
        bits = builder.bitcast(arguments[0], kind)
        exponent = builder.add(bits, ir.Constant(kind, [INDEX(1023)] * shifted.count))
        moved = builder.shl(exponent, ir.Constant(kind, [INDEX(52)] * shifted.count))
        return builder.bitcast(moved, arguments[0].type)

    return shifted(shifted), code


@intrinsic
def count_of(context: Any, lanes: Any) -> Any:
    return types.intp(lanes), lambda *_: ir.Constant(INDEX, lanes.count)


@intrinsic
def lane(context: Any, lanes: Any, place: Any) -> Any:
    """One of the numbers."""
    return lanes.element(lanes, types.intp), lambda context, builder, signature, arguments: builder.extract_element(
        *arguments
    )


@intrinsic
def with_lane(context: Any, lanes: Any, place: Any, number: Any) -> Any:
    """The same lanes but for one number."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.insert_element(arguments[0], arguments[2], arguments[1])

    return lanes(lanes, types.intp, lanes.element), code
