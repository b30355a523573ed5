"""The chart: how many times core's time each contestant takes, as bars on a logarithmic axis, in one SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT = 760, 190, 62
ROW, HEAD, FOOT = 19, 40, 62
BAR = 12
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .quiet { fill: #59636e; font-size: 12px }
  .slower { fill: #3b76c4 } .faster { fill: #c2571a }
  line { stroke: #d1d9e0 } .core { stroke: #1f2328 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .quiet { fill: #9198a1 }
    .slower { fill: #6ea8f0 } .faster { fill: #f0883e }
    line { stroke: #3d444d } .core { stroke: #f0f6fc }
  }
"""


@dataclass(frozen=True)
class Group:
    """The bars of one kind of work: contestants and their ratios, core left out."""

    title: str
    ratios: Mapping[str, float]

    @property
    def height(self) -> float:
        return HEAD + ROW * len(self.ratios)


@dataclass(frozen=True)
class Scale:
    """A logarithmic axis over whole powers of ten."""

    low: int
    high: int

    def x(self, ratio: float) -> float:
        share = (math.log10(ratio) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    @property
    def marks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def scale_of(groups: Sequence[Group]) -> Scale:
    powers = [math.log10(ratio) for group in groups for ratio in group.ratios.values()]
    return Scale(min(-1, math.floor(min(powers))), math.ceil(max(powers)))


def chart(groups: Sequence[Group], note: str) -> str:
    scale, height = scale_of(groups), sum(group.height for group in groups) + FOOT
    words = ". ".join(f"{group.title}: {spoken(group)}" for group in groups)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' role="img" aria-labelledby="title description">',
        '<title id="title">Processor time, as multiples of core\'s</title>',
        f'<desc id="description">{escape(words)}. {escape(note)}</desc>',
        f"<style>{STYLE}</style>",
    ]
    top = 0.0
    for group in groups:
        lines += drawn(group, scale, top)
        top += group.height
    lines += [text(scale.x(mark), top + 16, axis_label(mark), "quiet", "middle") for mark in scale.marks]
    lines.append(text(0, height - 12, note, "quiet"))
    return "\n".join([*lines, "</svg>"]) + "\n"


def spoken(group: Group) -> str:
    return ", ".join(f"{name} {figure(ratio)}" for name, ratio in group.ratios.items())


def drawn(group: Group, scale: Scale, top: float) -> list[str]:
    """Title, grid and bars of a group."""
    first, last = top + HEAD - 6, top + group.height - 2
    lines = [text(0, top + 24, group.title, "title")]
    for mark in scale.marks:
        x, kind = scale.x(mark), ' class="core"' if mark == 1 else ""
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{first:.1f}" y2="{last:.1f}"{kind}/>')
    for row, (name, ratio) in enumerate(group.ratios.items()):
        lines += bar(name, ratio, scale, top + HEAD + row * ROW)
    return lines


def bar(name: str, ratio: float, scale: Scale, top: float) -> list[str]:
    """To the right of core for those that take longer, to the left for those that are faster."""
    start, end = sorted((scale.x(1.0), scale.x(ratio)))
    kind = "slower" if ratio >= 1 else "faster"
    return [
        text(LEFT - 8, top + BAR - 1, name, anchor="end"),
        f'<rect class="{kind}" x="{start:.1f}" y="{top:.1f}" width="{end - start:.1f}" height="{BAR}"/>',
        text(max(end, scale.x(1.0)) + 5, top + BAR - 1, figure(ratio)),
    ]


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(words)}</text>'


def axis_label(mark: float) -> str:
    return "core" if mark == 1 else f"{mark:g}×"


def figure(ratio: float) -> str:
    """With two digits that count: 0.086×, 4.9×, 34×."""
    digits = max(0, 1 - math.floor(math.log10(ratio)))
    return f"{ratio:,.{digits}f}×"
