/** A canvas that is as sharp as the screen, and marks that all pictures share. */
import { signal } from "@preact/signals";
import type { Inks } from "./color.ts";

export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

const SHARPEST = 2;
/** Pixels for each CSS pixel that a canvas has at least: a picture to keep has more than the screen may need. */
const leastSharpness = signal(0);

/** Do something while all pictures that redraw themselves are drawn as sharp as can be. */
export function sharpened(act: () => void): void {
  leastSharpness.value = SHARPEST;
  try {
    act();
  } finally {
    leastSharpness.value = 0;
  }
}

/** An empty canvas of this size in CSS pixels, ready to draw on; null while it has no size or the browser no canvas. */
export function sharpPen(canvas: HTMLCanvasElement, width: number, height: number): Pen | null {
  const context = width < 2 || height < 2 ? null : canvas.getContext("2d");
  if (!context) return null;
  const sharpness = Math.max(leastSharpness.value, Math.min(SHARPEST, devicePixelRatio || 1));
  const columns = Math.round(width * sharpness);
  const rows = Math.round(height * sharpness);
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** Shapes that tell classes apart without colour; class 0 is a diamond, class 1 a circle. */
const SHAPES: readonly ((path: CanvasRenderingContext2D, x: number, y: number, r: number) => void)[] = [
  (path, x, y, r) => polygon(path, x, y, r * 1.3, 4, 0),
  (path, x, y, r) => path.arc(x, y, r, 0, 2 * Math.PI),
  (path, x, y, r) => path.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
  (path, x, y, r) => polygon(path, x, y, r * 1.35, 3, -Math.PI / 2),
  (path, x, y, r) => polygon(path, x, y, r * 1.2, 5, -Math.PI / 2),
  (path, x, y, r) => polygon(path, x, y, r * 1.35, 3, Math.PI / 2),
  (path, x, y, r) => polygon(path, x, y, r * 1.15, 6, 0),
  (path, x, y, r) => path.ellipse(x, y, r * 1.3, r * 0.75, 0, 0, 2 * Math.PI),
  (path, x, y, r) => path.ellipse(x, y, r * 0.75, r * 1.3, 0, 0, 2 * Math.PI),
  (path, x, y, r) => polygon(path, x, y, r * 1.2, 8, Math.PI / 8),
];

/** Make a class's shape the path. */
export function shapePath(path: CanvasRenderingContext2D, x: number, y: number, r: number, shape: number): void {
  path.beginPath();
  SHAPES[shape % SHAPES.length]?.(path, x, y, r);
  path.closePath();
}

/** One data point: filled when the network trains on it, hollow when it is kept for the test. */
export function drawMark(
  path: CanvasRenderingContext2D,
  x: number,
  y: number,
  r: number,
  shape: number,
  color: string,
  halo: string,
  isTest: boolean,
): void {
  shapePath(path, x, y, r, shape);
  path.lineWidth = isTest ? 1.7 : 1.1;
  path.fillStyle = isTest ? halo : color;
  path.strokeStyle = isTest ? color : halo;
  path.fill();
  path.stroke();
}

/** A dot that stands out from whatever is behind it. */
export function dot(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  color: string,
  halo: string,
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = halo;
  context.lineWidth = 1.5;
  context.stroke();
}

function polygon(path: CanvasRenderingContext2D, x: number, y: number, r: number, corners: number, turn: number): void {
  for (let i = 0; i < corners; i++) {
    const angle = turn + (i * 2 * Math.PI) / corners;
    path.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
}

/** A plate for words, and a pen that writes on it: from the left, around the middle of a line. */
export function paintPlate(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  radius: number,
  inks: Inks,
): void {
  context.beginPath();
  context.roundRect(left, top, width, height, radius);
  context.fillStyle = inks.panel;
  context.fill();
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = inks.ink;
  context.textAlign = "left";
  context.textBaseline = "middle";
}
