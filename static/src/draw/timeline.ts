/** How far the run has come: its training loss as a skyline, with the settings that were changed on the way. */
import type { Inks } from "./color.ts";
import { traceSeries } from "./curves.ts";
import type { Pen } from "./pen.ts";

export interface Change {
  readonly epoch: number;
  readonly text: string;
}

export interface TimelineOptions {
  /** The epoch at the right end. */
  readonly lastEpoch: number;
  /** What stands at the right end: "stop at 300". */
  readonly ending: string;
}

const EDGE = 7;
const CAPTION = 14;

export function drawTimeline(
  pen: Pen,
  epochs: readonly number[],
  losses: readonly number[],
  changes: readonly Change[],
  options: TimelineOptions,
  inks: Inks,
): void {
  const { context, width, height } = pen;
  const floor = height - CAPTION;
  const x = (epoch: number) => EDGE + (epoch / options.lastEpoch) * (width - 2 * EDGE);
  const y = lossScale(losses, 5, floor - 4);
  const now = x(epochs.at(-1) ?? 0);
  context.save();
  context.beginPath();
  context.roundRect(0, 0, width, floor, 6);
  context.fillStyle = inks.well;
  context.fill();
  context.clip();
  if (losses.length > 1) drawSkyline(context, epochs, losses, x, y, floor, now, inks);
  context.fillStyle = inks.accent;
  context.fillRect(now - 1, 0, 2, floor);
  context.restore();
  drawCaptions(context, changes, x, width, height, options.ending, inks);
}

function drawSkyline(
  context: CanvasRenderingContext2D,
  epochs: readonly number[],
  losses: readonly number[],
  x: (epoch: number) => number,
  y: (loss: number) => number,
  floor: number,
  now: number,
  inks: Inks,
): void {
  context.beginPath();
  context.moveTo(0, y(losses[0] ?? 1));
  traceSeries(context, epochs, losses, x, y);
  context.strokeStyle = inks.ink;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.stroke();
  context.lineTo(now, floor);
  context.lineTo(0, floor);
  context.closePath();
  context.globalAlpha = 0.13;
  context.fillStyle = inks.ink;
  context.fill();
  context.globalAlpha = 1;
}

function lossScale(losses: readonly number[], top: number, floor: number): (loss: number) => number {
  let [low, high] = [Infinity, 1e-12];
  for (const loss of losses) [low, high] = [Math.min(low, loss), Math.max(high, loss)];
  low = Math.max(low * 0.7, high * 1e-6);
  const span = Math.log(high / low) || 1;
  return (loss) => top + (Math.log(high / Math.max(low, loss)) / span) * (floor - top);
}

function drawCaptions(
  context: CanvasRenderingContext2D,
  changes: readonly Change[],
  x: (epoch: number) => number,
  width: number,
  height: number,
  ending: string,
  inks: Inks,
): void {
  context.font = `11px ${inks.font}`;
  context.textBaseline = "bottom";
  context.fillStyle = inks.soft;
  context.textAlign = "right";
  context.fillText(ending, width - 2, height);
  const free = width - context.measureText(ending).width - 14;
  context.textAlign = "left";
  context.fillText("0", 2, height);
  let taken = 16;
  for (const { epoch, text } of changes) {
    const at = x(epoch);
    context.fillRect(at - 0.5, 0, 1, height - 2);
    const length = context.measureText(text).width;
    const left = at + 5 + length <= free ? at + 5 : at - 5 - length;
    if (left < taken) continue;
    context.fillText(text, left, height);
    taken = left + length + 8;
  }
}
