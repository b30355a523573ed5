/** Regression of one input: the points, and the curve that the network draws through them. */
import { drawAxes } from "./axes.ts";
import type { Inks } from "./color.ts";
import { drawMark, type Pen } from "./pen.ts";
import { drawnOf, GUTTER, nameRoom, strokeTwice, type Area, type Samples, type Side, type Window } from "./plane.ts";
import type { Scale } from "./scales.ts";

const LEFT = 36;

/** The room that is left for the curve. */
export function fitArea(width: number, height: number, sides: readonly Side[] | null = null): Area {
  const left = LEFT + nameRoom(sides);
  const below = GUTTER.below + nameRoom(sides);
  return { left, width: Math.max(0, width - left), height: Math.max(0, height - below) };
}

/** A curve through values at evenly spaced places, from one end to the other. */
export interface Drawn {
  readonly values: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
}

/** `marked`: points whose distance from the curve is drawn, `answers` being the curve's values at all points. */
export function drawFit(
  pen: Pen,
  samples: Samples,
  curve: Drawn,
  marked: readonly number[],
  answers: ArrayLike<number>,
  seen: Window,
  inks: Inks,
  showTest: boolean,
  sides: readonly Side[] | null = null,
): void {
  const { context } = pen;
  const area = fitArea(pen.width, pen.height, sides);
  const x = (value: number) => area.left + ((value - seen.left) / (seen.right - seen.left)) * area.width;
  const y = (value: number) => ((seen.top - value) / (seen.top - seen.bottom)) * area.height;
  drawFrame(context, area, inks);
  context.save();
  context.clip();
  drawDistances(context, samples, marked, answers, x, y, inks);
  for (let i = 0; i < drawnOf(samples.targets.length); i++) {
    const isTest = samples.isTest[i] === 1;
    if (isTest && !showTest) continue;
    const [px, py] = [x(samples.points[i] ?? 0), y(samples.targets[i] ?? 0)];
    drawMark(context, px, py, 3.3, 1, inks.positiveMark, inks.halo, isTest);
  }
  drawCurve(context, curve, x, y, inks);
  context.restore();
  drawAxes(context, area, seen, inks, sides);
}

function drawFrame(context: CanvasRenderingContext2D, { left, width, height }: Area, inks: Inks): void {
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(left + 0.5, 0.5, width - 1, height - 1, 8);
  context.stroke();
}

/** From each point straight up or down to the curve. */
function drawDistances(
  context: CanvasRenderingContext2D,
  samples: Samples,
  marked: readonly number[],
  answers: ArrayLike<number>,
  x: Scale,
  y: Scale,
  inks: Inks,
): void {
  context.beginPath();
  for (const i of marked) {
    context.moveTo(x(samples.points[i] ?? 0), y(samples.targets[i] ?? 0));
    context.lineTo(x(samples.points[i] ?? 0), y(answers[i] ?? 0));
  }
  strokeTwice(context, inks, 1.5);
}

function drawCurve(context: CanvasRenderingContext2D, { values, from, to }: Drawn, x: Scale, y: Scale, inks: Inks) {
  context.beginPath();
  for (let i = 0; i < values.length; i++) {
    context.lineTo(x(from + (i / (values.length - 1)) * (to - from)), y(values[i] ?? 0));
  }
  context.lineJoin = "round";
  strokeTwice(context, inks, 2.5);
}
