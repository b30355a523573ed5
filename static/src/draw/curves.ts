/** Train and test loss over epochs, with axes. Draws what it is given; asks nobody. */
import type { Inks } from "./color.ts";
import type { Pen } from "./pen.ts";

export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
  readonly color: string;
  readonly dash: readonly number[];
}

export interface CurveOptions {
  readonly isLog: boolean;
  /** Said at the end of the curves in the colour of trouble; "" when all is well. */
  readonly trouble: string;
}

const ROOM = { left: 38, right: 42, top: 8, below: 18 } as const;
const FEWEST_EPOCHS = 30;
const NAME_HEIGHT = 13;

/** The curves over their common epochs, each named where it ends. */
export function drawCurves(
  pen: Pen,
  epochs: readonly number[],
  curves: readonly Curve[],
  options: CurveOptions,
  inks: Inks,
): void {
  const { context, width, height } = pen;
  const area = {
    left: ROOM.left,
    top: ROOM.top,
    width: width - ROOM.left - ROOM.right,
    height: height - ROOM.top - ROOM.below,
  };
  if (area.width < 20 || area.height < 20) return;
  const lastEpoch = epochs.at(-1) ?? 0;
  const x = (epoch: number) => area.left + (epoch / Math.max(FEWEST_EPOCHS, lastEpoch)) * area.width;
  const range = rangeOf(curves, options.isLog);
  const y = heightScale(range, options.isLog, area.top, area.height);
  context.font = `11px ${inks.font}`;
  drawLevels(context, range, options.isLog, y, area.left, area.width, inks);
  drawEpochs(context, Math.max(FEWEST_EPOCHS, lastEpoch), x, area.width, area.top + area.height + 5, inks);
  for (const curve of curves) strokeSeries(context, epochs, curve.values, x, y, curve.color, curve.dash, 2);
  if (options.trouble)
    drawTrouble(context, options.trouble, x(lastEpoch), y(curves.at(-1)?.values.at(-1) ?? range[1]), area, inks);
  else drawNames(context, curves, x(lastEpoch) + 6, y, area, inks);
}

/** A line through the points, at most two of them for each pixel column: its lowest and its highest. */
function strokeSeries(
  context: CanvasRenderingContext2D,
  epochs: readonly number[],
  values: readonly number[],
  x: (epoch: number) => number,
  y: (value: number) => number,
  color: string,
  dash: readonly number[],
  thickness: number,
): void {
  context.beginPath();
  traceSeries(context, epochs, values, x, y);
  context.setLineDash([...dash]);
  context.strokeStyle = color;
  context.lineWidth = thickness;
  context.lineJoin = "round";
  context.stroke();
  context.setLineDash([]);
}

/** Add the line to the path that is being drawn. */
export function traceSeries(
  context: CanvasRenderingContext2D,
  epochs: readonly number[],
  values: readonly number[],
  x: (epoch: number) => number,
  y: (value: number) => number,
): void {
  let column = -1;
  let [lowest, highest] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const px = x(epochs[i] ?? 0);
    const py = y(values[i] ?? 0);
    if (Math.floor(px) === column && py >= lowest && py <= highest && i < values.length - 1) continue;
    if (Math.floor(px) === column) [lowest, highest] = [Math.min(lowest, py), Math.max(highest, py)];
    else [column, lowest, highest] = [Math.floor(px), py, py];
    context.lineTo(px, py);
  }
}

/** 1, 0.3, 0.1 and so on between two positive numbers. */
function decades(low: number, high: number): number[] {
  const levels: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1; power++) {
    for (const digit of [1, 3]) levels.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  return levels.filter((level) => level >= low && level <= high);
}

/** A round step that cuts `span` into no more than `most` parts. */
export function roundStep(span: number, most: number): number {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((digit) => digit * power >= rough) ?? 10) * power;
}

function rangeOf(curves: readonly Curve[], isLog: boolean): [number, number] {
  let [low, high] = [Infinity, 0];
  for (const { values } of curves) {
    for (const value of values) {
      if (value < low && (value > 0 || !isLog)) low = value;
      if (value > high) high = value;
    }
  }
  if (high === 0) return isLog ? [0.01, 1] : [0, 1];
  return isLog ? [Math.min(low * 0.8, high / 20), high * 1.15] : [0, high * 1.08];
}

function heightScale(
  [low, high]: readonly [number, number],
  isLog: boolean,
  top: number,
  height: number,
): (value: number) => number {
  if (!isLog) return (value) => top + ((high - value) / (high - low)) * height;
  const span = Math.log(high / low);
  return (value) => top + (Math.log(high / Math.max(low, value)) / span) * height;
}

function drawLevels(
  context: CanvasRenderingContext2D,
  [low, high]: readonly [number, number],
  isLog: boolean,
  y: (value: number) => number,
  left: number,
  width: number,
  inks: Inks,
): void {
  const step = roundStep(high - low, 4);
  const levels = isLog
    ? thinned(decades(low, high), 6)
    : Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.fillStyle = inks.faint;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const level of levels) {
    const at = Math.round(y(level)) + 0.5;
    context.beginPath();
    context.moveTo(left, at);
    context.lineTo(left + width, at);
    context.stroke();
    context.fillText(levelText(level), left - 6, at);
  }
}

/** Every second, third ... so that no more than `most` are left. */
function thinned(levels: readonly number[], most: number): number[] {
  const every = Math.ceil(levels.length / most);
  return levels.filter((_, i) => (levels.length - 1 - i) % every === 0);
}

function levelText(level: number): string {
  if (level !== 0 && (level < 0.001 || level >= 100_000))
    return level.toExponential(0).replace("-", "−").replace("+", "");
  return String(Number(level.toPrecision(3)));
}

function drawEpochs(
  context: CanvasRenderingContext2D,
  last: number,
  x: (epoch: number) => number,
  width: number,
  top: number,
  inks: Inks,
): void {
  const step = Math.max(1, roundStep(last, Math.min(8, Math.floor(width / 45))));
  context.fillStyle = inks.faint;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let epoch = 0; epoch <= last; epoch += step) context.fillText(epoch.toLocaleString("en"), x(epoch), top);
}

/** Each curve's name where it ends; names that would meet are pushed apart, and none leaves the chart. */
function drawNames(
  context: CanvasRenderingContext2D,
  curves: readonly Curve[],
  left: number,
  y: (value: number) => number,
  area: { readonly top: number; readonly height: number },
  inks: Inks,
): void {
  const ends = curves
    .filter((curve) => curve.values.length)
    .map((curve) => ({ curve, at: y(curve.values.at(-1) ?? 0) }))
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
  area: { top: number; left: number; width: number },
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
