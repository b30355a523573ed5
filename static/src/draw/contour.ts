/** The line where a grid crosses a level, by marching squares. */

/** What draws lines: a canvas, or what changes the places that it is given. */
export type Liner = Pick<CanvasRenderingContext2D, "beginPath" | "moveTo" | "lineTo" | "stroke">;

/** Stroke the line in a square of `side` pixels at the origin. */
export function drawContour(
  context: Liner,
  values: ArrayLike<number>,
  size: number,
  level: number,
  side: number,
): void {
  const cell = side / size;
  context.beginPath();
  for (let y = 0; y < size - 1; y++) {
    let left = sides(values, y * size, size, level);
    for (let x = 0; x < size - 1; x++) {
      const right = sides(values, y * size + x + 1, size, level);
      if (left + right !== 0 && left + right !== 2 * BOTH) drawCrossing(context, values, size, level, x, y, cell);
      left = right;
    }
  }
  context.stroke();
}

const BOTH = 3;

/** Which of a place and the one below it are above the level. */
function sides(values: ArrayLike<number>, place: number, size: number, level: number): number {
  return +((values[place] ?? 0) > level) + 2 * +((values[place + size] ?? 0) > level);
}

function drawCrossing(
  context: Liner,
  values: ArrayLike<number>,
  size: number,
  level: number,
  x: number,
  y: number,
  cell: number,
): void {
  const i = y * size + x;
  const [nw, ne, se, sw] = [values[i] ?? 0, values[i + 1] ?? 0, values[i + size + 1] ?? 0, values[i + size] ?? 0];
  let isStart = true;
  const through = (px: number, py: number) => {
    const [toX, toY] = [(px + 0.5) * cell, (py + 0.5) * cell];
    if (isStart) context.moveTo(toX, toY);
    else context.lineTo(toX, toY);
    isStart = !isStart;
  };
  if (nw > level !== ne > level) through(x + (level - nw) / (ne - nw), y);
  if (ne > level !== se > level) through(x + 1, y + (level - ne) / (se - ne));
  if (sw > level !== se > level) through(x + (level - sw) / (se - sw), y + 1);
  if (nw > level !== sw > level) through(x, y + (level - nw) / (sw - nw));
}
