/** The whole run as a skyline of its training loss: how far it has come, which moment is shown, where it was changed. */
import { changeNear, type Change } from "./change.ts";
import type { Inks } from "./color.ts";
import { count } from "../format.ts";
import { t } from "../language.ts";
import { boundsOf, columnsOf, traceColumns, type Column } from "./columns.ts";
import { dot, paintPlate, type Pen } from "./pen.ts";
import { nearest } from "./rising.ts";
import type { Scale } from "./scales.ts";

export interface TimelineOptions {
  /** The epoch at the right end. */
  readonly lastEpoch: number;
  /** What stands at the right end: "stop at 300". */
  readonly ending: string;
  /** The epoch that is shown. What lies after it is paler. */
  readonly shown: number;
  /** The epoch that is pointed at, or null. */
  readonly pointed: number | null;
  /** How a loss is written. */
  readonly text: (loss: number) => string;
}

/** Half of the thumb of the slider that lies over the picture. */
const EDGE = 7;
const CAPTION = 14;
const PIN = 3.5;

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
  const x: Scale = (epoch) => EDGE + (epoch / options.lastEpoch) * (width - 2 * EDGE);
  const columns = columnsOf(epochs, losses, x);
  const y = lossScale(columns, 5, floor - 5);
  context.save();
  context.beginPath();
  context.roundRect(0, 0, width, floor, 6);
  context.fillStyle = inks.well;
  context.fill();
  context.clip();
  drawParts(context, columns, y, x(options.shown), width, floor, inks);
  context.restore();
  drawCaptions(context, changes, x, width, height, options.ending, inks);
  drawPins(context, changes, x, floor, inks);
  drawPlayhead(context, x(options.shown), y(losses[nearest(epochs, options.shown)] ?? 1), floor, inks);
  if (options.pointed !== null) drawPointed(pen, epochs, losses, changes, options.pointed, options, x, inks);
}

/** What is behind the playhead in full ink, what lies ahead of it paler. */
function drawParts(
  context: CanvasRenderingContext2D,
  columns: readonly Column[],
  y: Scale,
  now: number,
  width: number,
  floor: number,
  inks: Inks,
): void {
  if (columns.length < 2) return;
  const line = new Path2D();
  traceColumns(line, columns, y);
  const ground = new Path2D(line);
  ground.lineTo(columns.at(-1)?.x ?? 0, floor);
  ground.lineTo(columns[0]?.x ?? 0, floor);
  for (const [left, right, strength] of [
    [0, now, 1],
    [now, width, 0.35],
  ] as const) {
    context.save();
    context.beginPath();
    context.rect(left, 0, right - left, floor);
    context.clip();
    drawSkyline(context, line, ground, strength, inks);
    context.restore();
  }
}

function drawSkyline(
  context: CanvasRenderingContext2D,
  line: Path2D,
  ground: Path2D,
  strength: number,
  inks: Inks,
): void {
  context.globalAlpha = strength;
  context.strokeStyle = inks.ink;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.stroke(line);
  context.globalAlpha = 0.13 * strength;
  context.fillStyle = inks.ink;
  context.fill(ground);
}

function lossScale(columns: readonly Column[], top: number, floor: number): Scale {
  const [least, most] = boundsOf([columns]);
  const high = Math.max(1e-12, most);
  const low = Math.max(least * 0.7, high * 1e-6);
  const span = Math.log(high / low) || 1;
  return (loss) => top + (Math.log(high / Math.max(low, loss)) / span) * (floor - top);
}

function drawPlayhead(context: CanvasRenderingContext2D, x: number, y: number, floor: number, inks: Inks): void {
  context.fillStyle = inks.accent;
  context.fillRect(x - 1, 0, 2, floor);
  dot(context, x, y, 5, inks.accent, inks.panel);
}

/** A line where something was changed, with a head to point at. */
function drawPins(
  context: CanvasRenderingContext2D,
  changes: readonly Change[],
  x: Scale,
  floor: number,
  inks: Inks,
): void {
  for (const { epoch } of changes) {
    context.fillStyle = inks.soft;
    context.fillRect(x(epoch) - 0.5, 0, 1, floor + CAPTION - 2);
    dot(context, x(epoch), PIN + 1.5, PIN, inks.soft, inks.panel);
  }
}

function drawCaptions(
  context: CanvasRenderingContext2D,
  changes: readonly Change[],
  x: Scale,
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
    const length = context.measureText(text).width;
    const left = at + 5 + length <= free ? at + 5 : at - 5 - length;
    if (left < taken) continue;
    context.fillText(text, left, height);
    taken = left + length + 8;
  }
}

/** What was there: the epoch, the loss, and what was changed. */
function drawPointed(
  { context, width, height }: Pen,
  epochs: readonly number[],
  losses: readonly number[],
  changes: readonly Change[],
  pointed: number,
  { lastEpoch, text }: TimelineOptions,
  x: Scale,
  inks: Inks,
): void {
  const change = changeNear(changes, pointed, lastEpoch, width);
  const epoch = change?.epoch ?? Math.min(pointed, epochs.at(-1) ?? 0);
  const loss = losses[nearest(epochs, epoch)] ?? NaN;
  const words = [
    t("epoch {epoch}", { epoch: count(Math.floor(epoch)) }),
    t("loss {loss}", { loss: text(loss) }),
    change?.text ?? "",
  ]
    .filter(Boolean)
    .join(" · ");
  context.fillStyle = inks.outline;
  context.fillRect(x(epoch) - 0.5, 0, 1, height - CAPTION);
  drawLabel(context, words, x(epoch), width, inks);
}

/** Words on a plate, beside a place on the line and within it. */
function drawLabel(context: CanvasRenderingContext2D, words: string, at: number, width: number, inks: Inks): void {
  context.font = `11px ${inks.font}`;
  const length = context.measureText(words).width + 10;
  const left = Math.max(1, at + 6 + length < width ? at + 6 : at - 6 - length);
  paintPlate(context, left, 2, length, 17, 4, inks);
  context.fillText(words, left + 5, 11);
}
