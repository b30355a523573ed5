/** Train and test loss or accuracy and the learning rate over epochs, with axes. Draws what it is given; asks nobody. */
import { changeNear, type Change } from "./change.ts";
import type { Inks } from "./color.ts";
import { boundsOf, columnsOf, roughness, smoothed, traceColumns, type Column } from "./columns.ts";
import { count, level, percent } from "../format.ts";
import { t } from "../language.ts";
import { dot, paintPlate, type Pen } from "./pen.ts";
import { heightScale, levelsOf, lossRange, roundStep, shareRange, type Scale } from "./scales.ts";

export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
  readonly color: string;
  readonly dash: readonly number[];
  readonly thickness?: number;
  /** How a value is written. */
  readonly text: (value: number) => string;
}

export interface CurveOptions {
  /** The epoch at the right end. */
  readonly lastEpoch: number;
  readonly isLog: boolean;
  /** The values are shares of 1, and their scale ends there. */
  readonly isShare: boolean;
  /** Draw averages, over the curves as they are but paler. */
  readonly isSmooth: boolean;
  /** Said at the end of the curves in the colour of trouble; "" when all is well. */
  readonly trouble: string;
  /** The epoch that is shown. What lies after it is paler. */
  readonly shown: number;
  readonly changes: readonly Change[];
  /** Its own scale goes from 0 at the floor to the largest of it. */
  readonly rate: Curve | null;
  /** The place of the point to read, or -1. */
  readonly cursor: number;
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const ROOM = { left: 44, right: 42, top: 8, below: 18 } as const;
const NAME_HEIGHT = 13;
const PALE = 0.35;
/** How strong a line is under its average, and over which share of the width that is taken. */
const RAW = 0.25;
const REACH = 0.04;

/** The curves over their common epochs, each named where it ends. Returns how rough they are, as a share of the height. */
export function drawCurves(
  pen: Pen,
  epochs: readonly number[],
  curves: readonly Curve[],
  options: CurveOptions,
  inks: Inks,
): number {
  const { context, width, height } = pen;
  const area: Area = {
    left: ROOM.left,
    top: ROOM.top,
    width: width - ROOM.left - ROOM.right,
    height: height - ROOM.top - ROOM.below,
  };
  if (area.width < 20 || area.height < 20) return 0;
  const head = epochs.at(-1) ?? 0;
  const x: Scale = (epoch) => area.left + (epoch / options.lastEpoch) * area.width;
  const columns = curves.map(({ values }) => columnsOf(epochs, values, x));
  const range = options.isShare
    ? shareRange(boundsOf(columns)[0])
    : lossRange(boundsOf(columns, options.isLog), options.isLog);
  const y = heightScale(range, options.isLog, area.top, area.height);
  const series = curves.map((curve, i) => ({ ...curve, y, columns: columns[i] ?? [] }));
  const rated = options.rate ? [...series, rateSeries(options.rate, epochs, x, area)] : series;
  context.font = `11px ${inks.font}`;
  drawLevels(context, levelsOf(range, options.isLog), options.isShare, y, area.left, area.width, inks);
  drawEpochs(context, options.lastEpoch, x, area.width, area.top + area.height + 5, inks);
  drawPins(context, options.changes, x, area, inks);
  strokeParts(context, rated, options.isSmooth, x(options.shown), area);
  if (options.shown < head) drawShown(context, x(options.shown), area, inks);
  if (options.trouble)
    drawTrouble(context, options.trouble, x(head), y(curves.at(-1)?.values.at(-1) ?? range[1]), area, inks);
  else drawNames(context, rated, x(head) + 6, area, inks);
  if (options.cursor >= 0) drawCursor(context, epochs, rated, options, x, area, inks);
  return Math.max(...series.map((curve) => roughness(curve.columns, y))) / area.height;
}

interface ScaledCurve extends Curve {
  readonly y: Scale;
  readonly columns: readonly Column[];
  /** It is as it is set, and no average of it is drawn. */
  readonly isSet?: boolean;
}

function rateSeries(rate: Curve, epochs: readonly number[], x: Scale, { top, height }: Area): ScaledCurve {
  const columns = columnsOf(epochs, rate.values, x);
  const most = Math.max(0, boundsOf([columns])[1]);
  return { ...rate, columns, isSet: true, y: (value) => top + (1 - value / (most || 1)) * (height - 1) };
}

/** A line to be drawn, perhaps paler than the others. */
interface Line {
  readonly curve: Curve;
  readonly path: Path2D;
  readonly strength: number;
}

/** Of each curve its line; or its average, over the line itself. */
function linesOf(series: readonly ScaledCurve[], isSmooth: boolean, reach: number): Line[] {
  const raw = series.map((curve) => {
    const path = new Path2D();
    traceColumns(path, curve.columns, curve.y);
    return { curve, path, strength: isSmooth && !curve.isSet ? RAW : 1 };
  });
  if (!isSmooth) return raw;
  const averages = series.flatMap((curve) =>
    curve.isSet ? [] : [{ curve, path: averageOf(curve, reach), strength: 1 }],
  );
  return [...raw, ...averages];
}

function averageOf({ columns, y }: ScaledCurve, reach: number): Path2D {
  const path = new Path2D();
  smoothed(columns, y, reach).forEach((height, i) => path.lineTo(columns[i]?.x ?? 0, height));
  return path;
}

/** All curves: in full ink up to the epoch that is shown, paler after it. */
function strokeParts(
  context: CanvasRenderingContext2D,
  series: readonly ScaledCurve[],
  isSmooth: boolean,
  shown: number,
  area: Area,
): void {
  const right = area.left + area.width;
  const lines = linesOf(series, isSmooth, REACH * area.width);
  for (const [from, to, strength] of [
    [area.left - 2, shown + 1, 1],
    [shown + 1, right + 2, PALE],
  ] as const) {
    if (to <= from) continue;
    context.save();
    context.beginPath();
    context.rect(from, 0, to - from, area.top + area.height + 2);
    context.clip();
    for (const line of lines) {
      context.globalAlpha = strength * line.strength;
      strokeLine(context, line);
    }
    context.restore();
  }
}

function strokeLine(context: CanvasRenderingContext2D, { curve, path, strength }: Line): void {
  context.setLineDash(strength < 1 ? [] : [...curve.dash]);
  context.strokeStyle = curve.color;
  context.lineWidth = strength < 1 ? 1 : (curve.thickness ?? 2);
  context.lineJoin = "round";
  context.stroke(path);
}

/** A line at the moment that is shown. */
function drawShown(context: CanvasRenderingContext2D, x: number, { top, height }: Area, inks: Inks): void {
  context.fillStyle = inks.accent;
  context.fillRect(x - 0.75, top - 4, 1.5, height + 4);
}

/** A line with a head where something was changed. */
function drawPins(
  context: CanvasRenderingContext2D,
  changes: readonly Change[],
  x: Scale,
  { top, height }: Area,
  inks: Inks,
): void {
  for (const { epoch } of changes) {
    context.fillStyle = inks.outline;
    context.fillRect(x(epoch) - 0.5, top - 4, 1, height + 4);
    dot(context, x(epoch), top - 4, 3, inks.soft, inks.panel);
  }
}

/** The values of one point on a plate beside it, and what was changed near it. */
function drawCursor(
  context: CanvasRenderingContext2D,
  epochs: readonly number[],
  series: readonly ScaledCurve[],
  options: CurveOptions,
  x: Scale,
  area: Area,
  inks: Inks,
): void {
  const epoch = epochs[options.cursor] ?? 0;
  const at = x(epoch);
  context.fillStyle = inks.soft;
  context.fillRect(at - 0.5, area.top, 1, area.height);
  const read = series.filter(({ values }) => Number.isFinite(values[options.cursor]));
  for (const { values, y, color } of read) dot(context, at, y(values[options.cursor] ?? 0), 3.5, color, inks.panel);
  const change = changeNear(options.changes, epoch, options.lastEpoch, area.width)?.text;
  const lines = [
    t("epoch {epoch}", { epoch: count(Math.floor(epoch)) }),
    ...read.map(({ name, values, text }) => `${name} ${text(values[options.cursor] ?? 0)}`),
    ...(change ? [change] : []),
  ];
  drawPlate(context, lines, at, area, inks);
}

const LINE = 14;

function drawPlate(
  context: CanvasRenderingContext2D,
  lines: readonly string[],
  at: number,
  area: Area,
  inks: Inks,
): void {
  context.font = `11px ${inks.font}`;
  const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 12;
  const right = area.left + area.width + ROOM.right;
  const left = Math.max(1, at + 8 + width < right ? at + 8 : Math.min(at - 8 - width, right - width));
  paintPlate(context, left, area.top, width, lines.length * LINE + 6, 5, inks);
  lines.forEach((line, i) => context.fillText(line, left + 6, area.top + 3 + LINE * (i + 0.5)));
}

/** The levels, as lines with their values beside them. */
export function drawLevels(
  context: CanvasRenderingContext2D,
  levels: readonly number[],
  isShare: boolean,
  y: Scale,
  left: number,
  width: number,
  inks: Inks,
): void {
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.fillStyle = inks.faint;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of levels) {
    const at = Math.round(y(value)) + 0.5;
    context.beginPath();
    context.moveTo(left, at);
    context.lineTo(left + width, at);
    context.stroke();
    context.fillText(isShare ? percent(value, 0) : level(value), left - 6, at);
  }
}

/** Round epochs from 0 to the last, below the chart. */
export function drawEpochs(
  context: CanvasRenderingContext2D,
  last: number,
  x: Scale,
  width: number,
  top: number,
  inks: Inks,
): void {
  const step = Math.max(1, roundStep(last, Math.min(8, Math.floor(width / 45))));
  context.fillStyle = inks.faint;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let epoch = 0; epoch <= last; epoch += step) context.fillText(count(epoch), x(epoch), top);
}

/** Each curve's name where it ends; names that would meet are pushed apart, and none leaves the chart. */
function drawNames(
  context: CanvasRenderingContext2D,
  series: readonly ScaledCurve[],
  left: number,
  area: Area,
  inks: Inks,
): void {
  const ends = series
    .filter(({ values }) => Number.isFinite(values.at(-1)))
    .map((curve) => ({ curve, at: curve.y(curve.values.at(-1) ?? 0) }))
    .sort((a, b) => a.at - b.at);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = `600 12px ${inks.font}`;
  const last = area.top + area.height - NAME_HEIGHT * ends.length + NAME_HEIGHT / 2;
  let free = area.top;
  ends.forEach(({ curve, at }, i) => {
    const place = Math.max(free, Math.min(at, last + NAME_HEIGHT * i));
    context.fillStyle = curve.color;
    context.fillText(curve.name, left, place);
    free = place + NAME_HEIGHT;
  });
}

function drawTrouble(
  context: CanvasRenderingContext2D,
  trouble: string,
  x: number,
  y: number,
  area: Area,
  inks: Inks,
): void {
  const peak = Math.min(x + 12, area.left + area.width);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(peak, area.top - 6);
  context.strokeStyle = context.fillStyle = inks.bad;
  context.lineWidth = 2.25;
  context.stroke();
  context.font = `600 12px ${inks.font}`;
  const isRight = peak < area.left + area.width * 0.6;
  context.textAlign = isRight ? "left" : "right";
  context.textBaseline = "top";
  context.fillText(trouble, isRight ? peak + 6 : peak - 10, area.top - 4);
}
