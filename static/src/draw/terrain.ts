/** A surface of two weights: its shades, as a map with contour lines and as a relief in three dimensions. */
import { drawAxes, type Window } from "./axes.ts";
import { ramp, rgb, type Inks, type Palette } from "./color.ts";
import { drawContour, type Liner } from "./contour.ts";
import { drawHeat } from "./heat.ts";
import type { Pen } from "./pen.ts";
import type { Edges, Point, Projection } from "./track.ts";

/** Losses row by row, y rising, as many rows as columns. */
export interface Terrain {
  readonly window: readonly (readonly [low: number, high: number])[];
  readonly values: Float32Array;
  /** Its map takes all the room that there is; else it is a square. */
  readonly isWide?: boolean;
}

/** Draws what lies on a terrain, and where it pleases the ground itself. */
export type Over = (ground: () => void, project: Projection, edges: Edges) => void;

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

interface Area {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Where the map is on a canvas. */
function areaOf({ isWide }: Terrain, width: number, height: number): Area {
  const [most, high] = [Math.max(1, Math.floor(width - GUTTER.left)), Math.max(1, Math.floor(height - GUTTER.below))];
  if (isWide) return { left: GUTTER.left, width: most, height: high };
  const side = Math.min(most, high);
  return { left: Math.max(GUTTER.left, Math.floor((width - side + GUTTER.left) / 2)), width: side, height: side };
}

/** Where a place is on the map. */
export function mapProjection(terrain: Terrain, width: number, height: number): Projection {
  const area = areaOf(terrain, width, height);
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = terrain.window;
  return ([x = 0, y = 0]) => [area.left + ((x - x0) / (x1 - x0)) * area.width, ((y1 - y) / (y1 - y0)) * area.height];
}

/** Which place a point of the map is. */
export function placeOnMap(terrain: Terrain, [px, py]: Point, width: number, height: number): number[] {
  const area = areaOf(terrain, width, height);
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = terrain.window;
  const share = (value: number) => Math.max(0, Math.min(1, value));
  return [x0 + share((px - area.left) / area.width) * (x1 - x0), y1 - share(py / area.height) * (y1 - y0)];
}

let lastMap: Base | null = null;

export function drawMap({ context, width, height }: Pen, terrain: Terrain, over: Over, inks: Inks): void {
  const area = areaOf(terrain, width, height);
  const key = [terrain.values, area.width, area.height, inks];
  lastMap = kept(lastMap, key, area.width, area.height, (pen) => paintMap(pen, terrain, area, inks));
  const base = lastMap.canvas;
  context.save();
  context.beginPath();
  context.roundRect(area.left, 0, area.width, area.height, 8);
  context.clip();
  over(() => context.drawImage(base, area.left, 0, area.width, area.height), mapProjection(terrain, width, height), [
    area.left,
    0,
    area.left + area.width,
    area.height,
  ]);
  context.restore();
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = terrain.window;
  const seen: Window = { left: x0, right: x1, bottom: y0, top: y1 };
  drawAxes(context, area, seen, inks);
}

/** The shades, and lines through places of the same height. */
function paintMap(context: CanvasRenderingContext2D, terrain: Terrain, area: Area, inks: Inks): void {
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
  const [across, up] = [area.width / (size - 1), area.height / (size - 1)]; // the outermost values lie on the edges
  const [width, height] = [area.width + across, area.height + up];
  context.imageSmoothingQuality = "high";
  context.translate(-across / 2, -up / 2);
  context.drawImage(heat, 0, 0, width, height);
  context.strokeStyle = inks.ink;
  context.globalAlpha = 0.3;
  context.lineWidth = 0.8;
  const liner = flattened(context, height / width);
  for (let level = 1; level < LEVELS; level++) drawContour(liner, upsideDown, size, level / LEVELS, width);
}

/** Draws lines so much less high, but as thick as they are. */
function flattened(context: CanvasRenderingContext2D, share: number): Liner {
  return {
    beginPath: () => context.beginPath(),
    moveTo: (x, y) => context.moveTo(x, y * share),
    lineTo: (x, y) => context.lineTo(x, y * share),
    stroke: () => context.stroke(),
  };
}

/** The loss of the nearest cell. */
export function lossNear({ window, values }: Terrain, place: readonly number[]): number {
  const size = Math.round(Math.sqrt(values.length));
  const [i = 0, j = 0] = place.map((value, axis) => {
    const [low, high] = window[axis] ?? [0, 1];
    return Math.max(0, Math.min(size - 1, Math.round(((value - low) / (high - low)) * (size - 1))));
  });
  return values[j * size + i] ?? 0;
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
const FITS = 0.63;
const BEYOND = 0.5;

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

export function drawRelief(
  { context, width, height }: Pen,
  terrain: Terrain,
  angle: Angle,
  over: Over,
  inks: Inks,
): void {
  const project = reliefProjection(terrain, angle, width, height);
  const key = [terrain.values, width, height, angle.turn, angle.tilt, inks];
  lastRelief = kept(lastRelief, key, width, height, (pen) => paintRelief(pen, groundOf(terrain, inks), angle, project));
  const base = lastRelief.canvas;
  over(() => context.drawImage(base, 0, 0, width, height), project, [0, 0, width, height]);
}

/** What a relief is made of, whatever it is looked at from: at each corner of its cells the place and the loss, and the
 * colour of each cell. */
interface Ground {
  readonly places: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly colors: readonly string[];
}

const grounds = new WeakMap<Inks, WeakMap<Float32Array, Ground>>();

function groundOf(terrain: Terrain, inks: Inks): Ground {
  const ofInks = grounds.get(inks) ?? new WeakMap<Float32Array, Ground>();
  grounds.set(inks, ofInks);
  const kept = ofInks.get(terrain.values);
  if (kept) return kept;
  const shade = shadeOf(terrain);
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = terrain.window;
  const places = corners((i, j) => [x0 + ((x1 - x0) * i) / CELLS, y0 + ((y1 - y0) * j) / CELLS]);
  const losses = places.map((place) => lossNear(terrain, place));
  const pixels = palette();
  const colors = losses.map((loss, at) => {
    const pixel = pixels[Math.round(127.5 * (shade(loss) + shade(losses[at + SIDE + 1] ?? 0)))] ?? 0;
    return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
  });
  const ground = { places, losses, colors };
  ofInks.set(terrain.values, ground);
  return ground;
}

/** Cell by cell, the farthest first, each in its shade and a little larger than it is, so that nothing shows between. */
function paintRelief(context: CanvasRenderingContext2D, ground: Ground, { turn }: Angle, project: Projection): void {
  const points = ground.places.map((place, at) => project(place, ground.losses[at] ?? 0));
  const point = (at: number) => points[at] ?? ([0, 0] as const);
  context.lineWidth = 0.7;
  context.strokeStyle = "rgb(128 128 128 / 0.35)";
  for (const j of order(Math.cos(turn) > 0)) {
    for (const i of order(Math.sin(turn) > 0)) {
      const at = j * SIDE + i;
      const cell = [point(at), point(at + 1), point(at + SIDE + 1), point(at + SIDE)] as const;
      context.fillStyle = ground.colors[at] ?? "";
      fillBeyond(context, cell);
      drawGrid(context, cell, i, j);
    }
  }
}

type Cell = readonly [Point, Point, Point, Point];

/** Fill a cell half a pixel beyond its corners: far quicker than to stroke it in its colour, too. */
function fillBeyond(context: CanvasRenderingContext2D, cell: Cell): void {
  const [[x0, y0], , [x2, y2]] = cell;
  const [x, y] = [(x0 + x2) / 2, (y0 + y2) / 2];
  context.beginPath();
  for (const [px, py] of cell) context.lineTo(px + BEYOND * Math.sign(px - x), py + BEYOND * Math.sign(py - y));
  context.fill();
}

/** The lines of the grid on a cell's four sides: of two neighbours the nearer one's is seen. */
function drawGrid(context: CanvasRenderingContext2D, [a, b, c, d]: Cell, i: number, j: number): void {
  const isOn = [j % GRID === 0, (i + 1) % GRID === 0, (j + 1) % GRID === 0, i % GRID === 0];
  if (!isOn.includes(true)) return;
  context.beginPath();
  [
    [a, b],
    [b, c],
    [d, c],
    [a, d],
  ].forEach(([from = a, to = a], side) => {
    if (!isOn[side]) return;
    context.moveTo(...from);
    context.lineTo(...to);
  });
  context.stroke();
}

/** Something for each corner of the cells, row by row. */
function corners<T>(of: (i: number, j: number) => T): T[] {
  return Array.from({ length: SIDE * SIDE }, (_, at) => of(at % SIDE, Math.floor(at / SIDE)));
}

function order(isBackwards: boolean): number[] {
  return Array.from({ length: CELLS }, (_, i) => (isBackwards ? CELLS - 1 - i : i));
}
