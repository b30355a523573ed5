/** The loss over a plane through weight space, as a map or as a relief, and on it the ways of runs. */
import type { Inks } from "./color.ts";
import { dot, type Pen } from "./pen.ts";
import { drawMap, drawRelief, type Angle, type Over, type Terrain } from "./terrain.ts";
import { drawHead, drawTrack, near, type Projection, type Track } from "./track.ts";

/** A way with its head, which may be anywhere on it. */
export interface Walked {
  readonly track: Track;
  readonly headColor: string;
  readonly place: readonly number[];
  readonly loss: number;
}

const START_RADIUS = 4.5;
const INFINITE_STRENGTH = 0.45;

/** `angle`: from where the relief is looked at; null is the map. */
export function drawLandscape(
  pen: Pen,
  terrain: Terrain,
  ways: readonly Walked[],
  angle: Angle | null,
  inks: Inks,
): void {
  const { context } = pen;
  const over: Over = (ground, project, edges) => {
    ground();
    if (!angle) drawInfinite(context, terrain, project, inks);
    for (const { track } of ways) {
      const points = track.places.map((place, i) => near(project(place, track.losses[i] ?? 0)));
      drawTrack(context, track, points, inks, 0);
      if (points[0]) dot(context, ...points[0], START_RADIUS, track.color, inks.halo);
    }
    for (const { track, headColor: color, place, loss } of ways)
      drawHead(context, { ...track, color }, project(place, loss), edges, inks);
  };
  if (angle) drawRelief(pen, terrain, angle, over, inks);
  else drawMap(pen, terrain, over, inks);
}

/** Where the loss is no number it is infinite: no shade can say that. */
function drawInfinite(
  context: CanvasRenderingContext2D,
  { window, values }: Terrain,
  project: Projection,
  inks: Inks,
): void {
  const size = Math.round(Math.sqrt(values.length));
  const [[x0, x1] = [0, 1], [y0, y1] = [0, 1]] = window;
  const at = (column: number, row: number) =>
    project([x0 + ((x1 - x0) * column) / (size - 1), y0 + ((y1 - y0) * row) / (size - 1)], 0);
  context.fillStyle = inks.bad;
  context.globalAlpha = INFINITE_STRENGTH;
  values.forEach((loss, i) => {
    if (Number.isFinite(loss)) return;
    const [column, row] = [i % size, Math.floor(i / size)];
    const [[left, bottom], [right, top]] = [at(column - 0.5, row - 0.5), at(column + 0.5, row + 0.5)];
    context.fillRect(left, top, right - left, bottom - top);
  });
  context.globalAlpha = 1;
}
