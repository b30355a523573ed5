/** The sharpness of the loss beside its bound, and below them the loss, over the same updates. */
import { count } from "../format.ts";
import type { Inks } from "./color.ts";
import { drawLevels } from "./curves.ts";
import type { Pen } from "./pen.ts";
import { heightScale, levelsOf, lossRange, roundStep, type Scale } from "./scales.ts";

/** A line over updates. */
export interface Line {
  readonly name: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

interface Band {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const ROOM = { left: 44, right: 46, top: 6, below: 18 } as const;
const GAP = 10;
/** The share of the height that is the sharpness's. */
const UPPER = 0.62;
const NAME_HEIGHT = 13;

/** `upper` on one scale, `lower` on another below it, both logarithmic. */
export function drawSharpness(
  { context, width, height }: Pen,
  upper: readonly Line[],
  lower: readonly Line[],
  inks: Inks,
): void {
  const room = { left: ROOM.left, width: width - ROOM.left - ROOM.right };
  const high = height - ROOM.top - ROOM.below - GAP;
  if (room.width < 40 || high < 40) return;
  const last = Math.max(1, ...[...upper, ...lower].map(({ steps }) => steps[steps.length - 1] ?? 0));
  const x: Scale = (step) => room.left + (step / last) * room.width;
  context.font = `11px ${inks.font}`;
  drawBand(context, upper, { ...room, top: ROOM.top, height: high * UPPER }, x, inks);
  drawBand(context, lower, { ...room, top: ROOM.top + high * UPPER + GAP, height: high * (1 - UPPER) }, x, inks);
  context.fillStyle = inks.faint;
  context.textAlign = "center";
  context.textBaseline = "top";
  const step = Math.max(1, roundStep(last, Math.min(8, Math.floor(room.width / 60))));
  for (let at = 0; at <= last; at += step) context.fillText(count(at), x(at), height - ROOM.below + 5);
}

function drawBand(context: CanvasRenderingContext2D, lines: readonly Line[], band: Band, x: Scale, inks: Inks): void {
  const values = lines.flatMap((line) => Array.from(line.values)).filter((value) => value > 0 && value < Infinity);
  if (!values.length) return;
  const range = lossRange([Math.min(...values), Math.max(...values)], true);
  const y = heightScale(range, true, band.top, band.height);
  drawLevels(context, levelsOf(range, true), false, y, band.left, band.width, inks);
  for (const line of lines) stroke(context, line, x, y);
  nameEnds(context, lines, band, y);
}

/** What is no number is a gap. */
function stroke(context: CanvasRenderingContext2D, { steps, values, color, dash }: Line, x: Scale, y: Scale): void {
  context.beginPath();
  let isOpen = false;
  for (let i = 0; i < steps.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) isOpen = false;
    else if (isOpen) context.lineTo(x(steps[i] ?? 0), y(value));
    else context.moveTo(x(steps[i] ?? 0), y(value));
    isOpen ||= Number.isFinite(value);
  }
  context.strokeStyle = color;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.setLineDash([...dash]);
  context.stroke();
  context.setLineDash([]);
}

/** Each line's name where it ends, none over another. */
function nameEnds(context: CanvasRenderingContext2D, lines: readonly Line[], band: Band, y: Scale): void {
  const ends = lines
    .map((line) => ({ ...line, last: line.values[line.values.length - 1] ?? NaN }))
    .filter(({ last }) => Number.isFinite(last))
    .map((line) => ({ ...line, at: y(line.last) }))
    .sort((a, b) => a.at - b.at);
  context.textAlign = "left";
  context.textBaseline = "middle";
  let free = band.top;
  for (const { name, color, at } of ends) {
    const place = Math.max(free, at);
    context.fillStyle = color;
    context.fillText(name, band.left + band.width + 5, place);
    free = place + NAME_HEIGHT;
  }
}
