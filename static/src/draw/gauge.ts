/** Small pictures of one number: a share of a whole, and a ratio on a log scale. */
import type { Inks } from "./color.ts";
import type { Pen } from "./pen.ts";

const RADIUS = 3;
const HATCH = 4;

/** A bar of all units: the dead ones full, and hatched those that are saturated. */
export function drawShares(pen: Pen, dead: number, saturated: number, inks: Inks): void {
  const { context, width, height } = pen;
  drawTrack(pen, inks);
  context.save();
  context.beginPath();
  context.roundRect(0, 0, width, height, RADIUS);
  context.clip();
  context.fillStyle = inks.ink;
  context.fillRect(0, 0, dead * width, height);
  hatch(pen, dead * width, Math.min(1, dead + saturated) * width, inks);
  context.restore();
}

function hatch({ context, height }: Pen, from: number, to: number, inks: Inks): void {
  context.save();
  context.beginPath();
  context.rect(from, 0, to - from, height);
  context.clip();
  context.beginPath();
  for (let x = from - height; x < to; x += HATCH) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.strokeStyle = inks.soft;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

/** From a millionth to 1, each power of ten as wide as the next; the healthy range is shaded. */
const SMALLEST_POWER = -6;
const HEALTHY = [1e-4, 1e-2] as const;

/** Where a ratio lies, beside what is healthy; 0 is not on the scale. */
export function drawRatio(pen: Pen, ratio: number, inks: Inks): void {
  const { context, width, height } = pen;
  const x = (value: number) => Math.max(0, Math.min(1, 1 - Math.log10(value) / SMALLEST_POWER)) * width;
  drawTrack(pen, inks);
  context.fillStyle = inks.outline;
  context.globalAlpha = 0.45;
  context.fillRect(x(HEALTHY[0]), 0, x(HEALTHY[1]) - x(HEALTHY[0]), height);
  context.globalAlpha = 1;
  if (ratio <= 0) return;
  context.fillStyle = inks.accent;
  context.fillRect(Math.max(0, Math.min(width - 3, x(ratio) - 1.5)), 0, 3, height);
}

/** How far a value has come towards a limit, which has a mark of its own. */
export function drawLimit(pen: Pen, value: number, limit: number, inks: Inks): void {
  const { context, width, height } = pen;
  const whole = 1.25 * Math.max(value, limit) || 1;
  drawTrack(pen, inks);
  context.fillStyle = inks.soft;
  context.beginPath();
  context.roundRect(0, 0, (value / whole) * width, height, RADIUS);
  context.fill();
  context.fillStyle = inks.panel;
  context.fillRect((limit / whole) * width - 2.5, 0, 5, height);
  context.fillStyle = inks.accent;
  context.fillRect((limit / whole) * width - 1, 0, 2, height);
}

function drawTrack({ context, width, height }: Pen, inks: Inks): void {
  context.fillStyle = inks.well;
  context.beginPath();
  context.roundRect(0, 0, width, height, RADIUS);
  context.fill();
}
