/** The seven steps of one sample's way through the network and back: what happens, and the numbers of one unit. */
import { formulaAt, type Part, type Specimen } from "./specimen.ts";
import * as format from "../../format.ts";
import { added, factor, fixed, inserted, lowered, sumOfProducts } from "./script.ts";
import { t } from "../../language.ts";

export const STEPS = [
  t("Input"),
  t("Weighted sums"),
  t("Activations"),
  t("Loss"),
  t("Deltas"),
  t("Gradients"),
  t("Update"),
] as const;
export type Step = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** Where one looks: a step, a layer, a unit of it and one of its weights, the bias last. */
export interface Place {
  readonly step: Step;
  readonly layer: number;
  readonly unit: number;
  readonly weight: number;
}

/** All steps in their order, layer by layer: forth, back, and the weights' once more. */
export function wayThrough(parts: readonly Part[]): Pick<Place, "step" | "layer">[] {
  const last = parts.length - 1;
  const forth = parts.flatMap(({ index, activation }) =>
    (activation.text ? [1, 2] : [1]).map((step) => ({ step: step as Step, layer: index })),
  );
  const back = parts.map(({ index }) => ({ step: 4 as Step, layer: last - index }));
  const weighted = parts.filter(({ weights }) => weights.length);
  const at = (step: Step) => weighted.map(({ index }) => ({ step, layer: index }));
  return [{ step: 0, layer: 0 }, ...forth, { step: 3, layer: last }, ...back, ...at(5), ...at(6)];
}

/** What a step is about, in a sentence. */
export function explained(seen: Specimen, { step, layer: place }: Place): string {
  const part = seen.parts[place];
  if (!part) return "";
  const layer = part.name;
  switch (step) {
    case 0:
      return t("What the network is shown, and the target that its answer is held against.");
    case 1:
      return sumsExplained(part);
    case 2:
      return activationExplained(part);
    case 3: {
      const { title, text } = formulaAt(seen.experiment, "loss");
      return `${t("How far the answer is from the target.")} ${title}: ${text}`;
    }
    case 4:
      return deltasExplained(seen, part);
    case 5:
      return gradientExplained(part);
    default: {
      const { title, text } = formulaAt(seen.experiment, "optimizer");
      return part.weights.length
        ? `${t("{optimizer} takes one step, as if this sample were a whole batch.", { optimizer: title })} ${text}`
        : t("{layer} has no weights: nothing is updated.", { layer });
    }
  }
}

function sumsExplained({ name: layer, kind, isSum }: Part): string {
  if (kind === "dense")
    return t("Each unit of {layer} adds up its inputs, each times its weight, and its bias.", { layer });
  if (kind === "norm")
    return t("{layer} brings each input to mean 0 and deviation 1, stretches it and shifts it.", { layer });
  if (isSum) return t("{layer} has no weights: it adds what comes and what an earlier layer was given.", { layer });
  return t("{layer} has no weights. Looked at, it silences no unit: all passes on as it comes.", { layer });
}

function activationExplained({ name: layer, activation: { title, text } }: Part): string {
  return text
    ? `${t("{layer} makes an activation of each sum.", { layer })} ${title}: ${text}`
    : t("{layer} has no activation of its own: a = z.", { layer });
}

function deltasExplained({ parts }: Specimen, part: Part): string {
  const what = t("δ = ∂L/∂z: how the loss changes with each sum of {layer}.", { layer: part.name });
  if (part.isOutput) return `${what} ${t("Here the way back begins.")}`;
  const next = parts[part.index + 1];
  const layer = next?.name ?? "";
  const way =
    next?.kind === "dense"
      ? t("The deltas of {layer} come back, each times the weight it comes by, then times the slope f′.", { layer })
      : t("It comes back through {layer}.", { layer });
  return `${what} ${way}`;
}

function gradientExplained({ name: layer, kind, weights }: Part): string {
  if (!weights.length) return t("{layer} has no weights: there is nothing to find a gradient for.", { layer });
  if (kind === "norm") return t("How the loss changes with each gain and each shift of {layer}.", { layer });
  return t("How the loss changes with each weight: the unit's δ times the input that comes by the weight.");
}

/** The formula of the unit that is looked at, with its numbers in place. */
export function formulaOf(seen: Specimen, place: Place, decimals: number): string {
  const part = seen.parts[place.layer];
  if (!part) return "";
  const { unit } = place;
  switch (place.step) {
    case 0:
      return targetFormula(seen, decimals);
    case 1:
      return `${sumFormula(part, unit, decimals)} = ${fixed(part.z[unit] ?? 0, decimals)}`;
    case 2:
      return activationFormula(part, unit, decimals);
    case 3:
      return lossFormula(seen, decimals);
    case 4:
      return `${deltaFormula(seen, part, unit, decimals)} = ${fixed(part.delta[unit] ?? 0, decimals)}`;
    case 5:
      return part.weights.length ? gradientFormula(part, place, decimals) : "";
    default:
      return part.weights.length ? updateFormula(seen, part, place, decimals) : "";
  }
}

function targetFormula({ target }: Specimen, decimals: number): string {
  const texts = target.map((value) => fixed(value, Number.isInteger(value) ? 0 : decimals));
  return target.length === 1
    ? `t = ${texts[0]}`
    : `t = (${texts.slice(0, 12).join(", ")}${target.length > 12 ? ", …" : ""})`;
}

function sumFormula({ kind, isSum, weights, incoming, allInputs, z }: Part, unit: number, decimals: number): string {
  const name = lowered("z", unit + 1);
  const row = weights[unit] ?? [];
  const [sum, came] = [z[unit] ?? 0, incoming[unit] ?? 0];
  if (kind === "dense")
    return `${name} = ${sumOfProducts(row.slice(0, -1), incoming, decimals, allInputs)}${added(row.at(-1) ?? 0, decimals)}`;
  if (kind === "norm") {
    const [gain = 1, shift = 0] = row;
    return `${name} = ${fixed(gain, decimals)}·${factor((sum - shift) / (gain || 1), decimals)}${added(shift, decimals)}`;
  }
  return isSum
    ? `${name} = ${fixed(came, decimals)}${added(sum - came, decimals)}`
    : `${name} = ${lowered("a", unit + 1)}`;
}

function activationFormula({ activation, z, a }: Part, unit: number, decimals: number): string {
  const name = lowered("a", unit + 1);
  const result = fixed(a[unit] ?? 0, decimals);
  const isOfOne = activation.text.startsWith("a = ");
  const right = isOfOne ? inserted(activation.text, { ...activation.settings, z: z[unit] ?? 0 }, decimals) : "";
  return right && right !== result ? `${name} = ${right} = ${result}` : `${name} = ${result}`;
}

/** Of one output of one sample, mean and sum are the value itself. Cross-entropy says the right class's probability. */
function lossFormula({ experiment, parts, target, loss }: Specimen, decimals: number): string {
  const { kind, text, settings } = formulaAt(experiment, "loss");
  const output = parts.at(-1);
  const result = fixed(loss, decimals);
  const [a = 0] = output?.a ?? [];
  const isOneRight = target.length === 1 || output?.activation.kind === "softmax";
  if (kind === "cross_entropy" && isOneRight) return `L = −ln ${fixed(Math.exp(-loss), decimals)} = ${result}`;
  if (target.length > 1 || kind === "cross_entropy" || kind === "huber") return `L = ${result}`;
  const single = text.replace(/, (over|t = ).*/, "").replace(/mean (over samples of )?|Σ /g, "");
  return `L = ${inserted(single, { ...settings, a, t: target[0] ?? 0 }, decimals)} = ${result}`;
}

function deltaFormula(seen: Specimen, part: Part, unit: number, decimals: number): string {
  const name = lowered("δ", unit + 1);
  if (part.isOutput) return outputDelta(seen, part, unit, decimals);
  const next = seen.parts[part.index + 1];
  const slope = part.activation.kind === "linear" ? "" : `f′(${fixed(part.z[unit] ?? 0, decimals)})·`;
  const isWhole = next?.kind === "dense" && next.allUnits === next.delta.length && !seen.hasShortcuts;
  if (!next || !isWhole || part.kind === "norm") return `${name} = ∂L/∂${lowered("z", unit + 1)}`;
  const sum = sumOfProducts(
    next.weights.map((row) => row[unit] ?? 0),
    next.delta,
    decimals,
  );
  return `${name} = ${slope ? `${slope}(${sum})` : sum}`;
}

/** With the loss that belongs to its activation an output's δ is a − t. */
function outputDelta({ experiment, target }: Specimen, part: Part, unit: number, decimals: number): string {
  const [name, z, a] = ["δ", "z", "a"].map((symbol) => lowered(symbol, unit + 1));
  const [given = 0, wanted = 0] = [part.a[unit], target[unit]];
  const pair = `${formulaAt(experiment, "loss").kind} ${part.activation.kind}`;
  const isPair = ["cross_entropy sigmoid", "cross_entropy softmax", "half_squared_error linear"].includes(pair);
  const isIt = Math.abs(given - wanted - (part.delta[unit] ?? 0)) < 1e-4;
  if (!isPair || !isIt) return `${name} = ∂L/∂${a}·f′(${z})`;
  return `${name} = ${a} − ${lowered("t", unit + 1)} = ${fixed(given, decimals)}${added(-wanted, decimals)}`;
}

/** "w₃,₁", "b₃", "gain₃", "shift₃". */
export function weightName({ kind, weights }: Part, { unit, weight }: Place): string {
  const isLast = weight === (weights[0]?.length ?? 0) - 1;
  if (kind === "norm") return lowered(isLast ? t("shift") : t("gain"), unit + 1);
  return isLast ? lowered("b", unit + 1) : lowered("w", unit + 1, weight + 1);
}

function gradientFormula(part: Part, place: Place, decimals: number): string {
  const { unit, weight } = place;
  const left = `∂L/∂${weightName(part, place)}`;
  const result = fixed(part.gradient[unit]?.[weight] ?? 0, decimals);
  const isBias = weight === (part.weights[0]?.length ?? 0) - 1;
  const delta = part.delta[unit] ?? 0;
  if (part.kind === "norm") return `${left} = ${result}`;
  if (isBias) return `${left} = ${lowered("δ", unit + 1)} = ${result}`;
  const came = part.incoming[weight] ?? 0;
  return `${left} = ${lowered("δ", unit + 1)}·${part.incomingNames[weight] ?? ""} = ${fixed(delta, decimals)}·${factor(came, decimals)} = ${result}`;
}

const PLAIN = ["sgd", "batch_gradient_descent"];

/** Plain descent's step is the rate times the gradient; of other optimizers the step itself is shown. */
function updateFormula({ experiment, rate }: Specimen, part: Part, place: Place, decimals: number): string {
  const { unit, weight } = place;
  const numberIn = (rows: Part["weights"]) => rows[unit]?.[weight] ?? 0;
  const [before, after, gradient] = [numberIn(part.weights), numberIn(part.updated), numberIn(part.gradient)];
  const step = before - after;
  const isPlain =
    rate !== null &&
    PLAIN.includes(formulaAt(experiment, "optimizer").kind) &&
    Math.abs(step - rate * gradient) <= 1e-6 + 1e-3 * Math.abs(step);
  const taken = isPlain ? ` − ${format.number(rate)}·${factor(gradient, decimals)}` : added(-step, decimals);
  return `${weightName(part, place)} ← ${fixed(before, decimals)}${taken} = ${fixed(after, decimals)}`;
}
