/** A median with its band, over epochs or over inputs. Draws what it is given; asks nobody. */
import { drawEpochs, drawLevels, ROOM } from "../draw/curves.ts";
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { heightScale, levelsOf, lossRange, roundStep, shareRange, type Range, type Scale } from "../draw/scales.ts";
import { fixed } from "../format.ts";
import type { Band } from "../study/bands.ts";

export interface BandOptions {
  /** Losses, on a log scale; shares of 1; or values of either sign, over inputs. */
  readonly kind: "loss" | "share" | "value";
  /** What is to be reached, as a line; NaN is nothing. */
  readonly target: number;
  /** One run that is looked at, beside the band. */
  readonly one: readonly number[];
}

export function drawBand(
  { context, width, height }: Pen,
  along: readonly number[],
  band: Band,
  options: BandOptions,
  inks: Inks,
): void {
  const area = {
    left: ROOM.left,
    top: ROOM.top,
    width: width - ROOM.left - 12,
    height: height - ROOM.top - ROOM.below,
  };
  if (area.width < 20 || area.height < 20 || !band.middle.length) return;
  const range = rangeOf(band, options);
  const isLog = options.kind === "loss";
  const y = heightScale(range, isLog, area.top, area.height);
  const [first = 0, last = 1] = [along[0], along.at(-1)];
  const x: Scale = (at) => area.left + ((at - first) / (last - first || 1)) * area.width;
  context.font = `11px ${inks.font}`;
  drawLevels(context, levelsOf(range, isLog), options.kind === "share", y, area.left, area.width, inks);
  const below = area.top + area.height + 5;
  if (options.kind === "value") drawInputs(context, first, last, x, below, inks);
  else drawEpochs(context, last, x, area.width, below, inks);
  fill(context, along, band, x, y, inks);
  if (Number.isFinite(options.target)) drawTarget(context, y(options.target), area.left, area.width, inks);
  trace(context, along, options.one, x, y, inks.accent, 1.5);
  trace(context, along, band.middle, x, y, inks.ink, 2.25);
}

function rangeOf({ low, high }: Band, { kind, target, one }: BandOptions): Range {
  const known = [...low, ...high, ...one].filter(Number.isFinite);
  const wanted = Number.isFinite(target) ? [target] : [];
  const [least, most] = [Math.min(...known, ...wanted), Math.max(...known, ...wanted)];
  if (kind === "share") return shareRange(least);
  if (kind === "loss") return lossRange([Math.max(least, most * 1e-6), most], true);
  const step = roundStep(most - least || 1, 4);
  return [Math.floor(least / step) * step, Math.ceil(most / step) * step];
}

type Context = CanvasRenderingContext2D;

function fill(context: Context, along: readonly number[], { low, high }: Band, x: Scale, y: Scale, inks: Inks): void {
  context.beginPath();
  high.forEach((value, i) => context.lineTo(x(along[i] ?? 0), y(value)));
  for (let i = low.length - 1; i >= 0; i--) context.lineTo(x(along[i] ?? 0), y(low[i] ?? 0));
  context.closePath();
  context.fillStyle = inks.soft;
  context.globalAlpha = 0.25;
  context.fill();
  context.globalAlpha = 1;
}

function trace(
  context: Context,
  along: readonly number[],
  values: readonly number[],
  x: Scale,
  y: Scale,
  color: string,
  thickness: number,
): void {
  context.beginPath();
  values.forEach((value, i) => context.lineTo(x(along[i] ?? 0), y(value)));
  context.strokeStyle = color;
  context.lineWidth = thickness;
  context.lineJoin = "round";
  context.stroke();
}

function drawTarget(context: Context, y: number, left: number, width: number, inks: Inks): void {
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(left + width, y);
  context.strokeStyle = inks.accent;
  context.lineWidth = 1.5;
  context.stroke();
  context.setLineDash([]);
}

function drawInputs(context: Context, first: number, last: number, x: Scale, top: number, inks: Inks): void {
  const step = roundStep(last - first, 6);
  context.fillStyle = inks.faint;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let at = Math.ceil(first / step) * step; at <= last; at += step)
    context.fillText(fixed(at, step < 1 ? 1 : 0), x(at), top);
}
