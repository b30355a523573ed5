/** The code of an autoencoder: each sample where the network puts it, marked by its class. */
import * as format from "../format.ts";
import type { Inks } from "./color.ts";
import { roundStep } from "./scales.ts";
import { drawMark, type Pen } from "./pen.ts";
import { classColor, drawnOf, type Samples } from "./plane.ts";

/** The samples, their `points` the code of shape (samples, numbers), where numbers is 1 or 2. */
export interface Coded extends Samples {
  readonly numbers: number;
  readonly classNames: readonly string[];
}

/** Where on the canvas the samples stand, x and y of each in turn, and the numbers along the axes. */
export interface Scatter {
  readonly places: Float32Array;
  readonly across: Axis;
  /** None where the code is one number: then each class has a row of its own. */
  readonly up: Axis | null;
  readonly area: Area;
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

interface Area {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export const GUTTER = { left: 30, below: 18 } as const;
const MARGIN = 6;
const MOST_STEPS = 7;
const LEAST_SPAN = 1e-6;
/** The golden ratio's fraction, whose multiples lie evenly: they part the samples of a row. */
const GOLDEN = 0.618034;

/** Lay out a code on a canvas of this size. */
export function scattered({ points, targets, numbers, classNames }: Coded, width: number, height: number): Scatter {
  const area = { left: GUTTER.left, width: width - GUTTER.left, height: height - GUTTER.below };
  const across = axisOf(points, 0, numbers);
  const up = numbers > 1 ? axisOf(points, 1, numbers) : null;
  const places = new Float32Array(2 * targets.length);
  const row = area.height / Math.max(1, classNames.length);
  for (let i = 0; i < targets.length; i++) {
    const y = up ? share(up, points[i * numbers + 1] ?? 0) : 0;
    const inRow = ((targets[i] ?? 0) + 0.15 + 0.7 * ((i * GOLDEN) % 1)) * row;
    places[2 * i] = area.left + MARGIN + share(across, points[i * numbers] ?? 0) * (area.width - 2 * MARGIN);
    places[2 * i + 1] = up ? area.height - MARGIN - y * (area.height - 2 * MARGIN) : inRow;
  }
  return { places, across, up, area };
}

/** One of the code's numbers over all samples: its range, and round steps in it. */
function axisOf(points: ArrayLike<number>, first: number, stride: number): Axis {
  let [low, high] = [Infinity, -Infinity];
  for (let i = first; i < points.length; i += stride) {
    const value = points[i] ?? 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high - low > LEAST_SPAN)) [low, high] = Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  return { low, high, step: roundStep(high - low, MOST_STEPS) };
}

function share({ low, high }: Axis, value: number): number {
  return (value - low) / (high - low);
}

/** The numbers of the place that stands there on the canvas, at the edge where that is beyond it. */
export function placeAt({ across, up, area }: Scatter, x: number, y: number): number[] {
  const right = (x - area.left - MARGIN) / (area.width - 2 * MARGIN);
  const high = (area.height - MARGIN - y) / (area.height - 2 * MARGIN);
  return up ? [valueAt(across, right), valueAt(up, high)] : [valueAt(across, right)];
}

function valueAt({ low, high }: Axis, part: number): number {
  return low + Math.min(1, Math.max(0, part)) * (high - low);
}

/** A cross hair over a place between the samples. */
export function drawPlace({ context }: Pen, { across, up, area }: Scatter, place: readonly number[], inks: Inks): void {
  const x = area.left + MARGIN + share(across, place[0] ?? 0) * (area.width - 2 * MARGIN);
  const y = up ? area.height - MARGIN - share(up, place[1] ?? 0) * (area.height - 2 * MARGIN) : area.height / 2;
  context.strokeStyle = inks.ink;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(area.left, y);
  context.lineTo(area.left + area.width, y);
  context.moveTo(x, 0);
  context.lineTo(x, area.height);
  context.stroke();
  drawRing(context, x, y, 7, inks);
}

/** All samples, train filled and test hollow, and the picked one with a ring. */
export function drawScatter(
  { context, width, height }: Pen,
  { places, across, up, area }: Scatter,
  samples: Coded,
  picked: number,
  inks: Inks,
  showTest: boolean,
): void {
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(area.left + 0.5, 0.5, area.width - 1, area.height - 1, 8);
  context.stroke();
  context.font = `11px ${inks.font}`;
  context.fillStyle = inks.faint;
  drawNumbersAcross(context, across, area);
  if (up) drawNumbersUp(context, up, area);
  else drawRows(context, samples.classNames, area, inks);
  const r = Math.min(width, height) > 400 ? 3.4 : 2.7;
  const draw = (i: number, size: number) => drawSample(context, places, samples, i, size, inks);
  for (const isTest of showTest ? [0, 1] : [0]) {
    for (let i = 0; i < drawnOf(samples.targets.length); i++) if ((samples.isTest[i] ?? 0) === isTest) draw(i, r);
  }
  if (picked >= samples.targets.length) return;
  drawRing(context, places[2 * picked] ?? 0, places[2 * picked + 1] ?? 0, 3 * r, inks);
  draw(picked, 1.6 * r);
}

function drawSample(
  context: CanvasRenderingContext2D,
  places: Float32Array,
  { targets, isTest, classes }: Samples,
  i: number,
  r: number,
  inks: Inks,
): void {
  const [x, y, target] = [places[2 * i] ?? 0, places[2 * i + 1] ?? 0, targets[i] ?? 0];
  drawMark(context, x, y, r, target, classColor(inks, target, classes), inks.halo, isTest[i] === 1);
}

function drawRing(context: CanvasRenderingContext2D, x: number, y: number, r: number, inks: Inks): void {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fillStyle = inks.panel;
  context.globalAlpha = 0.75;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = inks.ink;
  context.lineWidth = 2;
  context.stroke();
}

function drawNumbersAcross(context: CanvasRenderingContext2D, axis: Axis, area: Area): void {
  context.textBaseline = "top";
  for (const value of stepsOf(axis)) {
    const x = area.left + MARGIN + share(axis, value) * (area.width - 2 * MARGIN);
    const isLast = x > area.left + area.width - 12;
    context.textAlign = isLast ? "right" : "center";
    context.fillText(format.number(value), isLast ? area.left + area.width : x, area.height + 5);
    context.fillRect(Math.round(x), area.height - 4, 1, 4);
  }
}

function drawNumbersUp(context: CanvasRenderingContext2D, axis: Axis, area: Area): void {
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of stepsOf(axis)) {
    const y = area.height - MARGIN - share(axis, value) * (area.height - 2 * MARGIN);
    context.fillText(format.number(value), area.left - 6, Math.max(7, Math.min(area.height - 7, y)));
    context.fillRect(area.left, Math.round(y), 4, 1);
  }
}

/** A row for each class, named where no axis stands. */
function drawRows(context: CanvasRenderingContext2D, names: readonly string[], area: Area, inks: Inks): void {
  const height = area.height / names.length;
  context.textAlign = "right";
  context.textBaseline = "middle";
  names.forEach((name, row) => {
    context.fillStyle = inks.faint;
    context.fillText(name, area.left - 8, (row + 0.5) * height);
    context.fillStyle = inks.line;
    if (row > 0) context.fillRect(area.left, Math.round(row * height), area.width, 1);
  });
}

function stepsOf({ low, high, step }: Axis): number[] {
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}
