/**
 * Strokes of a pen as the pixels of a small image, in the way the digits came about (E. Alpaydin & C. Kaynak 1998): drawn
 * in black on a grid four times as fine, brought to its size, and counted in blocks of 4 × 4.
 */

export type Place = readonly [x: number, y: number];

const BLOCK = 4;
/** The pen, in places of the fine grid of an 8 × 8 image. */
const PEN = 1.75;
/** Left free around handwriting, of the side. */
const MARGIN = 0.06;

/** The pixels, row by row, from 0 to 255. `isFitted`: the strokes are brought to the middle and to full height. */
export function strokesToPixels(
  strokes: readonly (readonly Place[])[],
  side: number,
  isFitted: boolean,
): Uint8Array<ArrayBuffer> {
  const fine = side * BLOCK;
  const ink = new Uint8Array(fine * fine);
  const radius = (PEN * side) / 8;
  for (const stroke of isFitted ? fitted(strokes) : strokes) {
    stroke.forEach((to, i) => drawLine(ink, fine, stroke[i - 1] ?? to, to, radius));
  }
  const pixels = new Uint8Array(side * side);
  for (let y = 0; y < fine; y++)
    for (let x = 0; x < fine; x++) {
      const at = Math.floor(y / BLOCK) * side + Math.floor(x / BLOCK);
      pixels[at] = Math.min(255, (pixels[at] ?? 0) + ((ink[y * fine + x] ?? 0) * 256) / BLOCK ** 2);
    }
  return pixels;
}

/** In the middle, and as large as there is room, but a line is not made as wide as it is high. */
function fitted(strokes: readonly (readonly Place[])[]): Place[][] {
  const places = strokes.flat();
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const larger = Math.max(width, height);
  const pen = (2 * PEN) / (8 * BLOCK);
  const scale = larger > pen ? (1 - 2 * MARGIN - pen) / larger : 1;
  const [x0, y0] = [left + width / 2, top + height / 2];
  return strokes.map((stroke) => stroke.map(([x, y]) => [0.5 + (x - x0) * scale, 0.5 + (y - y0) * scale]));
}

/** All places of the grid that the pen covers on its way from one to the other. */
function drawLine(ink: Uint8Array, fine: number, from: Place, to: Place, radius: number): void {
  const steps = Math.max(1, Math.ceil(fine * Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]))));
  for (let step = 0; step <= steps; step++) {
    const [cx, cy] = [0, 1].map((i) => fine * ((from[i] ?? 0) + (((to[i] ?? 0) - (from[i] ?? 0)) * step) / steps));
    dot(ink, fine, cx ?? 0, cy ?? 0, radius);
  }
}

function dot(ink: Uint8Array, fine: number, cx: number, cy: number, radius: number): void {
  for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(fine, cy + radius); y++)
    for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(fine, cx + radius); x++)
      if ((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2 <= radius ** 2) ink[y * fine + x] = 1;
}
