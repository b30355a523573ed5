/** What is asked of the server: how a descent goes, and what its surface looks like. */
import { t } from "../language.ts";

export interface Contestant {
  readonly optimizer: { readonly kind: string; readonly learning_rate?: number };
  readonly batch_size: number;
}

/** The document of the lab, as core.Descent has it. */
export interface Descent {
  readonly surface: { readonly kind: string; readonly x?: number; readonly target?: number; readonly samples?: number };
  readonly start: { readonly x: number; readonly y: number };
  readonly contestants: readonly Contestant[];
  readonly steps: number;
  readonly grid: number;
  readonly seed: number;
  readonly fog: boolean;
  readonly view: "map" | "relief";
}

/** How one contestant went: an entry for the start, and one for each step after it. */
export interface Way {
  readonly places: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly evaluations: readonly number[];
  readonly batches: readonly (readonly number[])[];
  readonly ended: string | null;
}

export interface BruteForce {
  readonly evaluations: number;
  readonly place: readonly number[];
  readonly loss: number;
  readonly improvements: readonly (readonly [evaluations: number, loss: number])[];
  readonly needed: readonly (number | null)[];
}

export interface Ways {
  readonly descent: Descent;
  readonly window: readonly (readonly [low: number, high: number])[];
  readonly bottoms: readonly (readonly number[])[];
  readonly ways: readonly Way[];
  readonly brute_force: BruteForce;
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

export async function waysOf(descent: Descent): Promise<Ways> {
  return (await (await answer("ways", descent)).json()) as Ways;
}

export async function pictureOf(descent: Descent): Promise<Float32Array> {
  return new Float32Array(await (await answer("picture", descent)).arrayBuffer());
}

async function answer(what: string, descent: Descent): Promise<Response> {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(descent) };
  let response: Response;
  try {
    response = await fetch(`/api/descent/${what}`, request);
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
