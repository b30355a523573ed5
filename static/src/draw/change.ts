/** Changes: what was set otherwise on the way, and when. */

export interface Change {
  readonly epoch: number;
  readonly text: string;
}

const REACH = 7;

/** The change next to a place on a line that is `pixels` long for `epochs`, or undefined. */
export function changeNear(
  changes: readonly Change[],
  epoch: number,
  epochs: number,
  pixels: number,
): Change | undefined {
  const distance = (change: Change) => (Math.abs(change.epoch - epoch) / epochs) * pixels;
  const near = changes.filter((change) => distance(change) <= REACH);
  return near.sort((a, b) => distance(a) - distance(b))[0];
}
