/** The equation of the neuron that is looked at: what it adds up, and for the picked sample what comes of it. */
import { computed } from "@preact/signals";
import * as format from "../format.ts";
import { t } from "../language.ts";
import { valueAt } from "../path.ts";
import { scene, type Neuron } from "../store.ts";
import { answerOf, hasWeights, isMapped, weightsOf } from "./formula.ts";
import { given } from "./given.ts";
import { isWide } from "./layerlist.ts";
import { inputsOf, nameOf, regarded } from "./regard.ts";
import { shape } from "./shape.ts";

/** One thing that is added up: a factor and what it is multiplied with, or that alone. */
export interface Term {
  readonly factor: number | null;
  /** "x1", "a3". */
  readonly symbol: string;
  /** What it is for the picked sample, where that is told. */
  readonly value?: number | undefined;
}

export interface Equation {
  readonly name: string;
  /** What is made of the sum; "" where it is passed on as it is. */
  readonly activation: string;
  readonly terms: readonly Term[];
  /** Bias or shift; null where there is none. */
  readonly constant: number | null;
  /** The sum and what is made of it, for the picked sample. */
  readonly z: number | undefined;
  readonly a: number | undefined;
  /** What the symbols mean, where they do not say it. */
  readonly note: string;
}

function sumOf({ layer, unit }: Neuron): number | undefined {
  return given(`${layer - 1}/z`)?.data[unit];
}

/** "x1" of an input, "a3" of a neuron in the layer before, a pixel's place. */
export function symbolOf(layer: number, unit: number): string {
  if (layer > 0) return `a${unit + 1}`;
  return shape.value.isImage ? `p${unit + 1}` : (shape.value.inputs[unit] ?? "");
}

/** The names of a neuron's weights, its bias last: "x1", "bias". */
export function weightNames({ layer }: Neuron, count: number): string[] {
  if (shape.value.isNarrow[layer - 1]) return [t("gain"), t("shift")];
  const sources = Array.from({ length: count - 1 }, (_, unit) =>
    layer === 1 && shape.value.isImage ? symbolOf(0, unit) : nameOf({ layer: layer - 1, unit }),
  );
  return [...sources, t("bias")];
}

/** What the neuron that is looked at computes. */
export const equation = computed<Equation | null>(() => {
  const looked = regarded.value;
  if (!looked) return null;
  const { layer, unit } = looked;
  const named = { name: nameOf(looked), z: sumOf(looked), a: answerOf(looked), activation: activationOf(layer) };
  if (layer === 0) return { ...named, a: shape.value.isImage ? undefined : named.a, ...inputNote() };
  const kind = scene.value?.layers[layer - 1]?.kind ?? "";
  if (isMapped(layer)) return { ...named, terms: [], constant: null, note: mapNote(layer, kind) };
  const shortcut = shape.value.shortcuts.find(({ to }) => to === layer);
  if (isWide(kind) || layer === shape.value.units.length) return { ...named, ...weightedSum(looked) };
  if (hasWeights(layer)) return { ...named, ...stretched(looked, named.z) };
  if (shortcut) return { ...named, ...added(looked, shortcut.from) };
  return { ...named, terms: [passedOn(layer - 1, unit)], constant: null, note: passNote(layer) };
});

type Rest = Pick<Equation, "terms" | "constant" | "note">;

function inputNote(): Rest {
  return {
    terms: [],
    constant: null,
    note: shape.value.isImage ? t("{count} pixels", { count: inputsOf(1) }) : t("an input"),
  };
}

/** What a layer makes of feature maps; single numbers of them say little. */
function mapNote(layer: number, kind: string): string {
  const { sides: [height = 0, width = 0] = [] } = scene.value?.layers[layer - 1] ?? {};
  if (!height) return t("the sum of all pixels of all feature maps, each times its weight");
  const map = { height, width };
  if (isWide(kind))
    return t("a feature map of {height}×{width}: at each pixel the sum of what its filter sees there", map);
  return t("a feature map of {height}×{width}, pixel by pixel from the one before", map);
}

function activationOf(layer: number): string {
  const name = shape.value.activations[layer - 1] ?? "";
  return name === "linear" ? "" : name.replaceAll("_", " ");
}

/** Dense: every input times its weight, and the bias. */
function weightedSum(looked: Neuron): Rest {
  const row = weightsOf(looked);
  const note = row ? "" : t("the sum of all its inputs, each times its weight");
  if (!row) return { terms: [], constant: null, note };
  const terms = Array.from({ length: row.length - 1 }, (_, i) => ({
    factor: row[i] ?? 0,
    symbol: symbolOf(looked.layer - 1, i),
  }));
  return { terms, constant: row.at(-1) ?? 0, note };
}

/** Normalization: gain·h + shift. */
function stretched(looked: Neuron, z: number | undefined): Rest {
  const [gain = 1, shift = 0] = weightsOf(looked) ?? [];
  const h = z === undefined || gain === 0 ? "h" : `h = ${format.weight((z - shift) / gain)}`;
  const source = nameOf({ layer: looked.layer - 1, unit: looked.unit });
  return {
    terms: [{ factor: gain, symbol: "h" }],
    constant: shift,
    note: t("{h}: {source} at mean 0, deviation 1", { h, source }),
  };
}

/** Residual: what comes, and what reached an earlier layer. */
function added({ layer, unit }: Neuron, from: number): Rest {
  const isReached = unit < inputsOf(from + 1);
  const terms = [passedOn(layer - 1, unit), ...(isReached ? [passedOn(from, unit)] : [])];
  return { terms, constant: null, note: isReached ? "" : t("the shortcut has fewer units") };
}

/** A value as it comes, under its whole name. */
function passedOn(layer: number, unit: number): Term {
  return { factor: null, symbol: nameOf({ layer, unit }), value: answerOf({ layer, unit }) };
}

function passNote(layer: number): string {
  const rate = valueAt(scene.value?.experiment, `network.layers.${layer - 1}.rate`);
  return typeof rate === "number"
    ? t("silent in {share} of the training samples", { share: format.percent(rate, 0) })
    : "";
}
