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

/** Thicker and darker with the weight's size, orange or blue with its sign; what is no single weight has none. */
export function styleEdge(path: SVGPathElement, weight: number, hasSign: boolean): void {
  const strength = Math.round(Math.min(1, Math.abs(weight) / FULL) * STEPS);
  const kind = !hasSign ? "unsigned" : weight < 0 ? "negative" : "positive";
  const look = `${kind} ${strength}`;
  if (path.dataset["look"] === look) return;
  path.dataset["look"] = look;
  path.setAttribute("class", kind);
  path.style.strokeWidth = (0.5 + (strength / STEPS) * 4.8).toFixed(2);
  path.style.opacity = (FAINTEST + (strength / STEPS) * 0.74).toFixed(2);
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
