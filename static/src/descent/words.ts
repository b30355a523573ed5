/** How the lab writes what it shows: places, losses, and who is who. */
import { members, resolved } from "../form/schema.ts";
import { number } from "../format.ts";
import { t } from "../language.ts";
import { catalogue } from "../store.ts";
import type { Contestant } from "./server.ts";

export { LOOKS, type Look } from "../draw/looks.ts";

/** "w = 4.2", or "x = 1, y = 2". */
export function placeText(place: readonly number[]): string {
  return place.map((value, i) => `${namesOf(place.length)[i]} = ${number(nearly(value), 4)}`).join(", ");
}

export function namesOf(dimensions: number): readonly string[] {
  return dimensions === 1 ? ["w"] : ["x", "y"];
}

/** Five digits: the textbook's own numbers stand as they are. */
export function digits(value: number): string {
  return number(Math.abs(value) < 1e-12 ? 0 : value, 5);
}

/** A weight that is 0 but for rounding is 0. */
function nearly(value: number): number {
  return Math.abs(value) < 1e-6 ? 0 : value;
}

/** "−2.81; 3.13", where there is little room. */
export function shortPlace(place: readonly number[]): string {
  return place.map((value) => number(nearly(value))).join("; ");
}

/** "SGD 0.1", and of how many samples where there are several: "SGD 0.1, batch size 8". */
export function nameOf({ optimizer, batch_size }: Contestant, samples = 1): string {
  const title = t(optimizerSchema(optimizer.kind)?.title ?? optimizer.kind);
  const name = optimizer.learning_rate === undefined ? title : `${title} ${number(optimizer.learning_rate)}`;
  const isPart = samples > 1 && batch_size < samples && !SEES_ALL.includes(optimizer.kind);
  return isPart ? t("{name}, batch size {size}", { name, size: batch_size }) : name;
}

/** Optimizers whose every step sees all samples. */
export const SEES_ALL: readonly string[] = ["batch_gradient_descent", "random_search"];

export function optimizerSchema(kind: string) {
  const root = catalogue.schema;
  const contestant = resolved(root, resolved(root, root.properties?.["contestants"] ?? {}).items ?? {});
  const family = resolved(root, contestant.properties?.["optimizer"] ?? {});
  return members(root, family).find((member) => member.kind === kind)?.schema;
}
