/** What is asked of the server: how a descent goes, and what its surface looks like. */
import { answer, carrying, json } from "../server.ts";

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

export function waysOf(descent: Descent): Promise<Ways> {
  return json("/api/descent/ways", carrying(descent));
}

export async function pictureOf(descent: Descent): Promise<Float32Array> {
  return new Float32Array(await (await answer("/api/descent/picture", carrying(descent))).arrayBuffer());
}
