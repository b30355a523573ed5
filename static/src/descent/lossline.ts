/** Losses over steps or over evaluations: a line for each contestant, and a staircase for brute force. */
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { count, number } from "../format.ts";

export interface LossLine {
  readonly name: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** Steps or evaluations, rising, and the loss after each. */
  readonly spent: readonly number[];
  readonly losses: readonly number[];
  /** Each loss holds until the next. */
  readonly isStaircase: boolean;
  /** How many of its entries are in full ink. */
  readonly shown: number;
}

const ROOM = { left: 46, right: 22, top: 8, below: 20 } as const;
const SMALLEST_SHARE = 1e-8;
const TICKS = 5;

type Scale = (value: number) => number;

export function drawLossLines({ context, width, height }: Pen, lines: readonly LossLine[], inks: Inks): void {
  const area = { width: width - ROOM.left - ROOM.right, height: height - ROOM.top - ROOM.below };
  if (area.width < 30 || area.height < 30) return;
  const most = Math.max(1, ...lines.map(({ spent }) => spent.at(-1) ?? 0));
  const x: Scale = (spent) => ROOM.left + (spent / most) * area.width;
  const { y, ticks } = heights(lines, area.height);
  context.font = `11px ${inks.font}`;
  drawTicks(context, ticks, y, most, x, area, inks);
  for (const line of lines) {
    context.strokeStyle = line.color;
    context.lineWidth = 2;
    context.setLineDash([...line.dash]);
    context.globalAlpha = 0.25;
    trace(context, line, line.spent.length, x, y, most);
    context.globalAlpha = 1;
    trace(context, line, line.shown, x, y, most);
  }
  context.setLineDash([]);
  nameEnds(context, lines, x, y, inks);
}

/** Logarithmic where all losses are above 0. */
function heights(lines: readonly LossLine[], height: number): { y: Scale; ticks: number[] } {
  const losses = lines.flatMap((line) => line.losses).filter(Number.isFinite);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const down = (share: number) => ROOM.top + (1 - Math.max(0, Math.min(1, share))) * height;
  if (low < 0) {
    const span = high - low || 1;
    const ticks = Array.from({ length: TICKS }, (_, i) => low + (span * i) / (TICKS - 1));
    return { y: (loss) => down((loss - low) / span), ticks };
  }
  const floor = Math.max(low, high * SMALLEST_SHARE, 1e-30);
  const [from, to] = [
    Math.floor(Math.log10(floor)),
    Math.max(Math.ceil(Math.log10(high || 1)), Math.floor(Math.log10(floor)) + 1),
  ];
  const stride = Math.ceil((to - from) / TICKS);
  const ticks = Array.from({ length: Math.floor((to - from) / stride) + 1 }, (_, i) => 10 ** (from + i * stride));
  return { y: (loss) => down((Math.log10(Math.max(loss, 10 ** from)) - from) / (to - from)), ticks };
}

function drawTicks(
  context: CanvasRenderingContext2D,
  ticks: readonly number[],
  y: Scale,
  most: number,
  x: Scale,
  area: { width: number; height: number },
  inks: Inks,
): void {
  context.fillStyle = inks.faint;
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticks) {
    context.beginPath();
    context.moveTo(ROOM.left, y(tick));
    context.lineTo(ROOM.left + area.width, y(tick));
    context.stroke();
    context.fillText(shortly(tick), ROOM.left - 6, y(tick));
  }
  context.textBaseline = "top";
  for (const share of [0, 0.5, 1]) {
    context.textAlign = share === 1 ? "right" : share ? "center" : "left";
    context.fillText(count(Math.round(most * share)), x(most * share), ROOM.top + area.height + 6);
  }
}

/** A tick as there is room for it: 0.01, but 10⁻⁵. */
function shortly(tick: number): string {
  const power = Math.round(Math.log10(Math.abs(tick)));
  const isPower = Math.abs(tick / 10 ** power - 1) < 1e-9;
  if (!isPower || Math.abs(power) < 4) return number(tick, 2);
  return `10${power < 0 ? "⁻" : ""}${[...String(Math.abs(power))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
}

function trace(
  context: CanvasRenderingContext2D,
  { spent, losses, isStaircase }: LossLine,
  shown: number,
  x: Scale,
  y: Scale,
  most: number,
): void {
  context.beginPath();
  let height = 0;
  for (let i = 0; i < shown; i++) {
    const at = x(spent[i] ?? 0);
    if (isStaircase && i) context.lineTo(at, height);
    height = y(losses[i] ?? 0);
    context.lineTo(at, height);
  }
  if (isStaircase && shown === spent.length) context.lineTo(x(most), height);
  context.stroke();
}

/** The letters where the lines end, none over another. */
function nameEnds(context: CanvasRenderingContext2D, lines: readonly LossLine[], x: Scale, y: Scale, inks: Inks): void {
  const ends = lines.map((line) => ({ ...line, x: x(line.spent.at(-1) ?? 0), y: y(line.losses.at(-1) ?? 0) }));
  ends.sort((a, b) => a.y - b.y);
  let above = -Infinity;
  context.font = `700 12px ${inks.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const end of ends) {
    above = Math.max(end.y, above + 13);
    context.fillStyle = end.color;
    context.fillText(end.name, end.x + 5, above);
  }
}
