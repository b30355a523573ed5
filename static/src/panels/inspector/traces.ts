/** How large each layer's gradient and weights were, update by update, as far as the page came to see it. */
import { effect, signal } from "@preact/signals";
import { curveTick, frame, type Frame } from "../../store.ts";

export type Norm = "gradient_norm" | "weight_norm";

const LONGEST = 400;

/** The updates at which it was looked, and the norms of each layer then. */
interface Traces {
  readonly generation: number;
  readonly steps: readonly number[];
  readonly layers: readonly Readonly<Record<Norm, readonly number[]>>[];
}

export const traces = signal<Traces>({ generation: -1, steps: [], layers: [] });

effect(() => {
  curveTick.value;
  const now = frame.peek();
  if (now?.statistics) traces.value = thinned(grown(traces.peek(), now));
});

/** Which of the looks shows the present moment: the last one that is not later. */
export function placeOf(step: number): number {
  return traces.value.steps.findLastIndex((each) => each <= step);
}

/** One look more, unless that moment has been seen; what lies behind a run's head is no more. */
function grown(old: Traces, { generation, step, head, statistics = [] }: Frame): Traces {
  const isOther = generation !== old.generation || statistics.length !== old.layers.length;
  const none = { generation, steps: [], layers: statistics.map(() => ({ gradient_norm: [], weight_norm: [] })) };
  const kept = isOther ? none : upTo(old, Math.max(step, head.step));
  const isNews = step > (kept.steps.at(-1) ?? 0) && statistics.some(({ gradient_norm }) => gradient_norm > 0);
  if (!isNews) return kept;
  const layers = kept.layers.map(({ gradient_norm, weight_norm }, i) => ({
    gradient_norm: [...gradient_norm, statistics[i]?.gradient_norm ?? 0],
    weight_norm: [...weight_norm, statistics[i]?.weight_norm ?? 0],
  }));
  return { generation, steps: [...kept.steps, step], layers };
}

function upTo(old: Traces, last: number): Traces {
  const count = old.steps.findLastIndex((step) => step <= last) + 1;
  return count === old.steps.length ? old : picked(old, (_, i) => i < count);
}

/** Every other look where there are too many. */
function thinned(long: Traces): Traces {
  return long.steps.length > LONGEST ? picked(long, (_, i) => i % 2 === 1) : long;
}

function picked({ generation, steps, layers }: Traces, isKept: (value: number, index: number) => boolean): Traces {
  return {
    generation,
    steps: steps.filter(isKept),
    layers: layers.map(({ gradient_norm, weight_norm }) => ({
      gradient_norm: gradient_norm.filter(isKept),
      weight_norm: weight_norm.filter(isKept),
    })),
  };
}
