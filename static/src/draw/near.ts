/** Which of many places is the one that is meant: by a pointer near it, or by an arrow key on the way to it. */

/** The ways of the arrow keys. */
export const ARROWS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The sample that stands nearest to a place, no farther than `reach` pixels; −1 where there is none. */
export function nearest(places: Float32Array, x: number, y: number, reach: number, isShown: Shown): number {
  return best(
    places,
    isShown,
    (dx, dy) => {
      const distance = Math.hypot(dx, dy);
      return distance <= reach ? distance : Infinity;
    },
    x,
    y,
  );
}

/** The nearest sample in one of the four directions, within 45° of it; −1 where there is none. */
export function neighbour(
  places: Float32Array,
  from: number,
  [right, down]: readonly [number, number],
  isShown: Shown,
): number {
  const [x, y] = [places[2 * from] ?? 0, places[2 * from + 1] ?? 0];
  return best(
    places,
    (i) => i !== from && isShown(i),
    (dx, dy) => {
      const ahead = dx * right + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * right);
      return ahead > 0 && aside <= ahead ? ahead + 2 * aside : Infinity;
    },
    x,
    y,
  );
}

type Shown = (index: number) => boolean;

/** The index of least cost; −1 where every cost is infinite. */
function best(
  places: Float32Array,
  isShown: Shown,
  cost: (dx: number, dy: number) => number,
  x: number,
  y: number,
): number {
  let [found, least] = [-1, Infinity];
  for (let i = 0; i < places.length / 2; i++) {
    if (!isShown(i)) continue;
    const here = cost((places[2 * i] ?? 0) - x, (places[2 * i + 1] ?? 0) - y);
    if (here < least) [found, least] = [i, here];
  }
  return found;
}
