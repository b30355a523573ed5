/** Regression of one input: the points, and the curve that the network draws through them. */
import * as format from "../format.ts";
import type { Inks } from "./color.ts";
import { roundStep } from "./curves.ts";
import { drawMark, type Pen } from "./pen.ts";
import { GUTTER, type Samples } from "./plane.ts";

export interface FitRanges {
  readonly domain: readonly [number, number];
  readonly target: readonly [number, number];
}

const ROOM_FOR_NUMBERS = 8;

export function drawFit(
  pen: Pen,
  samples: Samples,
  curve: ArrayLike<number>,
  ranges: FitRanges,
  inks: Inks,
  showTest: boolean,
): void {
  const { context, width, height } = pen;
  const left = GUTTER.left + ROOM_FOR_NUMBERS;
  const [right, floor] = [width, height - GUTTER.below];
  const margin = 0.15 * (ranges.target[1] - ranges.target[0] || 1);
  const [low, high] = [ranges.target[0] - margin, ranges.target[1] + margin];
  const x = (value: number) =>
    left + ((value - ranges.domain[0]) / (ranges.domain[1] - ranges.domain[0])) * (right - left);
  const y = (value: number) => floor - ((value - low) / (high - low)) * floor;
  drawGrid(context, ranges.domain, [low, high], x, y, left, right, floor, inks);
  context.save();
  context.beginPath();
  context.roundRect(left, 0, right - left, floor, 8);
  context.clip();
  for (let i = 0; i < samples.targets.length; i++) {
    const isTest = samples.isTest[i] === 1;
    if (isTest && !showTest) continue;
    drawMark(
      context,
      x(samples.points[i] ?? 0),
      y(samples.targets[i] ?? 0),
      3.3,
      1,
      inks.positiveMark,
      inks.halo,
      isTest,
    );
  }
  context.beginPath();
  for (let i = 0; i < curve.length; i++) {
    const along = ranges.domain[0] + (i / (curve.length - 1)) * (ranges.domain[1] - ranges.domain[0]);
    context.lineTo(x(along), y(curve[i] ?? 0));
  }
  context.lineJoin = "round";
  for (const [color, thickness] of [
    [inks.halo, 5.5],
    [inks.ink, 2.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = thickness;
    context.stroke();
  }
  context.restore();
}

function drawGrid(
  context: CanvasRenderingContext2D,
  domain: readonly [number, number],
  [low, high]: readonly [number, number],
  x: (value: number) => number,
  y: (value: number) => number,
  left: number,
  right: number,
  floor: number,
  inks: Inks,
): void {
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(left + 0.5, 0.5, right - left - 1, floor - 1, 8);
  context.stroke();
  context.font = `11px ${inks.font}`;
  context.fillStyle = inks.faint;
  context.textBaseline = "middle";
  context.textAlign = "right";
  const step = roundStep(high - low, 6);
  for (let level = Math.ceil(low / step) * step; level <= high; level += step) {
    context.fillText(format.number(level, 2), left - 6, Math.max(7, Math.min(floor - 7, y(level))));
    context.fillRect(left, Math.round(y(level)), 4, 1);
  }
  context.textBaseline = "top";
  for (let value = Math.ceil(domain[0]); value <= domain[1]; value++) {
    context.textAlign = value === domain[0] ? "left" : value === domain[1] ? "right" : "center";
    context.fillText(format.number(value), x(value), floor + 5);
  }
}
