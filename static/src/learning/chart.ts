/** Scores over the size of the training set, on a log scale: of each series the median and its band, named at its end.
 * Draws what it is given; asks nobody. */
import type { Inks } from "../draw/color.ts";
import { drawLevels } from "../draw/curves.ts";
import { dot, type Pen } from "../draw/pen.ts";
import { heightScale, levelsOf, roundStep, type Range, type Scale } from "../draw/scales.ts";
import { count } from "../format.ts";
import type { Line } from "./curve.ts";
import type { Model } from "./server.ts";

interface Look {
  readonly names: readonly string[];
  readonly isShare: boolean;
  /** The place of the size that is read, or -1. */
  readonly cursor: number;
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Context = CanvasRenderingContext2D;

const ROOM = { left: 44, right: 18, top: 12, below: 22 } as const;
const NAME_HEIGHT = 15;
/** Of the width, for the names at the right. */
const MOST_NAMES = 0.36;
const ENGINEERED = [6, 4];
/** Below this nobody needs to see how wrong the answers are. */
const LOWEST = -0.5;
/** What is seen of shares at least goes down to here. */
const LEAST_SHARE = 0.8;

export function colorOf(model: Model, inks: Inks): string {
  const [tree, linear, bayes, vectors] = inks.classes;
  const colors = { network: inks.accent, linear, naive_bayes: bayes, decision_tree: tree, support_vectors: vectors };
  return colors[model] ?? inks.ink;
}

/** Draws it, and tells where the curves are. */
export function drawLines(
  { context, width, height }: Pen,
  counts: readonly number[],
  lines: readonly Line[],
  { names, isShare, cursor }: Look,
  inks: Inks,
): Area {
  context.font = `600 12px ${inks.font}`;
  const widest = Math.max(0, ...names.map((name) => context.measureText(name).width));
  const forNames = Math.min(widest, MOST_NAMES * width);
  const area = {
    left: ROOM.left,
    top: ROOM.top,
    width: width - ROOM.left - ROOM.right - forNames,
    height: height - ROOM.top - ROOM.below,
  };
  const [fewest = 1, most = 1] = [counts[0], counts.at(-1)];
  const x: Scale = (size) => area.left + (Math.log(size / fewest) / (Math.log(most / fewest) || 1)) * area.width;
  const range = rangeOf(lines, isShare);
  const y: Scale = (value) => heightScale(range, false, area.top, area.height)(Math.max(range[0], value));
  context.font = `11px ${inks.font}`;
  drawLevels(context, levelsOf(range, false), isShare, y, area.left, area.width, inks);
  drawSizes(context, counts, x, area.top + area.height + 6, inks);
  if (cursor >= 0) drawReader(context, x(counts[cursor] ?? 1), area, inks);
  for (const line of lines) fill(context, counts, line, x, y, colorOf(line.model, inks));
  for (const line of lines) trace(context, counts, line, x, y, cursor, inks);
  drawNames(context, counts, lines, names, { x, y, area, most: forNames }, inks);
  return area;
}

/** From a round value below all of them up to everything. */
function rangeOf(lines: readonly Line[], isShare: boolean): Range {
  const known = lines.flatMap(({ low }) => low).filter(Number.isFinite);
  const least = Math.max(LOWEST, Math.min(isShare ? LEAST_SHARE : 0, ...known));
  const step = roundStep(1 - least, 5);
  return [Math.floor(least / step) * step, 1];
}

/** The sizes themselves, as many as there is room for. */
function drawSizes(context: Context, counts: readonly number[], x: Scale, top: number, inks: Inks): void {
  context.fillStyle = inks.faint;
  context.textAlign = "center";
  context.textBaseline = "top";
  let free = Infinity;
  for (const size of [...counts].reverse()) {
    const half = context.measureText(count(size)).width / 2;
    if (x(size) + half > free) continue;
    context.fillText(count(size), x(size), top);
    free = x(size) - half - 8;
  }
}

function drawReader(context: Context, x: number, { top, height }: Area, inks: Inks): void {
  context.fillStyle = inks.soft;
  context.fillRect(x - 0.5, top, 1, height);
}

/** The places at which something is known. */
function known({ middle }: Line): number[] {
  return middle.flatMap((value, i) => (Number.isFinite(value) ? [i] : []));
}

function fill(context: Context, counts: readonly number[], line: Line, x: Scale, y: Scale, color: string): void {
  const places = known(line);
  context.beginPath();
  for (const i of places) context.lineTo(x(counts[i] ?? 1), y(line.high[i] ?? 0));
  for (const i of [...places].reverse()) context.lineTo(x(counts[i] ?? 1), y(line.low[i] ?? 0));
  context.closePath();
  context.fillStyle = color;
  context.globalAlpha = 0.13;
  context.fill();
  context.globalAlpha = 1;
}

function trace(
  context: Context,
  counts: readonly number[],
  line: Line,
  x: Scale,
  y: Scale,
  cursor: number,
  inks: Inks,
): void {
  const color = colorOf(line.model, inks);
  const at = (i: number): [number, number] => [x(counts[i] ?? 1), y(line.middle[i] ?? 0)];
  context.beginPath();
  for (const i of known(line)) context.lineTo(...at(i));
  context.setLineDash(line.inputs === "engineered" ? ENGINEERED : []);
  context.strokeStyle = color;
  context.lineWidth = line.model === "network" ? 3 : 2;
  context.lineJoin = "round";
  context.stroke();
  context.setLineDash([]);
  for (const i of known(line)) dot(context, ...at(i), i === cursor ? 4.5 : 3, color, inks.panel);
}

interface Ends {
  readonly x: Scale;
  readonly y: Scale;
  readonly area: Area;
  readonly most: number;
}

/** Each name where its line ends; names that would meet are pushed apart, and none leaves the chart. */
function drawNames(
  context: Context,
  counts: readonly number[],
  lines: readonly Line[],
  names: readonly string[],
  { x, y, area, most }: Ends,
  inks: Inks,
): void {
  const ends = lines
    .map((line, i) => ({ name: names[i] ?? "", color: colorOf(line.model, inks), line, last: known(line).at(-1) }))
    .flatMap(({ last, line, ...end }) =>
      last === undefined ? [] : [{ ...end, x: x(counts[last] ?? 1), y: y(line.middle[last] ?? 0) }],
    )
    .sort((a, b) => a.y - b.y);
  context.font = `600 12px ${inks.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const floor = area.top + area.height - NAME_HEIGHT * ends.length + NAME_HEIGHT / 2;
  let free = area.top;
  ends.forEach((end, i) => {
    const at = Math.max(free, Math.min(end.y, floor + NAME_HEIGHT * i));
    context.fillStyle = end.color;
    context.fillText(end.name, end.x + 10, at, most);
    free = at + NAME_HEIGHT;
  });
}
