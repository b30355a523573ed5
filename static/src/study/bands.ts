/** Of many runs at once: their median, the band that most of them are in, and where they agree. */

export interface Band {
  readonly low: readonly number[];
  readonly middle: readonly number[];
  readonly high: readonly number[];
}

const [LOW, MIDDLE, HIGH] = [0.1, 0.5, 0.9];
/** Of few runs the band is that of all. */
export const ALL = [0, MIDDLE, 1] as const;

/** The value below which a share of sorted numbers is; between two of them in proportion. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [from = NaN, to = from] = [sorted[below], sorted[below + 1]];
  return place === below ? from : from + (to - from) * (place - below);
}

/** At each place the median of all runs, and the band from 10 to 90 %, unless other shares are wanted. A run that ended
 * early stays where it ended. */
export function bandOf(
  runs: readonly (readonly number[])[],
  [low, middle, high]: readonly [number, number, number] = [LOW, MIDDLE, HIGH],
): Band {
  const length = Math.max(0, ...runs.map((run) => run.length));
  const columns = Array.from({ length }, (_, i) =>
    runs.map((run) => run[Math.min(i, run.length - 1)] ?? NaN).sort((a, b) => a - b),
  );
  const at = (share: number) => columns.map((column) => quantile(column, share));
  return { low: at(low), middle: at(middle), high: at(high) };
}

export interface Vote {
  /** At each place the class that most runs say, and the share of the runs that say it. */
  readonly winner: readonly number[];
  readonly share: readonly number[];
}

/** What the runs, each with a class for each place, say together. */
export function voteOf(runs: readonly (readonly number[])[], classes: number): Vote {
  const places = runs[0]?.length ?? 0;
  const winner: number[] = [];
  const share: number[] = [];
  for (let place = 0; place < places; place++) {
    const counts = new Array<number>(classes).fill(0);
    for (const run of runs) counts[run[place] ?? 0] = (counts[run[place] ?? 0] ?? 0) + 1;
    const most = Math.max(...counts);
    winner.push(counts.indexOf(most));
    share.push(most / runs.length);
  }
  return { winner, share };
}

const AGREED = 0.9;

/** The share of the places at which at least nine in ten runs say the same. */
export function agreement({ share }: Vote): number {
  return share.filter((each) => each >= AGREED).length / Math.max(1, share.length);
}
