/** The plane of the data: its points and its axes. What lies behind them is drawn by heat.ts. */
import * as format from "../format.ts";
import type { Inks } from "./color.ts";
import { roundStep } from "./curves.ts";
import { drawMark, type Pen } from "./pen.ts";

/** The room left of and below the square for the numbers of the axes. */
export const GUTTER = { left: 24, below: 18 } as const;
const MOST_STEPS = 7;

export interface Samples {
  readonly points: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly isTest: ArrayLike<number>;
  readonly classes: number | null;
}

/** The side of the square that is left for the plane. */
export function planeSide(width: number, height: number): number {
  return Math.max(0, Math.floor(Math.min(width - GUTTER.left, height - GUTTER.below)));
}

/** Class colour; for two classes the colours of negative and positive. */
export function classColor(inks: Inks, index: number, classes: number | null): string {
  if (classes === null || classes > 2) return inks.classes[index % inks.classes.length] ?? inks.ink;
  return index === 0 ? inks.negativeMark : inks.positiveMark;
}

/** Points in their squares, train filled and test hollow, and the numbers along both axes. */
export function drawSamples(
  pen: Pen,
  samples: Samples,
  domain: readonly [number, number],
  inks: Inks,
  showTest: boolean,
): void {
  const { context, width, height } = pen;
  const side = planeSide(width, height);
  const left = width - side;
  const across = (value: number) => ((value - domain[0]) / (domain[1] - domain[0])) * side;
  context.save();
  context.beginPath();
  context.roundRect(left, 0, side, side, 8);
  context.clip();
  const r = side > 400 ? 4.2 : 3.3;
  for (const isTest of showTest ? [0, 1] : [0]) {
    for (let i = 0; i < samples.targets.length; i++) {
      if ((samples.isTest[i] ?? 0) !== isTest) continue;
      const [x, y] = [left + across(samples.points[2 * i] ?? 0), side - across(samples.points[2 * i + 1] ?? 0)];
      drawSample(context, x, y, r, samples.targets[i] ?? 0, samples.classes, inks, isTest === 1);
    }
  }
  context.restore();
  drawAxes(context, left, side, domain, inks);
}

function drawSample(
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

function drawAxes(
  context: CanvasRenderingContext2D,
  left: number,
  side: number,
  [low, high]: readonly [number, number],
  inks: Inks,
): void {
  context.font = `11px ${inks.font}`;
  context.fillStyle = inks.faint;
  const step = roundStep(high - low, MOST_STEPS);
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    const text = format.number(value);
    const along = ((value - low) / (high - low)) * side;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(text, left - 6, Math.max(7, Math.min(side - 7, side - along)));
    context.textAlign = value === low ? "left" : value === high ? "right" : "center";
    context.textBaseline = "top";
    context.fillText(text, left + along, side + 5);
  }
}
