/** One measure of several rivals over what each has spent: a line for each, named where it ends, and the target. */
import { number } from "../format.ts";
import type { Inks } from "./color.ts";
import { boundsOf, columnsOf, traceColumns, type Column } from "./columns.ts";
import { drawLevels } from "./curves.ts";
import { dot, type Pen } from "./pen.ts";
import { heightScale, levelsOf, lossRange, roundStep, shareRange, type Range, type Scale } from "./scales.ts";

export interface Rival {
  readonly name: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** What was spent at each point, rising: epochs, updates or seconds. */
  readonly spent: readonly number[];
  readonly values: readonly number[];
  /** It has diverged: its line ends with a cross. */
  readonly isOut: boolean;
}

export interface RivalOptions {
  /** What is spent at the right end. */
  readonly most: number;
  readonly isShare: boolean;
  /** Drawn as a line across; null is none. */
  readonly target: number | null;
  readonly targetName: string;
  /** Only whole numbers are spent. */
  readonly isWhole: boolean;
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const ROOM = { left: 44, right: 14, top: 10, below: 20 } as const;
const WIDEST_NAME = 150;
const NAME_HEIGHT = 14;

export function drawRivals(pen: Pen, rivals: readonly Rival[], options: RivalOptions, inks: Inks): void {
  const { context, width, height } = pen;
  context.font = `600 12px ${inks.font}`;
  const widest = Math.max(0, ...rivals.map(({ name }) => context.measureText(name).width));
  const right = ROOM.right + Math.min(WIDEST_NAME, widest);
  const area = {
    left: ROOM.left,
    top: ROOM.top,
    width: width - ROOM.left - right,
    height: height - ROOM.top - ROOM.below,
  };
  if (area.width < 40 || area.height < 40) return;
  const x: Scale = (spent) => area.left + (spent / options.most) * area.width;
  const columns = rivals.map(({ spent, values }) => columnsOf(spent, values, x));
  const range = rangeOf(columns, options);
  const y = heightScale(range, !options.isShare, area.top, area.height);
  context.font = `11px ${inks.font}`;
  drawLevels(context, levelsOf(range, !options.isShare), options.isShare, y, area.left, area.width, inks);
  drawSpent(context, options, x, area, inks);
  if (options.target !== null) drawTarget(context, options, y, area, inks);
  rivals.forEach((rival, i) => stroke(context, rival, columns[i] ?? [], y, inks));
  drawNames(context, rivals, columns, y, area, inks);
}

/** All that is drawn, and the target. */
function rangeOf(columns: readonly (readonly Column[])[], { isShare, target }: RivalOptions): Range {
  const [low, high] = boundsOf(columns, !isShare);
  if (isShare) return shareRange(Math.min(low, target ?? 1));
  const floor = target !== null && target > 0 ? Math.min(low, target) : low;
  return lossRange([floor, high], true);
}

function drawSpent(
  context: CanvasRenderingContext2D,
  { most, isWhole }: RivalOptions,
  x: Scale,
  { top, width, height }: Area,
  inks: Inks,
): void {
  const round = roundStep(most, Math.min(8, Math.floor(width / 55)));
  const step = isWhole ? Math.max(1, round) : round;
  context.fillStyle = inks.faint;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let i = 0; i * step <= most * (1 + 1e-9); i++)
    context.fillText(number(i * step, 6), x(i * step), top + height + 6);
}

function drawTarget(
  context: CanvasRenderingContext2D,
  { target, targetName }: RivalOptions,
  y: Scale,
  { left, width }: Area,
  inks: Inks,
): void {
  const at = Math.round(y(target ?? 0)) + 0.5;
  context.strokeStyle = inks.soft;
  context.setLineDash([2, 2]);
  context.beginPath();
  context.moveTo(left, at);
  context.lineTo(left + width, at);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = inks.soft;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillText(targetName, left + 4, at - 2);
}

function stroke(
  context: CanvasRenderingContext2D,
  { color, dash, isOut, values }: Rival,
  columns: readonly Column[],
  y: Scale,
  inks: Inks,
): void {
  context.beginPath();
  traceColumns(context, columns, y);
  context.setLineDash([...dash]);
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.stroke();
  context.setLineDash([]);
  const end = columns.at(-1);
  if (!end) return;
  const height = y(lastOf(values));
  if (isOut) drawCross(context, end.x, height, inks.bad);
  else dot(context, end.x, height, 3, color, inks.panel);
}

function drawCross(context: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  context.beginPath();
  for (const turn of [-5, 5]) {
    context.moveTo(x - 5, y - turn);
    context.lineTo(x + 5, y + turn);
  }
  context.strokeStyle = color;
  context.lineWidth = 2.5;
  context.stroke();
}

/** Each name where its line ends; names that would meet are pushed apart, and none leaves the chart. */
function drawNames(
  context: CanvasRenderingContext2D,
  rivals: readonly Rival[],
  columns: readonly (readonly Column[])[],
  y: Scale,
  area: Area,
  inks: Inks,
): void {
  const ends = rivals
    .map(({ name, color, values }, i) => ({ name, color, x: columns[i]?.at(-1)?.x ?? NaN, y: y(lastOf(values)) }))
    .filter((end) => Number.isFinite(end.x))
    .sort((a, b) => a.y - b.y);
  context.font = `600 12px ${inks.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const floor = area.top + area.height - NAME_HEIGHT * ends.length + NAME_HEIGHT / 2;
  let free = area.top;
  ends.forEach((end, i) => {
    const at = Math.max(free, Math.min(end.y, floor + NAME_HEIGHT * i));
    context.fillStyle = end.color;
    context.fillText(end.name, end.x + 8, at, WIDEST_NAME);
    free = at + NAME_HEIGHT;
  });
}

function lastOf(values: readonly number[]): number {
  return values.findLast(Number.isFinite) ?? NaN;
}
