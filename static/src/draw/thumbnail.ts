/** The small picture of a data set. */
import type { Inks } from "./color.ts";
import { classColor } from "./plane.ts";
import type { Pen } from "./pen.ts";

export interface Thumbnail {
  readonly points?: readonly (readonly number[])[];
  readonly targets?: readonly number[];
  readonly images?: readonly (readonly number[])[];
}

/** How far points go either way. */
const REACH = 25;
const SHARE = 0.45 / REACH;

/** Points in their plane or over their line. */
export function drawThumbnail(
  pen: Pen,
  { points = [], targets = [] }: Thumbnail,
  isClasses: boolean,
  inks: Inks,
): void {
  const { context, width, height } = pen;
  const classes = isClasses ? Math.max(2, 1 + Math.max(0, ...targets)) : null;
  const tallest = Math.max(1e-9, ...targets.map(Math.abs));
  points.forEach(([x1 = 0, x2], i) => {
    const target = targets[i] ?? 0;
    const y = x2 === undefined ? (target / tallest) * 0.75 * REACH : x2;
    context.fillStyle = classes
      ? classColor(inks, target, classes)
      : target < 0
        ? inks.negativeMark
        : inks.positiveMark;
    context.globalAlpha = classes ? 1 : 0.3 + 0.7 * Math.min(1, Math.abs(target) / tallest);
    context.beginPath();
    context.arc(width / 2 + x1 * width * SHARE, height / 2 - y * height * SHARE, 1.5, 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
}
