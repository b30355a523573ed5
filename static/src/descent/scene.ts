/** What lies on the surface of a descent: the contestants' ways, the lowest places, and what brute force has tried. */
import type { Inks } from "../draw/color.ts";
import type { Pen } from "../draw/pen.ts";
import { lossNear, type Terrain } from "../draw/terrain.ts";
import {
  drawHead,
  drawInFog,
  drawTrack,
  pointsOf,
  type Edges,
  type Point,
  type Projection,
  type Track,
} from "../draw/track.ts";

/** All that a picture of a descent shows. */
export interface Scene {
  readonly terrain: Terrain;
  readonly tracks: readonly Track[];
  readonly bottoms: readonly (readonly number[])[];
  /** Places that brute force has tried until now. */
  readonly tried: readonly (readonly number[])[];
  readonly at: number;
  readonly fog: boolean;
}

/** The ground, perhaps in fog, and on it what was tried, the lowest places and all contestants. */
export function drawScene(
  { context }: Pen,
  { tracks, bottoms, tried, at, fog, terrain }: Scene,
  ground: () => void,
  project: Projection,
  edges: Edges,
  inks: Inks,
): void {
  const side = Math.min(edges[2] - edges[0], edges[3] - edges[1]);
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
