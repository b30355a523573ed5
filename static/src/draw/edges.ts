/** The connections of the network as SVG paths. Only a path whose rounded strength has changed is touched. */

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** One connection: from unit `from` of the layer before to unit `to` of layer `layer`. */
export interface Edge {
  readonly layer: number;
  readonly from: number;
  readonly to: number;
}

const STEPS = 24;
/** The weight that is drawn at full strength. */
const FULL = 3;
const FAINTEST = 0.16;
const NEWTON_STEPS = 5;

/** A gentle S from one tile's side to the next one's, sideways or downwards. */
export function edgePath(from: Place, to: Place, isDown: boolean): string {
  if (isDown) {
    const [top, end] = [from.y + from.size / 2 + 1, to.y - to.size / 2 - 1];
    const middle = (top + end) / 2;
    return `M${from.x} ${top}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${end}`;
  }
  const [start, end] = [from.x + from.size / 2 + 1, to.x - to.size / 2 - 1];
  const middle = (start + end) / 2;
  return `M${start} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${end} ${to.y}`;
}

/** How many pixels a point is off a connection's way; infinitely many before its start and after its end. */
export function distanceTo(from: Place, to: Place, isDown: boolean, x: number, y: number): number {
  const [along, across, first, last] = isDown ? [y, x, from.x, to.x] : [x, y, from.y, to.y];
  const [start, end] = isDown ? [from.y, to.y] : [from.x, to.x];
  const [left, right] = [start + from.size / 2, end - to.size / 2];
  const share = (along - left) / (right - left);
  if (!(share >= 0 && share <= 1)) return Infinity;
  const t = placeOnCurve(share);
  const slope = ((last - first) * 6 * t * (1 - t)) / ((right - left) * speedAt(t));
  return Math.abs(first + (last - first) * t * t * (3 - 2 * t) - across) / Math.hypot(1, slope);
}

/** The t at which the curve of `edgePath` has come so far along, 1.5t − 1.5t² + t³; by Newton's method. */
function placeOnCurve(share: number): number {
  let t = share;
  for (let i = 0; i < NEWTON_STEPS; i++) t -= (t * (1.5 - t * (1.5 - t)) - share) / speedAt(t);
  return t;
}

function speedAt(t: number): number {
  return 1.5 - 3 * t * (1 - t);
}

const looks = new WeakMap<SVGPathElement, string>();

/** Thicker and darker with the weight's size, orange or blue with its sign; what is no single weight has none. */
export function styleEdge(path: SVGPathElement, weight: number, hasSign: boolean, marks: string): void {
  const strength = Math.round(Math.min(1, Math.abs(weight) / FULL) * STEPS);
  const kind = !hasSign ? "unsigned" : weight < 0 ? "negative" : "positive";
  const look = kind + marks + strength;
  if (looks.get(path) === look) return;
  looks.set(path, look);
  path.setAttribute("class", kind + marks);
  path.setAttribute("stroke-width", (0.5 + (strength / STEPS) * 4.8).toFixed(2));
  path.setAttribute("stroke-opacity", (FAINTEST + (strength / STEPS) * 0.74).toFixed(2));
}

/** The `count` places with the largest absolute values. */
export function strongest(values: ArrayLike<number>, count: number): number[] {
  const sizes = Float32Array.from(values, Math.abs).sort();
  const threshold = sizes[Math.max(0, sizes.length - count)] ?? 0;
  const places: number[] = [];
  for (let i = 0; i < values.length && places.length < count; i++) {
    if (Math.abs(values[i] ?? 0) >= threshold) places.push(i);
  }
  return places;
}
