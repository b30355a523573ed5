/** Small charts of one layer: how its weights are spread, and how large its gradient has been. */
import type { Inks } from "./color.ts";
import type { Pen } from "./pen.ts";

const SMALLEST = 1e-12;
const MEMORY = 0.75;

/** Bars over −reach … reach, negative ones orange and positive ones blue. */
export function drawHistogram(pen: Pen, counts: ArrayLike<number>, reach: string, inks: Inks): void {
  const { context, width, height } = pen;
  const floor = height - 15;
  const bar = width / counts.length;
  let tallest = 1;
  for (let i = 0; i < counts.length; i++) tallest = Math.max(tallest, counts[i] ?? 0);
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0;
    if (!count) continue;
    const tall = Math.max(2, (count / tallest) * (floor - 4));
    context.fillStyle = i + 0.5 < counts.length / 2 ? inks.negative : inks.positive;
    context.beginPath();
    context.roundRect(i * bar + 0.75, floor - tall, Math.max(1, bar - 1.5), tall, [2, 2, 0, 0]);
    context.fill();
  }
  context.fillStyle = inks.outline;
  context.fillRect(0, floor, width, 1);
  context.fillRect(width / 2 - 0.5, 2, 1, floor - 2);
  context.fillStyle = inks.faint;
  context.font = `11px ${inks.font}`;
  context.textBaseline = "bottom";
  for (const [text, align, x] of [
    [`−${reach}`, "left", 0],
    ["0", "center", width / 2],
    [reach, "right", width],
  ] as const) {
    context.textAlign = align;
    context.fillText(text, x, height);
  }
}

/** Numbers, each at its place on the way; what is not above 0 is left out. */
export interface Trace {
  readonly places: readonly number[];
  readonly values: readonly number[];
}

/** A line of positive numbers on a log scale, smoothed, over at least so much of the way; and where on it one is. */
export function drawTrace(pen: Pen, trace: Trace, fewest: number, inks: Inks, at?: number): void {
  const { context, width, height } = pen;
  context.fillStyle = inks.well;
  context.beginPath();
  context.roundRect(0, 0, width, height, 5);
  context.fill();
  const places = trace.places.filter((_, i) => isDrawn(trace.values[i]));
  if (places.length < 2) return;
  const logs = smoothed(trace.values.filter(isDrawn).map((value) => Math.log10(value + SMALLEST)));
  const low = Math.min(...logs) - 0.05;
  const span = Math.max(...logs) - low + 0.05;
  const first = places[0] ?? 0;
  const way = Math.max(fewest, (places.at(-1) ?? first) - first);
  const x = (place: number) => 3 + ((place - first) / way) * (width - 6);
  context.beginPath();
  logs.forEach((log, i) => context.lineTo(x(places[i] ?? first), 4 + (1 - (log - low) / span) * (height - 8)));
  context.strokeStyle = inks.accent;
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.stroke();
  if (at === undefined) return;
  context.fillStyle = inks.ink;
  context.fillRect(x(Math.max(first, at)) - 0.5, 2, 1, height - 4);
}

function isDrawn(value: number | undefined): boolean {
  return value !== undefined && value > 0 && value < Infinity;
}

/** The moving average, each value forgotten by and by. */
function smoothed(values: readonly number[]): number[] {
  let average = values[0] ?? 0;
  return values.map((value) => (average = MEMORY * average + (1 - MEMORY) * value));
}
