/** What is asked of the server: what a sweep is made of, and its runs, each as soon as it is trained. */
import type { Experiment } from "../experiment.d.ts";
import { t } from "../language.ts";
import { ask, messages, received, sent, type Failure, type Message } from "../study/server.ts";
import type { Metrics } from "../wire.ts";

export interface Numbers {
  readonly kind: "numbers";
  readonly low: number;
  readonly high: number;
  readonly scale: "log" | "linear";
  readonly count: number;
}

export interface Choices {
  readonly kind: "choices";
  readonly choices: readonly string[];
}

export interface Axis {
  readonly setting: string;
  readonly values: Numbers | Choices;
}

export interface OverSettings {
  readonly kind: "settings";
  readonly x: Axis;
  readonly y: Axis;
}

export interface OverSeeds {
  readonly kind: "seeds";
  readonly count: number;
  readonly vary: readonly string[];
}

export type Measure = "test_accuracy" | "test_loss" | "train_accuracy" | "train_loss";

/** What core.Sweep has beside the experiment. */
export interface Sweep {
  readonly over: OverSettings | OverSeeds;
  readonly epochs: number;
  readonly measure: Measure;
  readonly moment: "last" | "best";
  readonly target_accuracy: number;
  readonly target_loss: number;
}

/** The document of the page: an experiment, and the sweep beside its other parts. */
export type Study = Experiment & { readonly sweep: Sweep };

export type Value = number | string;

/** What a sweep is made of, with every part that was left out. */
export interface Plan {
  readonly study: Study;
  readonly title: string;
  readonly summary: string;
  /** How far from 0 the answers are drawn. */
  readonly reach: number;
  readonly x: readonly Value[];
  readonly y: readonly Value[];
  readonly parts: number;
  /** Of one processor, about. */
  readonly seconds: number;
}

/** A run that is trained. */
export interface Cell {
  readonly cell: number;
  readonly experiment: Experiment;
  readonly status: "trained" | "finished" | "diverged";
  readonly message: string | null;
  readonly metrics: Metrics;
  readonly epochs: readonly number[];
  readonly curve: Readonly<Partial<Record<Measure, readonly number[]>>>;
  /** What it answers at the places of the map; empty where there is none. */
  readonly answers: readonly number[];
}

const NAME = "sweep";

export async function planOf(study: Study): Promise<Plan> {
  const { sweep, cells, ...told } = (await (await ask(NAME, "/api/sweeps", sent(NAME, study))).json()) as Omit<
    Plan,
    "study" | "parts"
  > & { readonly sweep: { readonly experiment: Experiment }; readonly cells: number };
  return { ...told, parts: cells, study: received<Study>(NAME, sweep) };
}

/** These runs, as they are done. Whoever stops listening, stops them. */
export async function* trained(
  study: Study,
  cells: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<Cell | Failure> {
  for await (const each of messages(NAME, "/api/sweeps/cells", { ...sent(NAME, study), cells }, signal)) {
    const message = each as Told;
    if (message.type === "cell") yield cellOf(message);
    if (message.type === "failure") yield { number: message.cell, failed: t(message.message ?? "") };
  }
}

type Told = Message & Omit<Cell, "epochs" | "curve" | "answers">;

function cellOf({ arrays, cell, experiment, status, message, metrics }: Told): Cell {
  const list = (name: string) => Array.from(arrays[name]?.data ?? []);
  const names = Object.keys(arrays).filter((name) => name.startsWith("curve."));
  const curve = Object.fromEntries(names.map((name) => [name.slice("curve.".length), list(name)]));
  return { cell, experiment, status, message, metrics, epochs: list("epochs"), curve, answers: list("answers") };
}
