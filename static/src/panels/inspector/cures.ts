/** Cures: what to change in the experiment against what the doctor has found. */
import { defaultOf, memberOf, resolved, schemaAt } from "../../form/schema.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { valueAt, withValue } from "../../path.ts";
import { catalogue, experiment, type Wish } from "../../store.ts";
import { isWide, kinds, LAYERS, memberOfKind, numberOf } from "../layerlist.ts";
import { shape } from "../shape.ts";

export interface Cure extends Wish {
  /** What to try, as in "Try ...". */
  readonly words: string;
}

const BOUNDED = ["tanh", "sigmoid", "softsign", "threshold"];
const SMALLEST_RATE = 1e-5;

/** The experiment with other values at these paths; null where nothing is to be changed. */
function cure(words: string, values: Readonly<Record<string, unknown>>): Cure | null {
  const paths = Object.keys(values);
  const changed = paths.reduce((document, path) => withValue(document, path, values[path]), experiment.value);
  return paths.length ? { words, paths, experiment: changed } : null;
}

/** A member of the family at a path, as it begins. */
function member(path: string, kind: string): unknown {
  const root = catalogue.schema;
  const node = schemaAt(root, experiment.value, path);
  const found = node && memberOf(root, resolved(root, node), kind);
  return found && defaultOf(root, found.schema);
}

export function leakyUnits(layer: number, name: string): Cure | null {
  const path = `${LAYERS}.${layer}.activation`;
  const leaky = member(path, "leaky_relu");
  return leaky === undefined
    ? null
    : cure(t("Leaky ReLU in {layer}, which has a slope everywhere", { layer: name }), { [path]: leaky });
}

/** ReLU in place of every activation that goes flat on both sides. */
export function openUnits(): Cure | null {
  const bounded = experiment.value.network.layers.flatMap((layer, i) =>
    isWide(layer.kind) && BOUNDED.includes(String(valueAt(layer, "activation.kind")))
      ? [`${LAYERS}.${i}.activation`]
      : [],
  );
  const values = bounded.map((path) => [path, member(path, "relu")]);
  return cure(t("ReLU in the hidden layers, whose slope does not shrink"), Object.fromEntries(values));
}

export function smallWeights(): Cure | null {
  const isFree = valueAt(experiment.value, "regularization.kind") === "none";
  const l2 = member("regularization", "l2");
  if (isFree && l2) return cure(t("L2 regularization, which pulls the weights towards 0"), { regularization: l2 });
  const rate = valueAt(experiment.value, "regularization.rate");
  return typeof rate === "number"
    ? cure(t("regularization at a rate of {rate}", { rate: format.number(3 * rate) }), {
        "regularization.rate": 3 * rate,
      })
    : null;
}

export function clippedGradients(): Cure | null {
  const clipping = member("clipping", "norm");
  return clipping && valueAt(experiment.value, "clipping.kind") === "none"
    ? cure(t("clipping the gradient to a norm of 1"), { clipping })
    : slowerSteps(0.1);
}

/** Another learning rate: so many times the present one, to one digit. */
export function slowerSteps(times: number): Cure | null {
  const rate = valueAt(experiment.value, "optimizer.learning_rate");
  if (typeof rate !== "number") return null;
  const next = Math.max(SMALLEST_RATE, Number((times * rate).toPrecision(1)));
  return cure(t("a learning rate of {rate}", { rate: format.number(next) }), { "optimizer.learning_rate": next });
}

const FASTER = 3;

/** Out of a plateau: Adam, whose steps do not shrink with the gradient, or larger ones. */
export function otherSteps(): Cure | null {
  const adam = member("optimizer", "adam");
  const isAdam = valueAt(experiment.value, "optimizer.kind") === "adam";
  return isAdam || !adam
    ? slowerSteps(FASTER)
    : cure(t("Adam, whose steps do not shrink with the gradient"), { optimizer: adam });
}

const MORE_UNITS = 8;

/** Twice the units in the narrowest hidden layer; a hidden layer where there is none. */
export function moreUnits(): Cure | null {
  const wide = experiment.value.network.layers.flatMap((layer, place) => {
    const units = numberOf(layer, "units");
    return units === undefined ? [] : [{ place, units }];
  });
  const [narrowest] = wide.toSorted((a, b) => a.units - b.units);
  const dense = memberOfKind(kinds[0]?.kind);
  if (narrowest) {
    const units = Math.max(2 * narrowest.units, MORE_UNITS);
    return cure(t("{count} units in {layer}", { count: units, layer: shape.value.names[narrowest.place] ?? "" }), {
      [`${LAYERS}.${narrowest.place}.units`]: units,
    });
  }
  const layer = dense && (defaultOf(catalogue.schema, dense.schema) as object);
  return layer ? cure(t("a hidden layer"), { [LAYERS]: [...experiment.value.network.layers, layer] }) : null;
}

export function scaledInputs(): Cure | null {
  return valueAt(experiment.value, "data.scaling") === "none"
    ? cure(t("standardized inputs"), { "data.scaling": "standardize" })
    : null;
}
