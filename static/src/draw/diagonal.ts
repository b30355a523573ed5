/** Pairs of numbers that should be equal: each a point, and equal ones lie on the diagonal. */
import type { Inks } from "./color.ts";
import type { Pen } from "./pen.ts";

const EDGE = 6;
const CAPTION = 15;
const RADIUS = 3;

export function drawDiagonal(
  pen: Pen,
  across: ArrayLike<number>,
  up: ArrayLike<number>,
  isWrong: (index: number) => boolean,
  names: readonly [across: string, up: string],
  inks: Inks,
): void {
  const { context, width, height } = pen;
  const side = Math.min(width, height - CAPTION);
  const left = (width - side) / 2;
  let reach = 1e-12;
  for (let i = 0; i < across.length; i++) reach = Math.max(reach, Math.abs(across[i] ?? 0), Math.abs(up[i] ?? 0));
  const place = (value: number) => (value / reach / 2 + 0.5) * (side - 2 * EDGE) + EDGE;
  drawFrame(pen, left, side, inks);
  for (let i = 0; i < across.length; i++) {
    context.beginPath();
    context.arc(left + place(across[i] ?? 0), side - place(up[i] ?? 0), RADIUS, 0, 2 * Math.PI);
    context.fillStyle = isWrong(i) ? inks.bad : inks.ink;
    context.globalAlpha = isWrong(i) ? 1 : 0.55;
    context.fill();
  }
  context.globalAlpha = 1;
  context.font = `11px ${inks.font}`;
  context.fillStyle = inks.faint;
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(names[1], left + EDGE, 4);
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText(names[0], left + side, side + CAPTION);
}

function drawFrame({ context }: Pen, left: number, side: number, inks: Inks): void {
  context.fillStyle = inks.well;
  context.beginPath();
  context.roundRect(left, 0, side, side, 6);
  context.fill();
  context.strokeStyle = inks.outline;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left + EDGE, side - EDGE);
  context.lineTo(left + side - EDGE, EDGE);
  context.stroke();
}
