/** What is asked of the server: runs for all contestants, the experiment of a run to race against, and to forget runs. */
import type { Experiment } from "../experiment.d.ts";
import { t } from "../language.ts";

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

/** The server says no; the text says why, `problems` where. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly problems: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

interface Said {
  readonly error?: {
    readonly message?: string;
    readonly problems?: readonly { readonly field: string; readonly message: string }[];
  };
}

const JSON_BODY = { "content-type": "application/json" };

/** The ids of the contestants' runs, in their order. */
export async function newRuns(race: Race): Promise<string[]> {
  const request = { method: "POST", headers: JSON_BODY, body: JSON.stringify(race) };
  const made = (await (await answer("/api/races", request)).json()) as { runs: { id: string }[] };
  return made.runs.map(({ id }) => id);
}

export async function experimentOf(run: string): Promise<Experiment> {
  return ((await (await answer(`/api/runs/${run}`)).json()) as { experiment: Experiment }).experiment;
}

/** Nobody waits for it: what is not forgotten now is in a day. */
export function forget(run: string): void {
  void fetch(`/api/runs/${run}`, { method: "DELETE", keepalive: true }).catch(() => null);
}

async function answer(address: string, request?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, request);
  } catch {
    throw new Refused(t("The server cannot be reached."));
  }
  if (!response.ok) throw refusal(response.status, (await response.json().catch(() => ({}))) as Said);
  return response;
}

function refusal(status: number, { error = {} }: Said): Refused {
  const message = error.message ? t(error.message) : t("The server answered {status}.", { status });
  return new Refused(message, Object.fromEntries((error.problems ?? []).map((each) => [each.field, each.message])));
}
