/** A way over a surface as it is drawn: where it is at a moment between two steps, and its line up to there. */
import type { Inks } from "./color.ts";
import { dot } from "./pen.ts";

export interface Track {
  readonly letter: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly places: readonly (readonly number[])[];
  readonly losses: readonly number[];
}

export type Point = readonly [x: number, y: number];
/** The sides of the picture that is to be seen. */
export type Edges = readonly [left: number, top: number, right: number, bottom: number];
/** From a place and its loss to where it is drawn. */
export type Projection = (place: readonly number[], loss: number) => Point;

/** A canvas draws nothing sensible far outside of itself. */
const FAR = 20_000;
const MOST_MARKS = 200;

/** The points of a track up to a moment; the last one lies between two steps. */
export function pointsOf({ places, losses }: Track, at: number, project: Projection): Point[] {
  const last = Math.min(places.length - 1, Math.floor(at));
  const points = places.slice(0, last + 1).map((place, i) => near(project(place, losses[i] ?? 0)));
  const next = places[last + 1];
  const [x, y] = points[last] ?? [0, 0];
  if (!next || at <= last) return points;
  const [toX, toY] = near(project(next, losses[last + 1] ?? 0));
  return [...points, [x + (toX - x) * (at - last), y + (toY - y) * (at - last)]];
}

/** Where a canvas can still draw it. */
export function near([x, y]: Point): Point {
  return [Math.max(-FAR, Math.min(FAR, x)), Math.max(-FAR, Math.min(FAR, y))];
}

/** The line, with a mark at each of its last steps. */
export function drawTrack(
  context: CanvasRenderingContext2D,
  track: Track,
  points: readonly Point[],
  inks: Inks,
  marks = MOST_MARKS,
): void {
  context.lineJoin = "round";
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.strokeStyle = inks.halo;
  context.lineWidth = 4;
  context.globalAlpha = 0.7;
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = track.color;
  context.lineWidth = 2;
  context.setLineDash([...track.dash]);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = track.color;
  for (const [x, y] of marks ? points.slice(-marks) : []) {
    context.beginPath();
    context.arc(x, y, 2.2, 0, 2 * Math.PI);
    context.fill();
  }
}

const RADIUS = 8;
const ARROW = 10;

/** The letter in its disc; at the edge with an arrow outwards where it has left the picture. */
export function drawHead(
  context: CanvasRenderingContext2D,
  { letter, color }: Track,
  [x, y]: Point,
  [left, top, right, bottom]: Edges,
  inks: Inks,
): void {
  const hasLeft = x < left || x > right || y < top || y > bottom;
  const margin = hasLeft ? RADIUS + ARROW : RADIUS;
  const shownX = Math.max(left + margin, Math.min(right - margin, x));
  const shownY = Math.max(top + margin, Math.min(bottom - margin, y));
  if (hasLeft) {
    const angle = Math.atan2(y - shownY, x - shownX);
    context.save();
    context.translate(shownX, shownY);
    context.rotate(angle);
    context.beginPath();
    context.moveTo(RADIUS + ARROW - 2, 0);
    context.lineTo(RADIUS, -5);
    context.lineTo(RADIUS, 5);
    context.closePath();
    context.fillStyle = color;
    context.fill();
    context.restore();
  }
  dot(context, shownX, shownY, RADIUS, color, inks.halo);
  context.font = `700 11px ${inks.font}`;
  context.fillStyle = inks.panel;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(letter, shownX, shownY + 0.5);
}

/** How far the fog lets one see, as a share of the picture's side. */
const SIGHT = 0.13;

/** Draw the ground only around these points, and fog over the rest of the area. */
export function drawInFog(
  context: CanvasRenderingContext2D,
  points: readonly Point[],
  side: number,
  [left, top, right, bottom]: Edges,
  inks: Inks,
  draw: () => void,
): void {
  context.fillStyle = inks.well;
  context.fillRect(left, top, right - left, bottom - top);
  context.save();
  context.beginPath();
  for (const [x, y] of points) {
    context.moveTo(x + side * SIGHT, y);
    context.arc(x, y, side * SIGHT, 0, 2 * Math.PI);
  }
  context.clip();
  draw();
  context.restore();
}
