/** Areas told apart without colour: each class's own shape is strewn over the places that it is given. */
import type { Inks } from "./color.ts";
import { shapePath } from "./pen.ts";

const DISTANCE = 22;
const RADIUS = 3;

/** `winner`: the class of each cell of a grid that covers a square of `side` pixels at the origin. */
export function drawClassPattern(
  context: CanvasRenderingContext2D,
  winner: ArrayLike<number>,
  size: number,
  side: number,
  inks: Inks,
): void {
  const count = Math.max(1, Math.round(side / DISTANCE));
  const distance = side / count;
  context.strokeStyle = inks.ink;
  context.globalAlpha = 0.6;
  context.lineWidth = 1.1;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const [x, y] = [(column + 0.5) * distance, (row + 0.5) * distance];
      const cell = Math.floor((y / side) * size) * size + Math.floor((x / side) * size);
      shapePath(context, x, y, RADIUS, winner[cell] ?? 0);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}
