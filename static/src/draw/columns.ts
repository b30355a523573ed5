/** Columns: a curve of any length, as two values for each column of pixels: the lowest and the highest that lie there. */
import { firstFrom } from "./rising.ts";
import type { Scale } from "./scales.ts";

export interface Column {
  /** The place of its first point. */
  readonly x: number;
  /** Its lowest and its highest value, in the order in which they came. */
  readonly one: number;
  readonly other: number;
  readonly mean: number;
}

/** `xs` rise, and `x` is linear, so that the points of a column are found without looking at each. */
export function columnsOf(xs: readonly number[], values: readonly number[], x: Scale): Column[] {
  const [origin, unit] = [x(0), x(1) - x(0)];
  const columns: Column[] = [];
  for (let i = 0, end = 0; i < values.length; i = end) {
    const place = x(xs[i] ?? 0);
    const next = firstFrom(xs, (Math.floor(place) + 1 - origin) / unit);
    end = Math.min(values.length, Math.max(i + 1, next));
    const column = columnOf(values, i, end, place);
    if (column) columns.push(column);
  }
  return columns;
}

/** Of the values from `start` up to `end`; null where none is a number. */
function columnOf(values: readonly number[], start: number, end: number, x: number): Column | null {
  let [low, high, sum, count] = [start, start, 0, 0];
  for (let i = start; i < end; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    if (!count || value < (values[low] ?? 0)) low = i;
    if (!count || value > (values[high] ?? 0)) high = i;
    sum += value;
    count++;
  }
  if (!count) return null;
  const [first, second] = low < high ? [low, high] : [high, low];
  return { x, one: values[first] ?? 0, other: values[second] ?? 0, mean: sum / count };
}

/** Add a line through the columns to the path that is being drawn. */
export function traceColumns(path: CanvasRenderingContext2D | Path2D, columns: readonly Column[], y: Scale): void {
  for (const { x, one, other } of columns) {
    path.lineTo(x, y(one));
    if (other !== one) path.lineTo(x, y(other));
  }
}

/** The heights of the columns, averaged exponentially over `reach` pixels of what came before each. */
export function smoothed(columns: readonly Column[], y: Scale, reach: number): number[] {
  let [height, last] = [NaN, 0];
  return columns.map(({ x, mean }) => {
    const kept = Math.exp((last - x) / reach);
    height = Number.isNaN(height) ? y(mean) : kept * height + (1 - kept) * y(mean);
    last = x;
    return height;
  });
}

/** How far the curve jumps up and down from column to column, in pixels, on average. */
export function roughness(columns: readonly Column[], y: Scale): number {
  const heights = columns.map(({ mean }) => y(mean));
  const jumps = columns.slice(1, -1).map(({ one, other }, i) => {
    const [before = 0, here = 0, after = 0] = heights.slice(i, i + 3);
    return Math.max(Math.abs(y(one) - y(other)), Math.abs(here - (before + after) / 2));
  });
  return jumps.reduce((sum, jump) => sum + jump, 0) / (jumps.length || 1);
}

/** The lowest and the highest value of all; with `isPositive` the lowest above zero. */
export function boundsOf(curves: readonly (readonly Column[])[], isPositive = false): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const columns of curves) {
    for (const { one, other } of columns) {
      for (const value of [one, other]) if (value < low && (value > 0 || !isPositive)) low = value;
      high = Math.max(high, one, other);
    }
  }
  return [low, high];
}
