/** The pictures of all neurons on one canvas: a browser puts one on the screen far faster than a hundred. */
import type { Palette } from "./color.ts";
import type { Graph } from "./graph.ts";
import { drawHeat } from "./heat.ts";
import { sharpPen } from "./pen.ts";

/** A layer's pictures one below the other, as bytes: each of so many rows and columns. */
export interface Stack {
  readonly bytes: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

const RADIUS = 8;
const sheets: HTMLCanvasElement[] = [];

/** Paint each neuron behind the inputs at its place. */
export function drawBoard(
  canvas: HTMLCanvasElement,
  { columns: layers, width, height }: Graph,
  palette: Palette,
  stackOf: (layer: number, count: number) => Stack,
): void {
  const context = sharpPen(canvas, width, height)?.context;
  if (!context) return;
  const corners = new Path2D();
  layers.forEach((places, layer) => {
    if (layer === 0) return;
    const { bytes, rows, columns } = stackOf(layer, places.length);
    const sheet = (sheets[layer] ??= document.createElement("canvas"));
    drawHeat(sheet, bytes, rows * places.length, columns, palette);
    places.forEach(({ x, y, size }, unit) => {
      const [left, top] = [x - size / 2, y - size / 2];
      context.drawImage(sheet, 0, unit * rows, columns, rows, left, top, size, size);
      corners.rect(left, top, size, size);
      corners.roundRect(left, top, size, size, RADIUS);
    });
  });
  context.globalCompositeOperation = "destination-out"; // to clip by the same outlines takes far longer
  context.fill(corners, "evenodd");
  context.globalCompositeOperation = "source-over";
}
