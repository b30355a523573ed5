/** What is asked of the server: runs for all contestants, the experiment of a run to race against, and to forget runs. */
import type { Experiment } from "../experiment.d.ts";
import { carrying, json } from "../server.ts";

/** A contestant, as core.Racer has it: of an experiment what is not the same for all. null is what fits the data. */
export interface Racer extends Pick<
  Experiment,
  "network" | "optimizer" | "schedule" | "clipping" | "batch_size" | "regularization" | "precision"
> {
  readonly name: string;
  readonly output: Experiment["output"] | null;
  readonly loss: Experiment["loss"] | null;
}

export interface Target {
  readonly kind: "loss" | "accuracy";
  readonly points: "test" | "train";
  readonly value: number;
}

/** The document of the page, as core.Race has it. */
export interface Race extends Pick<Experiment, "data" | "order" | "tail" | "seeds"> {
  readonly contestants: readonly Racer[];
  readonly epochs: number;
  readonly target: Target;
}

/** The ids of the contestants' runs, in their order. */
export async function newRuns(race: Race): Promise<string[]> {
  return (await json<{ runs: { id: string }[] }>("/api/races", carrying(race))).runs.map(({ id }) => id);
}

export async function experimentOf(run: string): Promise<Experiment> {
  return (await json<{ experiment: Experiment }>(`/api/runs/${run}`)).experiment;
}

/** Nobody waits for it: what is not forgotten now is in a day. */
export function forget(run: string): void {
  void fetch(`/api/runs/${run}`, { method: "DELETE", keepalive: true }).catch(() => null);
}
