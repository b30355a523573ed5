/** The loss over one weight: the curve, where each contestant stands, its tangent, and the step that it takes next. */
import { drawAxes, type Window } from "../draw/axes.ts";
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { drawHead, drawInFog, drawTrack, pointsOf, type Projection, type Track } from "../draw/track.ts";

/** A contestant on a curve. */
export interface Slider extends Track {
  /** The gradient that each step goes by. */
  readonly gradients: readonly (readonly number[])[];
  /** The samples that it is of; empty where it is of all. */
  readonly batches: readonly (readonly number[])[];
  /** It shows other weights than those that its gradients are of. */
  readonly isAveraged: boolean;
}

export interface Profile {
  readonly window: readonly [low: number, high: number];
  /** Rows of as many losses as `columns`: the mean, then each sample's. */
  readonly values: Float32Array;
  readonly tracks: readonly Slider[];
  readonly bottoms: readonly (readonly number[])[];
  readonly tried: readonly (readonly number[])[];
  readonly at: number;
  readonly fog: boolean;
}

export const COLUMNS = 401;
const GUTTER = { left: 44, below: 20 } as const;
const HEADROOM = 0.08;
const TANGENT = 0.16;

export function areaOf(width: number, height: number) {
  return { left: GUTTER.left, width: Math.max(1, width - GUTTER.left - 8), height: Math.max(1, height - GUTTER.below) };
}

/** Which weight a point of the picture is. */
export function weightAt([low, high]: readonly [number, number], px: number, width: number, height: number): number {
  const area = areaOf(width, height);
  return low + Math.max(0, Math.min(1, (px - area.left) / area.width)) * (high - low);
}

function seenOf({ window: [left, right], values }: Profile): Window {
  const mean = values.subarray(0, COLUMNS).filter(Number.isFinite);
  const [low, high] = [Math.min(...mean), Math.max(...mean)];
  const room = Math.max(1e-9, (high - low) * HEADROOM);
  return { left, right, bottom: low - room, top: high + room };
}

export function slopeProjection(profile: Profile, width: number, height: number): Projection {
  const area = areaOf(width, height);
  const seen = seenOf(profile);
  return ([w = 0], loss) => [
    area.left + ((w - seen.left) / (seen.right - seen.left)) * area.width,
    ((seen.top - loss) / (seen.top - seen.bottom)) * area.height,
  ];
}

export function drawSlope({ context, width, height }: Pen, profile: Profile, inks: Inks): void {
  const area = areaOf(width, height);
  const seen = seenOf(profile);
  const project = slopeProjection(profile, width, height);
  const edges = [area.left, 0, area.left + area.width, area.height] as const;
  const ways = profile.tracks.map((track) => pointsOf(track, profile.at, project));
  context.save();
  context.beginPath();
  context.rect(area.left, 0, area.width, area.height);
  context.clip();
  const ground = () => drawGround(context, profile, project, inks);
  const heads = ways.map((points) => points.at(-1) ?? ([0, 0] as const));
  if (profile.fog) drawInFog(context, heads, Math.min(area.width, area.height), edges, inks, ground);
  else ground();
  profile.tracks.forEach((track, i) => {
    drawLooks(context, profile, track, project, seen);
    drawTrack(context, track, ways[i] ?? [], inks);
  });
  profile.tracks.forEach((track, i) => drawHead(context, track, heads[i] ?? [0, 0], edges, inks));
  context.restore();
  drawAxes(context, area, seen, inks);
}

/** Each sample's loss in pale, their mean over them, what brute force has tried, and the lowest places. */
function drawGround(context: CanvasRenderingContext2D, profile: Profile, project: Projection, inks: Inks): void {
  const rows = profile.values.length / COLUMNS;
  context.strokeStyle = inks.ink;
  context.lineWidth = 0.8;
  context.globalAlpha = 0.16;
  for (let row = 1; row < rows; row++) strokeRow(context, profile, row, project);
  context.globalAlpha = 1;
  context.lineWidth = 2;
  strokeRow(context, profile, 0, project);
  context.fillStyle = inks.ink;
  for (const [w = 0] of profile.tried) {
    const [x, y] = project([w], lossOn(profile, w, [0]));
    context.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
  for (const [w = 0] of profile.bottoms) {
    const [x, y] = project([w], lossOn(profile, w, [0]));
    context.beginPath();
    context.moveTo(x, y + 4);
    context.lineTo(x - 5, y + 13);
    context.lineTo(x + 5, y + 13);
    context.closePath();
    context.fill();
  }
}

function strokeRow(context: CanvasRenderingContext2D, profile: Profile, row: number, project: Projection): void {
  const [low, high] = profile.window;
  context.beginPath();
  for (let i = 0; i < COLUMNS; i++)
    context.lineTo(...project([low + ((high - low) * i) / (COLUMNS - 1)], profile.values[row * COLUMNS + i] ?? 0));
  context.stroke();
}

/** What a contestant looks at just now: the loss of its batch, the tangent there, and its step along the ground. */
function drawLooks(
  context: CanvasRenderingContext2D,
  profile: Profile,
  track: Slider,
  project: Projection,
  seen: Window,
): void {
  const i = Math.min(track.places.length - 1, Math.floor(profile.at + 1e-9));
  const [w = 0] = track.places[i] ?? [];
  if (track.isAveraged) return;
  const batch = track.batches[i] ?? [];
  const samples = profile.values.length / COLUMNS - 1;
  const isPart = batch.length > 0 && batch.length < samples;
  const rows = isPart ? batch.map((sample) => sample + 1) : [0];
  context.strokeStyle = track.color;
  context.lineWidth = 1.2;
  context.setLineDash([4, 3]);
  if (isPart) strokeMean(context, profile, rows, project);
  context.setLineDash([]);
  const loss = isPart ? lossOn(profile, w, rows) : (track.losses[i] ?? 0);
  const [gradient = 0] = track.gradients[i] ?? [];
  const reach = (seen.right - seen.left) * TANGENT;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(...project([w - reach], loss - gradient * reach));
  context.lineTo(...project([w + reach], loss + gradient * reach));
  context.stroke();
  drawStep(context, project, w, track.places[i + 1]?.[0], loss);
}

/** An arrow from a weight to the next one, at the height of the loss. */
function drawStep(
  context: CanvasRenderingContext2D,
  project: Projection,
  from: number,
  to: number | undefined,
  loss: number,
): void {
  if (to === undefined) return;
  const [x, y] = project([from], loss);
  const [end] = project([to], loss);
  const size = Math.min(6, Math.abs(end - x)) * Math.sign(end - x);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(end, y);
  context.moveTo(end - size, y - 4);
  context.lineTo(end, y);
  context.lineTo(end - size, y + 4);
  context.stroke();
}

function strokeMean(
  context: CanvasRenderingContext2D,
  profile: Profile,
  rows: readonly number[],
  project: Projection,
): void {
  const [low, high] = profile.window;
  context.beginPath();
  for (let i = 0; i < COLUMNS; i += 2) {
    const mean = rows.reduce((sum, row) => sum + (profile.values[row * COLUMNS + i] ?? 0), 0) / rows.length;
    context.lineTo(...project([low + ((high - low) * i) / (COLUMNS - 1)], mean));
  }
  context.stroke();
}

/** The mean loss of some rows at a weight, between two columns as a straight line has it. */
function lossOn({ window: [low, high], values }: Profile, w: number, rows: readonly number[]): number {
  const position = Math.max(0, Math.min(COLUMNS - 1, ((w - low) / (high - low)) * (COLUMNS - 1)));
  const column = Math.min(COLUMNS - 2, Math.floor(position));
  const share = position - column;
  const at = (row: number, i: number) => values[row * COLUMNS + i] ?? 0;
  const sum = rows.reduce((all, row) => all + at(row, column) * (1 - share) + at(row, column + 1) * share, 0);
  return sum / rows.length;
}
