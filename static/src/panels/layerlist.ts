/** The hidden layers as a list: of which kinds they are, and how they are added, widened and taken away. */
import { computed } from "@preact/signals";
import { defaultOf, memberOf, members, resolved, schemaAt, type Member, type Schema } from "../form/schema.ts";
import { set } from "../form/setting.ts";
import { hides } from "../hide.ts";
import { valueAt } from "../path.ts";
import { catalogue, experiment, isReadOnly, scene, type Experiment } from "../store.ts";

export type LayerSpec = Experiment["network"]["layers"][number];

export const LAYERS = "network.layers";
const MOST_LAYERS = 10;

/** Whether the layers stay as they are: the address leaves out how they are set, or this page only watches. */
export const isFixed = computed(() => hides(LAYERS) || isReadOnly.value);

const list = resolved(catalogue.schema, schemaAt(catalogue.schema, catalogue.default, LAYERS) ?? {});

/** The kinds of layers that there are. */
export const kinds: readonly Member[] = members(catalogue.schema, list.items ?? {});

export function layers(): readonly LayerSpec[] {
  return experiment.value.network.layers;
}

export function isFull(): boolean {
  return layers().length >= (list.maxItems ?? MOST_LAYERS);
}

export function memberOfKind(kind: string | undefined): Member | undefined {
  return memberOf(catalogue.schema, list.items ?? {}, kind);
}

/** Whether layers of a kind choose how many units or filters they have: those weigh all that is before them. */
export function isWide(kind: string | undefined): boolean {
  return (settingOf(kind, "units") ?? settingOf(kind, "filters")) !== undefined;
}

function settingOf(kind: string | undefined, name: string): Schema | undefined {
  return memberOfKind(kind)?.schema.properties?.[name];
}

/** A number among a layer's settings, or undefined where it has none of that name. */
export function numberOf(layer: LayerSpec | undefined, name: "units" | "skips"): number | undefined {
  const value = valueAt(layer, name);
  return typeof value === "number" ? value : undefined;
}

/** Add or, with a negative count, remove neurons of a hidden layer that chooses how many it has. */
export function addUnits(layer: number, count: number): void {
  const before = numberOf(layers()[layer], "units");
  const { minimum = 1, maximum = 256 } = settingOf(layers()[layer]?.kind, "units") ?? {};
  if (isFixed.value || before === undefined || before + count < minimum || before + count > maximum) return;
  set(`${LAYERS}.${layer}.units`, before + count);
}

/** Whether what comes to a place is what a layer of a kind reads: images, or anything. */
export function isReached(place: number, { schema }: Member): boolean {
  const sides = place ? scene.value?.layers[place - 1]?.sides : scene.value?.arrays["images"]?.shape.slice(1);
  return schema.reads !== "image" || sides?.length === 2;
}

/** Whether a layer of a kind may stand at a place: one that passes by others needs some before it. */
export function mayStandAt(place: number, { schema }: Member): boolean {
  return (schema.properties?.["skips"]?.minimum ?? 0) <= place;
}

/** Put a layer at a place in the list: like the nearest one of its kind, or as its kind begins. */
export function insertLayer(place: number, member = kinds[0]): void {
  if (isFixed.value || isFull() || !member) return;
  const isAlike = ({ kind }: LayerSpec) => kind === member.kind;
  const alike = layers().slice(0, place).findLast(isAlike) ?? layers().find(isAlike);
  const fresh = alike ?? (defaultOf(catalogue.schema, member.schema) as LayerSpec);
  set(LAYERS, layers().toSpliced(place, 0, withinReach(fresh, place)));
}

/** Whether the layer at a place may be moved to another one, and all others may then stand where they come to. */
export function mayMove(place: number, to: number): boolean {
  if (isFixed.value || place === to || !layers()[place] || !layers()[to]) return false;
  return moved(place, to).every(({ kind }, i) => mayStandAt(i, memberOfKind(kind) ?? { kind, schema: {} }));
}

export function moveLayer(place: number, to: number): void {
  if (mayMove(place, to)) set(LAYERS, moved(place, to));
}

function moved(place: number, to: number): LayerSpec[] {
  const others = layers().toSpliced(place, 1);
  return others.toSpliced(to, 0, ...layers().slice(place, place + 1)).map(withinReach);
}

/** A layer at a place, with a shortcut that begins no earlier than the network. */
function withinReach(layer: LayerSpec, place: number): LayerSpec {
  const skips = numberOf(layer, "skips");
  return skips === undefined ? layer : ({ ...layer, skips: Math.min(skips, place) } as LayerSpec);
}

export function removeLayer(layer: number): void {
  if (!isFixed.value) set(LAYERS, layers().toSpliced(layer, 1));
}
