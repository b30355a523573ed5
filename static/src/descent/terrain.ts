/** A surface of two weights: its shades, as a map with contour lines and as a relief in three dimensions. */
import { drawAxes, type Window } from "../draw/axes.ts";
import { ramp, rgb, type Inks, type Palette } from "../draw/color.ts";
import { drawContour } from "../draw/contour.ts";
import { drawHeat } from "../draw/heat.ts";
import type { Pen } from "../draw/pen.ts";
import { drawHead, drawInFog, drawTrack, pointsOf, type Point, type Projection, type Track } from "./track.ts";

/** Losses row by row, y rising, as many rows as columns. */
export interface Terrain {
  readonly window: readonly (readonly [low: number, high: number])[];
  readonly values: Float32Array;
}

/** All that a picture of a terrain shows. */
export interface Scene {
  readonly terrain: Terrain;
  readonly tracks: readonly Track[];
  readonly bottoms: readonly (readonly number[])[];
  /** Places that brute force has tried until now. */
  readonly tried: readonly (readonly number[])[];
  readonly at: number;
  readonly fog: boolean;
}

const LEVELS = 16;
const CONTRAST = 60;
const COMMON = 0.9;
export const GUTTER = { left: 34, below: 20 } as const;

/**
 * From a loss to its shade, 0 the lowest and 1 the highest of the map: as a logarithm, for losses span many powers. Where
 * there is none, it counts as the highest.
 */
export type Shade = (loss: number) => number;

const shades = new WeakMap<Float32Array, Shade>();

export function shadeOf({ values }: Terrain): Shade {
  const kept = shades.get(values);
  if (kept) return kept;
  const sorted = values.filter(Number.isFinite).sort();
  const low = sorted[0] ?? 0;
  const common = Math.max(1e-12, (sorted[Math.floor(sorted.length * COMMON)] ?? 1) - low);
  const most = Math.log1p((CONTRAST * ((sorted.at(-1) ?? 1) - low)) / common) || 1;
  const shade: Shade = (loss) => {
    if (loss <= low) return 0;
    return Number.isNaN(loss) ? 1 : Math.min(1, Math.log1p((CONTRAST * (loss - low)) / common) / most);
  };
  shades.set(values, shade);
  return shade;
}

/** From the colour of the lowest loss to that of the highest. */
function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => rgb(style.getPropertyValue(`--color-${name}`).trim());
  return ramp(token("low"), token("high"));
}

interface Base {
  readonly key: readonly unknown[];
  readonly canvas: HTMLCanvasElement;
}

/** What is drawn anew only when the surface, the size, the theme or the angle changes. */
function kept(last: Base | null, key: readonly unknown[], width: number, height: number, draw: Draw): Base {
  if (last && last.key.every((part, i) => part === key[i])) return last;
  const canvas = last?.canvas ?? document.createElement("canvas");
  const sharpness = Math.min(2, devicePixelRatio || 1);
  [canvas.width, canvas.height] = [Math.ceil(width * sharpness), Math.ceil(height * sharpness)];
  const context = canvas.getContext("2d");
  context?.scale(sharpness, sharpness);
  if (context) draw(context);
  return { key, canvas };
}

type Draw = (context: CanvasRenderingContext2D) => void;

// --- the map -----------------------------------------------------------------------------------------------------

/** The square of the map: its left edge and its side. */
export function squareOf(width: number, height: number): { left: number; side: number } {
  const side = Math.max(1, Math.floor(Math.min(width - GUTTER.left, height - GUTTER.below)));
  return { left: Math.max(GUTTER.left, Math.floor((width - side + GUTTER.left) / 2)), side };
}

/** Where a place is on the map. */
export function mapProjection({ window }: Terrain, width: number, height: number): Projection {
  const { left, side } = squareOf(width, height);
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = window;
  return ([x = 0, y = 0]) => [left + ((x - x0) / (x1 - x0)) * side, ((y1 - y) / (y1 - y0)) * side];
}

/** Which place a point of the map is. */
export function placeOnMap({ window }: Terrain, [px, py]: Point, width: number, height: number): number[] {
  const { left, side } = squareOf(width, height);
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = window;
  const share = (value: number) => Math.max(0, Math.min(1, value));
  return [x0 + share((px - left) / side) * (x1 - x0), y1 - share(py / side) * (y1 - y0)];
}

let lastMap: Base | null = null;

export function drawMap({ context, width, height }: Pen, scene: Scene, inks: Inks): void {
  const { left, side } = squareOf(width, height);
  const edges = [left, 0, left + side, side] as const;
  const { terrain } = scene;
  lastMap = kept(lastMap, [terrain.values, side, inks], side, side, (pen) => paintMap(pen, terrain, side, inks));
  const base = lastMap.canvas;
  const ground = () => context.drawImage(base, left, 0, side, side);
  context.save();
  context.beginPath();
  context.roundRect(left, 0, side, side, 8);
  context.clip();
  drawScene(context, scene, mapProjection(terrain, width, height), side, edges, ground, inks);
  context.restore();
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = terrain.window;
  const seen: Window = { left: x0, right: x1, bottom: y0, top: y1 };
  drawAxes(context, { left, width: side, height: side }, seen, inks);
}

/** The shades, and lines through places of the same height. */
function paintMap(context: CanvasRenderingContext2D, terrain: Terrain, side: number, inks: Inks): void {
  const size = Math.round(Math.sqrt(terrain.values.length));
  const shade = shadeOf(terrain);
  const upsideDown = Float32Array.from({ length: size * size }, (_, i) =>
    shade(terrain.values[(size - 1 - Math.floor(i / size)) * size + (i % size)] ?? Infinity),
  );
  const heat = document.createElement("canvas");
  drawHeat(
    heat,
    upsideDown.map((value) => Math.round(255 * value)),
    size,
    size,
    palette(),
  );
  const cell = side / (size - 1); // the outermost values lie on the edges
  context.imageSmoothingQuality = "high";
  context.drawImage(heat, -cell / 2, -cell / 2, side + cell, side + cell);
  context.translate(-cell / 2, -cell / 2);
  context.strokeStyle = inks.ink;
  context.globalAlpha = 0.3;
  context.lineWidth = 0.8;
  for (let level = 1; level < LEVELS; level++) drawContour(context, upsideDown, size, level / LEVELS, side + cell);
}

/** The ground, perhaps in fog, and on it what was tried, the lowest places and all contestants. */
function drawScene(
  context: CanvasRenderingContext2D,
  { tracks, bottoms, tried, at, fog, terrain }: Scene,
  project: Projection,
  side: number,
  edges: readonly [number, number, number, number],
  ground: () => void,
  inks: Inks,
): void {
  const ways = tracks.map((track) => pointsOf(track, at, project));
  const heads = ways.map((points) => points.at(-1) ?? ([0, 0] as const));
  const whole = () => {
    ground();
    drawTried(
      context,
      tried.map((place) => project(place, lossNear(terrain, place))),
      inks,
    );
    for (const place of bottoms) drawBottom(context, project(place, -Infinity), inks);
  };
  if (fog) drawInFog(context, heads, side, edges, inks, whole);
  else whole();
  ways.forEach((points, i) => drawTrack(context, tracks[i] as Track, points, inks));
  heads.forEach((point, i) => drawHead(context, tracks[i] as Track, point, edges, inks));
}

/** The loss of the nearest cell. */
function lossNear({ window, values }: Terrain, place: readonly number[]): number {
  const size = Math.round(Math.sqrt(values.length));
  const [i = 0, j = 0] = place.map((value, axis) => {
    const [low, high] = window[axis] ?? [0, 1];
    return Math.max(0, Math.min(size - 1, Math.round(((value - low) / (high - low)) * (size - 1))));
  });
  return values[j * size + i] ?? 0;
}

function drawTried(context: CanvasRenderingContext2D, points: readonly Point[], inks: Inks): void {
  context.fillStyle = inks.ink;
  context.globalAlpha = 0.45;
  for (const [x, y] of points) context.fillRect(x - 1, y - 1, 2, 2);
  context.globalAlpha = 1;
}

/** A cross where the loss is lowest. */
function drawBottom(context: CanvasRenderingContext2D, [x, y]: Point, inks: Inks): void {
  context.beginPath();
  for (const [dx, dy] of [
    [5, 5],
    [5, -5],
  ] as const) {
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
  }
  context.strokeStyle = inks.halo;
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = inks.ink;
  context.lineWidth = 1.8;
  context.stroke();
}

// --- the relief --------------------------------------------------------------------------------------------------

/** Where the relief is looked at from: turned round, and from how high up, in radians. */
export interface Angle {
  readonly turn: number;
  readonly tilt: number;
}

const HEIGHT = 0.42;
/** Cells of the relief along each side. */
const CELLS = 40;
const SIDE = CELLS + 1;
/** Every so many cells a line is seen. */
const GRID = 4;
const FITS = 0.68;

function reliefProjection(terrain: Terrain, { turn, tilt }: Angle, width: number, height: number): Projection {
  const shade = shadeOf(terrain);
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = terrain.window;
  const scale = Math.min(width, height * 1.25) * FITS;
  return ([x = 0, y = 0], loss) => {
    const [u, v] = [(x - x0) / (x1 - x0) - 0.5, (y - y0) / (y1 - y0) - 0.5];
    const across = u * Math.cos(turn) - v * Math.sin(turn);
    const away = u * Math.sin(turn) + v * Math.cos(turn);
    const up = (shade(loss) - 0.5) * HEIGHT;
    return [width / 2 + across * scale, height / 2 - (away * Math.sin(tilt) + up * Math.cos(tilt)) * scale];
  };
}

let lastRelief: Base | null = null;

export function drawRelief({ context, width, height }: Pen, scene: Scene, angle: Angle, inks: Inks): void {
  const { terrain } = scene;
  const project = reliefProjection(terrain, angle, width, height);
  const key = [terrain.values, width, height, angle.turn, angle.tilt, inks];
  lastRelief = kept(lastRelief, key, width, height, (pen) => paintRelief(pen, terrain, angle, project));
  const base = lastRelief.canvas;
  const ground = () => context.drawImage(base, 0, 0, width, height);
  drawScene(context, scene, project, Math.min(width, height), [0, 0, width, height], ground, inks);
}

/** Cell by cell, the farthest first, each in its shade. */
function paintRelief(context: CanvasRenderingContext2D, terrain: Terrain, { turn }: Angle, project: Projection): void {
  const shade = shadeOf(terrain);
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = terrain.window;
  const losses = corners((i, j) => lossNear(terrain, [x0 + ((x1 - x0) * i) / CELLS, y0 + ((y1 - y0) * j) / CELLS]));
  const points = corners((i, j) =>
    project([x0 + ((x1 - x0) * i) / CELLS, y0 + ((y1 - y0) * j) / CELLS], losses[j * SIDE + i] ?? 0),
  );
  const colors = Array.from(palette(), (pixel) => `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`);
  context.lineWidth = 0.7;
  for (const j of order(Math.cos(turn) > 0)) {
    for (const i of order(Math.sin(turn) > 0)) {
      const at = j * SIDE + i;
      const color = colors[Math.round(127.5 * (shade(losses[at] ?? 0) + shade(losses[at + SIDE + 1] ?? 0)))] ?? "";
      context.beginPath();
      for (const corner of [at, at + 1, at + SIDE + 1, at + SIDE])
        context.lineTo(...(points[corner] ?? ([0, 0] as const)));
      context.closePath();
      context.fillStyle = color;
      context.fill();
      context.strokeStyle = i % GRID && j % GRID ? color : "rgb(128 128 128 / 0.35)";
      context.stroke();
    }
  }
}

/** Something for each corner of the cells, row by row. */
function corners<T>(of: (i: number, j: number) => T): T[] {
  return Array.from({ length: SIDE * SIDE }, (_, at) => of(at % SIDE, Math.floor(at / SIDE)));
}

function order(isBackwards: boolean): number[] {
  return Array.from({ length: CELLS }, (_, i) => (isBackwards ? CELLS - 1 - i : i));
}
