/** Places in lists of numbers that rise: the points of a curve by their updates or epochs. */

/** The place of the first number that is at least `x`; the length when there is none. */
export function firstFrom(rising: readonly number[], x: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of the number that is nearest to `x`. */
export function nearest(rising: readonly number[], x: number): number {
  const right = firstFrom(rising, x);
  if (right === 0) return 0;
  const isLeft = right === rising.length || x - (rising[right - 1] ?? 0) <= (rising[right] ?? 0) - x;
  return isLeft ? right - 1 : right;
}

/** What `ys` is where `xs` is `x`: a straight line from point to point, level before the first and after the last. */
export function between(xs: readonly number[], ys: readonly number[], x: number): number {
  const right = Math.max(1, firstFrom(xs, x));
  const [x0 = 0, x1 = x0] = [xs[right - 1], xs[right]];
  const [y0 = 0, y1 = y0] = [ys[right - 1], ys[right]];
  const share = x1 > x0 ? (x - x0) / (x1 - x0) : 0;
  return y0 + Math.min(1, Math.max(0, share)) * (y1 - y0);
}
