/** What is asked of the server: what a sweep is made of, and its runs, each as soon as it is trained. */
import type { Experiment } from "../experiment.d.ts";
import { t } from "../language.ts";
import { partsOf } from "../parts.ts";
import { answer, carrying, Refused } from "../server.ts";
import { decode, type Arrays, type Metrics } from "../wire.ts";

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
  readonly cells: number;
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

/** A run that could not be trained, and why. */
export interface Failure {
  readonly cell: number;
  readonly failed: string;
}

export async function planOf(study: Study): Promise<Plan> {
  const told = (await (await ask("/api/sweeps", sent(study))).json()) as Omit<Plan, "study"> & {
    readonly sweep: Sweep & { readonly experiment: Experiment };
  };
  const { experiment, ...sweep } = told.sweep;
  return { ...told, study: { ...experiment, sweep } };
}

/** The document as the server reads it: the experiment is a part of the sweep. */
function sent({ sweep, ...experiment }: Study): object {
  return { ...sweep, experiment };
}

/** The same place in this page's document. */
function placeHere(field: string): string {
  return field.startsWith("experiment.") ? field.slice("experiment.".length) : `sweep.${field}`;
}

/** These runs, as they are done. Whoever stops listening, stops them. */
export async function* trained(
  study: Study,
  cells: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<Cell | Failure> {
  const { body } = await ask("/api/sweeps/cells", { ...sent(study), cells }, signal);
  if (!body) return;
  for await (const part of partsOf(body)) {
    const message = decode(part) as unknown as Told;
    if (message.type === "cell") yield cellOf(message);
    if (message.type === "failure") yield { cell: message.cell, failed: t(message.message ?? "") };
    if (message.type === "error") throw new Refused(t(message.error?.message ?? ""));
  }
}

interface Told extends Omit<Cell, "epochs" | "curve" | "answers"> {
  readonly type: "sweep" | "waiting" | "cell" | "failure" | "error";
  readonly arrays: Arrays;
  readonly error?: { readonly message: string };
}

function cellOf({ arrays, cell, experiment, status, message, metrics }: Told): Cell {
  const list = (name: string) => Array.from(arrays[name]?.data ?? []);
  const names = Object.keys(arrays).filter((name) => name.startsWith("curve."));
  const curve = Object.fromEntries(names.map((name) => [name.slice("curve.".length), list(name)]));
  return { cell, experiment, status, message, metrics, epochs: list("epochs"), curve, answers: list("answers") };
}

async function ask(address: string, document: object, signal: AbortSignal | null = null): Promise<Response> {
  try {
    return await answer(address, { ...carrying(document), signal });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const problems = Object.entries(error.problems).map(([field, message]) => [placeHere(field), message]);
    throw new Refused(error.message, Object.fromEntries(problems) as Record<string, string>);
  }
}
