/** Who is ahead: by epochs to the target, then by how near to it. It knows no page, no socket and no clock. */
import { firstFrom } from "../draw/rising.ts";

/** What is known of a contestant: the measure that the race is about, after each of its epochs. */
export interface Track {
  readonly epochs: readonly number[];
  readonly values: readonly number[];
  readonly hasDiverged: boolean;
  /** It has stopped by itself, and is judged by where it stands. */
  readonly isThrough?: boolean;
}

/** What is to be reached: a loss comes down to it, an accuracy up. */
export interface Goal {
  readonly isLoss: boolean;
  readonly value: number;
}

/** How one contestant stands where all have come to. */
export interface Standing {
  readonly contestant: number;
  /** From 1; contestants that are level share theirs. */
  readonly rank: number;
  /** After how many epochs the target was reached; null if it was not. */
  readonly reached: number | null;
  readonly value: number;
  readonly hasDiverged: boolean;
}

/** Who is ahead, of whom, and why. */
export type Verdict =
  /** Nothing has happened yet. */
  | { readonly why: "start" }
  | { readonly why: "diverged" }
  | { readonly why: "level"; readonly leaders: readonly Standing[] }
  /** It reached the target so many epochs before the second. */
  | { readonly why: "epochs"; readonly leader: Standing; readonly second: Standing; readonly margin: number }
  /** Both reached it after as many epochs, and it is better by so much now. */
  | { readonly why: "since"; readonly leader: Standing; readonly second: Standing; readonly margin: number }
  /** Nobody else has reached it, or nobody else is left. */
  | { readonly why: "alone"; readonly leader: Standing; readonly second: Standing | null }
  /** Nobody has reached it; it is nearer by so much. */
  | { readonly why: "nearest"; readonly leader: Standing; readonly second: Standing; readonly margin: number }
  | { readonly why: "left"; readonly leader: Standing };

/** The epoch that all have come to who still go on; where nobody does, the furthest. */
export function commonEpoch(tracks: readonly Track[]): number {
  const last = ({ epochs }: Track) => epochs.at(-1) ?? 0;
  const racing = tracks.filter(({ hasDiverged, isThrough }) => !hasDiverged && !isThrough);
  return racing.length ? Math.min(...racing.map(last)) : Math.max(0, ...tracks.map(last));
}

/** After how many epochs the target was first reached, up to an epoch; null if it was not. */
export function reachedAt({ epochs, values }: Track, goal: Goal, until = Infinity): number | null {
  const place = values.findIndex((value) => (goal.isLoss ? value <= goal.value : value >= goal.value));
  const epoch = epochs[place] ?? Infinity;
  return epoch <= until && place >= 0 ? epoch : null;
}

/** All contestants, the first one first, compared after as many epochs. */
export function standingsOf(tracks: readonly Track[], goal: Goal): Standing[] {
  const until = commonEpoch(tracks);
  const unranked = tracks.map((track, contestant) => ({
    contestant,
    rank: 0,
    reached: reachedAt(track, goal, until),
    value: valueAfter(track, until),
    hasDiverged: track.hasDiverged,
  }));
  const sorted = unranked.sort((a, b) => compared(a, b, goal) || a.contestant - b.contestant);
  const ranks: number[] = [];
  sorted.forEach((each, i) => {
    const before = sorted[i - 1];
    ranks.push(before && compared(before, each, goal) === 0 ? (ranks[i - 1] ?? 1) : i + 1);
  });
  return sorted.map((each, i) => ({ ...each, rank: ranks[i] ?? 1 }));
}

function valueAfter({ epochs, values }: Track, epoch: number): number {
  return values[firstFrom(epochs, epoch + 1e-9) - 1] ?? NaN;
}

/** Below 0 where the first is ahead. Who has diverged is behind all who have not, but keeps what was reached before. */
function compared(a: Standing, b: Standing, goal: Goal): number {
  const [first, second] = [a.reached ?? Infinity, b.reached ?? Infinity];
  if (first !== second) return first - second;
  if (a.hasDiverged !== b.hasDiverged) return a.hasDiverged ? 1 : -1;
  if (Object.is(a.value, b.value)) return 0;
  if (Number.isNaN(a.value) || Number.isNaN(b.value)) return Number.isNaN(a.value) ? 1 : -1;
  return goal.isLoss ? a.value - b.value : b.value - a.value;
}

/** Who is ahead by how much, of standings in their order. */
export function verdictOf(standings: readonly Standing[], epoch: number): Verdict {
  const [leader, second] = standings;
  if (!leader || !second || epoch === 0) return { why: "start" };
  if (leader.hasDiverged && leader.reached === null) return { why: "diverged" };
  const leaders = standings.filter(({ rank }) => rank === 1);
  if (leaders.length > 1) return { why: "level", leaders };
  const margin = Math.abs(leader.value - second.value);
  if (leader.reached !== null) {
    if (second.reached === null) return { why: "alone", leader, second: second.hasDiverged ? null : second };
    if (second.reached > leader.reached)
      return { why: "epochs", leader, second, margin: second.reached - leader.reached };
    return { why: "since", leader, second, margin };
  }
  return second.hasDiverged ? { why: "left", leader } : { why: "nearest", leader, second, margin };
}
