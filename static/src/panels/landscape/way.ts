/** Where runs have been on a landscape, and where those are by now that go on. */
import type { Track } from "../../draw/track.ts";
import type { Arrays } from "../../wire.ts";
import type { Landscape } from "./survey.ts";

/** Where a run is that goes on: so many updates are done, its training loss, and its weights as a frame has them. */
export interface Standing {
  readonly step: number;
  readonly loss: number;
  readonly arrays: Arrays;
}

/** A run on a landscape. */
export interface Walker {
  readonly id: string;
  readonly label: string;
  /** "A" where there are several. */
  readonly letter: string;
  /** As a style sheet has it: "--color-race-1". */
  readonly color: string;
  readonly dash: readonly number[];
  /** Where its head is to have another colour than its way. */
  readonly headColor?: string;
  readonly standing: Standing | null;
}

export interface Stop {
  readonly step: number;
  readonly place: readonly number[];
  readonly loss: number;
}

/** A run's way: all stops in their order, and where it is now. */
export interface Way {
  readonly stops: readonly Stop[];
  readonly now: Stop;
  readonly kept: number;
}

/** The way of each run as the server knew it. */
export function waysOf({ arrays, kept_variance, presents }: Landscape): Way[] {
  return presents.flatMap((present, number) => {
    const [steps, places, losses] = ["steps", "places", "losses"].map(
      (name) => arrays[`landscape/${number}/${name}`]?.data,
    );
    if (!steps || !places || !losses) return [];
    const stops = Array.from(steps, (step, i) => ({
      step,
      place: [places[2 * i] ?? 0, places[2 * i + 1] ?? 0],
      loss: losses[i] ?? NaN,
    }));
    const now = stops[present];
    return now ? [{ stops, now, kept: kept_variance[number] ?? 1 }] : [];
  });
}

/** Where a run stands on the plane; null where its network is another one, or the plane is not told. */
export function stopOf({ arrays: told, offset }: Landscape, { step, loss, arrays }: Standing): Stop | null {
  if (!offset) return null;
  const place = offset.map((value) => -value);
  for (const [name, onto] of Object.entries(told)) {
    if (!name.startsWith("onto/")) continue;
    const weights = arrays[name.replace("onto", "weights")]?.data;
    const size = onto.data.length / 2;
    if (weights?.length !== size) return null;
    for (let i = 0; i < size; i++) {
      place[0] = (place[0] ?? 0) + (onto.data[i] ?? 0) * (weights[i] ?? 0);
      place[1] = (place[1] ?? 0) + (onto.data[size + i] ?? 0) * (weights[i] ?? 0);
    }
  }
  return { step, loss, place };
}

/** The way as it is when the run has come there: longer, or with its head somewhere on it. */
export function wayTo(way: Way, now: Stop): Way {
  const last = way.stops.at(-1);
  return last && now.step > last.step ? { ...way, stops: [...way.stops, now], now } : { ...way, now };
}

export function trackOf({ letter, dash }: Walker, color: string, { stops }: Way): Track {
  return { letter, color, dash, places: stops.map(({ place }) => place), losses: stops.map(({ loss }) => loss) };
}
