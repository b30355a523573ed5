/** Values in the units of the data: as they stand in a table, and not as the network is given them. */
import { computed } from "@preact/signals";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { scene } from "../store.ts";
import type { Axis, Units } from "../wire.ts";

/** As many as say a measured value. */
const DIGITS = 5;
const ANSWER_DIGITS = 3;
const ITSELF: Units = { name: "", shift: 0, spread: 1 };

/** What a regression tells. */
export const target = computed(() => scene.value?.target ?? ITSELF);

/** What stands along the sides of the map; null where they have no names. */
export const sides = computed((): readonly Units[] | null => {
  const { axes, dimensions } = scene.value ?? {};
  const named = axes?.map((axis, i) => ({ ...axis, name: nameOf(axis, i + 1) }));
  return named ? [...named, ...(dimensions === 1 ? [target.value] : [])] : null;
});

function nameOf({ name, share }: Axis, number: number): string {
  return share === null ? name : t("component {number} ({share})", { number, share: format.percent(share, 0) });
}

export function inUnits(value: number, { shift, spread }: Units): number {
  return shift + spread * value;
}

/** A number as it stands in a table, and else to two decimals. */
export function textOf(value: number, { shift, spread }: Units, digits = DIGITS): string {
  return shift === 0 && spread === 1 ? format.weight(value) : format.number(value, digits);
}

/** What a regression tells, in words. */
export function answerText(value = NaN): string {
  return textOf(inUnits(value, target.value), target.value, ANSWER_DIGITS);
}

/** What it should tell. */
export function targetText(value = NaN): string {
  return textOf(inUnits(value, target.value), target.value);
}

/** How far off a scaled answer is, in words. */
export function errorText(error: number): string {
  return textOf(target.value.spread * error, target.value, ANSWER_DIGITS);
}

/** A sample's place on the map, as the numbers along its sides are. */
export function placeInUnits(index: number): number[] {
  const { dimensions = 0, arrays } = scene.value ?? {};
  const points = arrays?.["points"]?.data ?? [];
  return Array.from({ length: dimensions }, (_, i) =>
    inUnits(points[index * dimensions + i] ?? NaN, sides.value?.[i] ?? ITSELF),
  );
}

export function placeTexts(index: number): string[] {
  return placeInUnits(index).map((value, i) => textOf(value, sides.value?.[i] ?? ITSELF));
}
