/** Diagnosis: each measure against its limit, what it means, and what to try against it. */
import type { Trace } from "../../draw/trace.ts";
import * as format from "../../format.ts";
import { t } from "../../language.ts";
import { learningAddress } from "../../link.ts";
import { catalogue, experiment, type Frame, type Scene } from "../../store.ts";
import { valueAt } from "../../path.ts";
import * as cures from "./cures.ts";
import * as measures from "./measures.ts";

export interface Finding {
  readonly title: string;
  /** The measure in a sentence. */
  readonly proof: string;
  readonly isTrouble: boolean;
  /** The number beside its limit, or a curve. */
  readonly picture: { readonly value: number; readonly limit: number } | { readonly curve: Trace };
  readonly cure: cures.Cure | null;
  /** Where to see what else would help, and what that is. */
  readonly more?: { readonly words: string; readonly address: string };
}

export interface Measurements {
  readonly scene: Scene;
  readonly health: Frame;
  readonly curvature: Frame | null;
  /** Shows the inputs of the outermost sample. */
  readonly outermost: Frame | null;
  readonly losses: measures.Losses;
}

/** All findings, trouble first, and causes before what comes of them: that has no cure where a cause is measured. */
export function diagnosis(all: Measurements): Finding[] {
  const found = (checks: readonly Check[]) => checks.flatMap((check) => check(all) ?? []);
  const causes = found([dead, saturated, vanishing, exploding, tooFast, unscaled]);
  const cause = causes.find(({ isTrouble }) => isTrouble);
  const symptoms = found([tooSlow, flat, underfitted]).map((each) =>
    cause && each.isTrouble ? after(cause, each) : each,
  );
  const sorted = [...causes, ...symptoms, ...found([overfitted])];
  return [...sorted.filter(({ isTrouble }) => isTrouble), ...sorted.filter(({ isTrouble }) => !isTrouble)];
}

type Check = (all: Measurements) => Finding | null;

function after(cause: Finding, finding: Finding): Finding {
  return { ...finding, proof: `${finding.proof} ${t("See to “{cause}” first.", { cause: cause.title })}`, cure: null };
}

function healthOf({ health }: Measurements) {
  return health.health ?? [];
}

function dead(all: Measurements): Finding | null {
  const worst = measures.mostDead(all.scene.layers, healthOf(all));
  if (!worst) return null;
  const limit = measures.LIMITS.deadShare;
  const count = Math.round(worst.value * worst.units);
  return {
    title: t("Dead units"),
    proof: count
      ? t("{dead} of {count} units of {layer} have slope 0 for every training sample: no gradient will move them.", {
          dead: count,
          count: worst.units,
          layer: worst.name,
        })
      : t("Every hidden unit has a slope for some training sample."),
    isTrouble: worst.value > limit,
    picture: { value: worst.value, limit },
    cure: cures.leakyUnits(worst.index, worst.name),
  };
}

function saturated(all: Measurements): Finding | null {
  const worst = measures.mostSaturated(all.scene.layers, healthOf(all));
  if (!worst) return null;
  const limit = measures.LIMITS.saturatedShare;
  const isTrouble = worst.value > limit;
  const values = { share: format.percent(worst.value, 0), layer: worst.name, limit: format.percent(limit, 0) };
  return {
    title: t("Saturation"),
    proof: isTrouble
      ? t("{share} of the slopes in {layer} are almost 0: its units sit where their activation is flat.", values)
      : t("{share} of the slopes in {layer} are almost 0: trouble begins at {limit}.", values),
    isTrouble,
    picture: { value: worst.value, limit },
    cure: cures.smallWeights(),
  };
}

function vanishing(all: Measurements): Finding | null {
  const found = measures.gradientRatio(all.scene.layers, healthOf(all));
  if (!found) return blocked(all);
  const { first, last, ratio } = found;
  const limit = measures.LIMITS.gradientRatio;
  const values = { first, last, times: format.number(Math.max(ratio, 1 / ratio), 2), limit };
  return {
    title: t("Vanishing gradient"),
    proof:
      ratio >= 1
        ? t("The gradient in {first} is {times} times smaller than in {last}; trouble begins at {limit} times.", values)
        : t("The gradient in {first} is {times} times larger than in {last}: it does not vanish.", values),
    isTrouble: ratio > limit,
    picture: { value: Math.max(0, Math.log10(ratio)), limit: Math.log10(limit) },
    cure: cures.openUnits(),
  };
}

/** No gradient at all: there is a layer that lets none through. Its cure is that of its dead units. */
function blocked(all: Measurements): Finding | null {
  const block = measures.blockage(all.scene.layers, healthOf(all));
  return (
    block && {
      title: t("Vanishing gradient"),
      proof: t("No gradient passes {layer}: all its units are dead. What lies before it learns nothing.", {
        layer: block.name,
      }),
      isTrouble: true,
      picture: { value: 1, limit: 0 },
      cure: null,
    }
  );
}

function exploding(all: Measurements): Finding | null {
  const worst = measures.mostMoved(all.scene.layers, healthOf(all));
  if (!worst) return null;
  const limit = measures.LIMITS.updateRatio;
  return {
    title: t("Exploding updates"),
    proof: t("The last update moved the weights of {layer} by {share} of their size; trouble begins at {limit}.", {
      layer: worst.name,
      share: format.share(worst.value),
      limit: format.percent(limit, 0),
    }),
    isTrouble: worst.value > limit,
    picture: { value: worst.value, limit },
    cure: cures.clippedGradients(),
  };
}

/** Optimizers whose steps are the gradient times the rate: for them the bound holds. */
const PLAIN = ["sgd", "batch_gradient_descent", "averaged_sgd"];

function tooFast({ curvature }: Measurements): Finding | null {
  const found = curvature?.curvature;
  if (!found || found.bound === null) return null;
  const { largest, bound } = found;
  const isPlain = PLAIN.includes(String(valueAt(experiment.value, "optimizer.kind")));
  const values = { curvature: format.number(largest, 2), bound: format.number(bound, 2) };
  return {
    title: t("Learning rate"),
    proof: isPlain
      ? t("The largest curvature is {curvature}; steps overshoot above 2/η = {bound}.", values)
      : t(
          "The largest curvature is {curvature}; plain descent would overshoot above 2/η = {bound}, but this optimizer scales its steps itself.",
          values,
        ),
    isTrouble: isPlain && largest > bound,
    picture: { value: Math.max(0, largest), limit: bound },
    cure: cures.slowerSteps(bound / (2 * largest)),
  };
}

/** Before the first update there is none to judge. */
function tooSlow(all: Measurements): Finding | null {
  const most = measures.mostMoved(all.scene.layers, healthOf(all));
  if (!most || most.value <= 0) return null;
  const limit = measures.LIMITS.slowUpdate;
  return {
    title: t("Size of the steps"),
    proof: t(
      "The last update moved the weights of {layer} most, by {share} of their size; below {limit} it takes too long.",
      {
        layer: most.name,
        share: format.share(most.value),
        limit: format.share(limit),
      },
    ),
    isTrouble: most.value < limit && measures.isUnlearned(all.losses),
    picture: { value: Math.max(0, -Math.log10(most.value)), limit: -Math.log10(limit) },
    cure: cures.slowerSteps(MUCH_FASTER),
  };
}

const MUCH_FASTER = 10;

function overfitted({ losses }: Measurements): Finding | null {
  if (!losses.test.some(Number.isFinite)) return null;
  const found = measures.overfitting(losses);
  return {
    title: t("Overfitting"),
    proof: found
      ? t("For {epochs} epochs the test loss has risen, from {lowest} to {now}, while the training loss fell.", {
          epochs: format.count(found.epochs),
          lowest: format.loss(found.lowest),
          now: format.loss(found.now),
        })
      : t("The test loss has not risen for 30 epochs while the training loss fell."),
    isTrouble: found !== null,
    picture: { curve: { places: losses.epochs, values: losses.test } },
    cure: cures.smallWeights(),
    more: { words: t("See what more data would do"), address: learningAddress(catalogue, experiment.value) },
  };
}

function flat({ losses }: Measurements): Finding | null {
  const found = measures.plateau(losses);
  return {
    title: t("Plateau"),
    proof: found
      ? t("For {epochs} epochs the training loss has stayed at {loss}.", {
          epochs: format.count(found.epochs),
          loss: format.loss(found.loss),
        })
      : t("The training loss has not stood still for 50 epochs, or is low."),
    isTrouble: found !== null,
    picture: { curve: { places: losses.epochs, values: losses.train } },
    cure: cures.otherSteps(),
  };
}

/** Too few weights for what is to be learned: the loss stands still though there are far more samples than weights. */
function underfitted({ scene, losses }: Measurements): Finding | null {
  const found = measures.plateau(losses);
  const share = scene.parameters / scene.train_samples;
  const limit = measures.LIMITS.weightsForSample;
  const values = { weights: format.count(scene.parameters), samples: format.count(scene.train_samples) };
  const isTrouble = found !== null && share < limit;
  return {
    title: t("Underfitting"),
    proof: isTrouble
      ? t(
          "The loss stands still with {weights} weights for {samples} training samples: the network is too small.",
          values,
        )
      : t("There are {weights} weights for {samples} training samples, or the loss still falls.", values),
    isTrouble,
    picture: { value: limit, limit: share },
    cure: cures.moreUnits(),
  };
}

function unscaled({ scene, outermost }: Measurements): Finding | null {
  const name = Object.keys(outermost?.arrays ?? {}).find((key) => /^sample:\d+[/]inputs$/.test(key));
  const sizes = [...(outermost?.arrays[name ?? ""]?.data ?? [])].map(Math.abs);
  if (!sizes.length) return null;
  const largest = Math.max(...sizes);
  const limit = measures.LIMITS.inputSize;
  return {
    title: t("Size of the inputs"),
    proof: t("At the outermost sample {input} is {size} from 0; inputs beyond {limit} make steep, uneven losses.", {
      input: scene.inputs[sizes.indexOf(largest)] ?? "",
      size: format.number(largest, 2),
      limit,
    }),
    isTrouble: largest > limit,
    picture: { value: largest, limit },
    cure: cures.scaledInputs(),
  };
}
