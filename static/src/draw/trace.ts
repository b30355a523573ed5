/** The lines of a small chart in a square of 100 by 100, which the page stretches. */

const SIDE = 100;
const SMALLEST = 1e-12;
/** So much of the range is left free above and below, in powers of ten. */
const MARGIN = 0.05;
const MEMORY = 0.75;

/** Numbers, each at its place on the way; what is not above 0 is left out. */
export interface Trace {
  readonly places: readonly number[];
  readonly values: readonly number[];
}

export interface Line {
  /** As SVG says it; "" of fewer than two numbers. */
  readonly path: string;
  /** Where a place on the way lies, from the left. */
  readonly x: (place: number) => number;
}

/** Positive numbers on a log scale, smoothed, over at least so much of the way. */
export function lineOf(trace: Trace, fewest: number): Line {
  const places = trace.places.filter((_, i) => isDrawn(trace.values[i]));
  const logs = smoothed(trace.values.filter(isDrawn).map((value) => Math.log10(value + SMALLEST)));
  const first = places[0] ?? 0;
  const way = Math.max(fewest, (places.at(-1) ?? first) - first);
  const x = (place: number) => ((Math.max(first, place) - first) / way) * SIDE;
  const low = Math.min(...logs) - MARGIN;
  const span = Math.max(...logs) + MARGIN - low;
  const points = logs.map((log, i) => `${round(x(places[i] ?? first))} ${round(SIDE * (1 - (log - low) / span))}`);
  return { path: points.length < 2 ? "" : `M${points.join("L")}`, x };
}

/** Bars from the floor up, the tallest as tall as the square: those left of the middle, and the others. */
export function barsOf(counts: ArrayLike<number>): readonly [left: string, right: string] {
  const sides: [string, string] = ["", ""];
  const width = SIDE / counts.length;
  const tallest = Math.max(1, ...Array.from(counts));
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0;
    const tall = Math.max(LOWEST_BAR, (count / tallest) * SIDE);
    const bar = `M${round((i + GAP / 2) * width)} ${SIDE}v${round(-tall)}h${round((1 - GAP) * width)}v${round(tall)}z`;
    if (count) sides[i + 0.5 < counts.length / 2 ? 0 : 1] += bar;
  }
  return sides;
}

const LOWEST_BAR = 6;
/** Between two bars, as a share of their distance. */
const GAP = 0.18;

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function isDrawn(value: number | undefined): boolean {
  return value !== undefined && value > 0 && value < Infinity;
}

/** The moving average, each value forgotten by and by. */
function smoothed(values: readonly number[]): number[] {
  let average = values[0] ?? 0;
  return values.map((value) => (average = MEMORY * average + (1 - MEMORY) * value));
}
