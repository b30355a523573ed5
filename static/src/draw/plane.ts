/** The plane of the data: its points and its axes. What lies behind them is drawn by heat.ts. */
import { drawAxes, NAME_ROOM, type Area, type Side, type Window } from "./axes.ts";
import type { Inks } from "./color.ts";
import { drawMark, type Pen } from "./pen.ts";

export type { Area, Side, Window };

/** The room left of and below the square for the numbers of the axes. */
export const GUTTER = { left: 24, below: 18 } as const;
/** That of names beside them. */
export function nameRoom(sides: readonly Side[] | null): number {
  return sides ? NAME_ROOM : 0;
}

/** How much larger a ring is than the point in it. */
const RING = 3.5;

export interface Samples {
  readonly points: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly isTest: ArrayLike<number>;
  readonly classes: number | null;
}

/** The side of the square that is left for the plane. */
export function planeSide(width: number, height: number, sides: readonly Side[] | null): number {
  const names = nameRoom(sides);
  return Math.max(0, Math.floor(Math.min(width - GUTTER.left - names, height - GUTTER.below - names)));
}

/** Class colour; for two classes the colours of negative and positive. */
export function classColor(inks: Inks, index: number, classes: number | null): string {
  if (classes === null || classes > 2) return inks.classes[index % inks.classes.length] ?? inks.ink;
  return index === 0 ? inks.negativeMark : inks.positiveMark;
}

function radiusOf(side: number): number {
  return side > 400 ? 4.2 : 3.3;
}

/** More points than these would hide the picture and each other: of those so many are drawn. Their order is random. */
const MOST_POINTS = 5000;
const FEWER_POINTS = 3000;

/** How many of so many points are drawn: the first ones. */
export function drawnOf(count: number): number {
  return count > MOST_POINTS ? FEWER_POINTS : count;
}

/** Points in their squares, train filled and test hollow, and the numbers along both axes. */
export function drawSamples(
  pen: Pen,
  samples: Samples,
  seen: Window,
  sides: readonly Side[] | null,
  inks: Inks,
  showTest: boolean,
): void {
  const { context, width, height } = pen;
  const side = planeSide(width, height, sides);
  const left = width - side;
  context.save();
  context.beginPath();
  context.roundRect(left, 0, side, side, 8);
  context.clip();
  const r = radiusOf(side);
  const [across, up] = [side / (seen.right - seen.left), side / (seen.top - seen.bottom)];
  for (const isTest of showTest ? [0, 1] : [0]) {
    for (let i = 0; i < drawnOf(samples.targets.length); i++) {
      if ((samples.isTest[i] ?? 0) !== isTest) continue;
      const x = ((samples.points[2 * i] ?? 0) - seen.left) * across;
      const y = (seen.top - (samples.points[2 * i + 1] ?? 0)) * up;
      if (x < -r || y < -r || x > side + r || y > side + r) continue;
      drawSample(context, left + x, y, r, samples.targets[i] ?? 0, samples.classes, inks, isTest === 1);
    }
  }
  context.restore();
  drawAxes(context, { left, width: side, height: side }, seen, inks, sides);
}

export function drawSample(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  r: number,
  target: number,
  classes: number | null,
  inks: Inks,
  isTest: boolean,
): void {
  if (classes !== null) return drawMark(context, x, y, r, target, classColor(inks, target, classes), inks.halo, isTest);
  const color = target < 0 ? inks.negativeMark : inks.positiveMark;
  context.globalAlpha = 0.35 + 0.65 * Math.min(1, Math.abs(target));
  drawMark(context, x, y, r, target < 0 ? 0 : 1, color, inks.halo, isTest);
  context.globalAlpha = 1;
}

/** A ring around each of some points, whose places are x and y in turn, as shares of the area. */
export function drawRings(
  context: CanvasRenderingContext2D,
  marked: readonly number[],
  places: ArrayLike<number>,
  { left, width, height }: Area,
  inks: Inks,
): void {
  const r = radiusOf(width) + RING;
  context.beginPath();
  for (let k = 0; k < marked.length; k++) {
    const i = marked[k] ?? 0;
    const [x, y] = [left + (places[2 * i] ?? 0) * width, (places[2 * i + 1] ?? 0) * height];
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  }
  strokeTwice(context, inks, 1.8);
}

/** A line of ink with a halo, to be seen on any ground. */
export function strokeTwice(context: CanvasRenderingContext2D, inks: Inks, thickness: number): void {
  context.globalAlpha = 1;
  context.strokeStyle = inks.halo;
  context.lineWidth = thickness + 2.5;
  context.stroke();
  context.strokeStyle = inks.ink;
  context.lineWidth = thickness;
  context.stroke();
}
