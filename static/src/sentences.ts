/** What is going on, in one plain and true sentence, and what to try. Rules, first match wins; no rule guesses. */
import { count, loss, number, percent } from "./format.ts";
import { plural, t } from "./language.ts";
import { opening, type Beginning, type Openings } from "./openings.ts";
import type { Task } from "./wire.ts";

export interface Situation extends Beginning {
  /** Why it stopped by itself, in the server's words. */
  readonly message: string | null;
  readonly classes: number | null;
  readonly trainAccuracy: number | undefined;
  readonly testAccuracy: number | undefined;
  readonly trainLoss: number | undefined;
  readonly testLoss: number | undefined;
  /** The test loss before the first update. */
  readonly firstTestLoss: number | undefined;
  /** Some of the test samples were learned from. */
  readonly isMixed: boolean;
  /** Nobody has done anything for a while. */
  readonly isIdle: boolean;
  /** The gradient of the first layer is so many times smaller than the last's. */
  readonly vanishing: { readonly first: string; readonly last: string; readonly ratio: number } | null;
  /** Hidden units answer through an activation that goes flat on both sides. */
  readonly isBounded: boolean;
  /** The layer with most dead units, and their share of them. */
  readonly dead: { readonly name: string; readonly units: number; readonly value: number } | null;
  /** The layer with the largest share of slopes that are almost 0, and that share. */
  readonly saturated: { readonly name: string; readonly value: number } | null;
  /** For so many epochs the test loss has risen while the training loss fell. */
  readonly rising: { readonly epochs: number; readonly lowest: number; readonly now: number } | null;
  readonly isRegularized: boolean;
  /** For so many epochs the training loss has stayed at this. */
  readonly plateau: { readonly epochs: number; readonly loss: number } | null;
  readonly isAdam: boolean;
}

const OVERFITTING_GAP = 0.12;
const OVERFITTING_RATIO = 1.5;
const LEARNED_ACCURACY = 0.97;
/** Of the loss before the first update. */
const LEARNED_LOSS = 0.05;

/** What there is to say; the sentence itself then follows the numbers. */
export type Topic =
  | "opening"
  | "stopped"
  | "finished"
  | "vanishing"
  | "dead"
  | "rising"
  | "plateau"
  | "no test"
  | "overfitting"
  | "learned"
  | "chance"
  | "finding"
  | "mixed"
  | "idle";

/** What the doctor knows more about. */
export const TROUBLES: readonly Topic[] = ["vanishing", "dead", "rising", "overfitting", "plateau"];

/** What trusts the test. */
const BY_THE_TEST: readonly Topic[] = ["rising", "overfitting", "learned", "chance", "finding"];

/** What a situation gives to talk about. */
export function topicOf(now: Situation): Topic {
  if (openingOf(now)) return "opening";
  if (now.status === "diverged") return "stopped";
  if (now.status === "finished") return "finished";
  const topic = hasLearned(now) ? "learned" : (troubleOf(now) ?? TOPICS[now.task](now));
  if (now.isIdle && !TROUBLES.includes(topic)) return "idle";
  return now.isMixed && BY_THE_TEST.includes(topic) ? "mixed" : topic;
}

/** What is wrong; none of it is, where the network answers right. */
function troubleOf({ vanishing, dead, rising }: Situation): Topic | null {
  if (vanishing) return "vanishing";
  if (dead) return "dead";
  return rising ? "rising" : null;
}

function hasLearned({ task, testAccuracy = 0, testLoss = Infinity, firstTestLoss = 0 }: Situation): boolean {
  return task === "classification" ? testAccuracy >= LEARNED_ACCURACY : testLoss < LEARNED_LOSS * firstTestLoss;
}

function classificationTopic(now: Situation): Topic {
  const { trainAccuracy = 0, testAccuracy, classes } = now;
  if (testAccuracy === undefined) return now.plateau ? "plateau" : "no test";
  if (trainAccuracy - testAccuracy > OVERFITTING_GAP) return "overfitting";
  if (now.plateau) return "plateau";
  return testAccuracy < (1 / (classes ?? 2)) * 1.25 ? "chance" : "finding";
}

function regressionTopic({ trainLoss = 0, testLoss, plateau }: Situation): Topic {
  if (testLoss !== undefined && testLoss > 3 * trainLoss && testLoss > 0.01) return "overfitting";
  if (plateau) return "plateau";
  return testLoss === undefined ? "no test" : "finding";
}

function autoencoderTopic({ trainLoss = 0, testLoss, plateau }: Situation): Topic {
  if (testLoss !== undefined && testLoss > OVERFITTING_RATIO * trainLoss) return "overfitting";
  if (plateau) return "plateau";
  return testLoss === undefined ? "no test" : "finding";
}

/** The sentence for a situation. */
export function sentence(now: Situation, topic = topicOf(now)): string {
  switch (topic) {
    case "opening":
      return openingOf(now);
    case "stopped":
      return t("Training left all bounds and was stopped. You are looking at the last weights that made sense.");
    case "finished":
      return t(now.message ?? "") || t("Training is complete.");
    case "idle":
      return t("Paused at epoch {epoch}. Look at what a neuron sees, or drag the timeline to an earlier moment.", {
        epoch: count(now.epoch),
      });
    case "mixed":
      return t(
        "The data changed, and the network goes on. It knows some of the test samples: a reset makes the test fair.",
      );
    case "vanishing":
      return vanishingSentence(now);
    case "dead":
      return deadSentence(now);
    case "rising":
      return risingSentence(now);
    case "plateau":
      return plateauSentence(now);
    default:
      return SENTENCES[now.task](now, topic);
  }
}

const OF_IMAGES: Openings = {
  ready: () => t("Each image belongs to a class. Press play to start training, or take one step at a time."),
  guessing: () => t("Each image belongs to a class. The network is guessing to which. Watch the numbers."),
};

const OF_ROWS: Openings = {
  ready: ({ task }) =>
    task === "classification"
      ? t("Each dot is a row of the table, and its colour is its class. Press play to start training.")
      : t("Each dot is a row of the table, and its colour is its value. Press play to start training."),
  guessing: ({ task }) =>
    task === "classification"
      ? t("Each dot is a row of the table. The network is guessing which class it has. Watch the background.")
      : t("Each dot is a row of the table. The network is guessing the value of each. Watch its answer bend."),
};

const OF_CODES: Openings = {
  ready: (now) => `${squeezing(now)} ${t("Press play to start.")}`,
  guessing: (now) => `${squeezing(now)} ${now.isImages ? t("Watch the digits part.") : t("Watch the rows part.")}`,
};

function openingOf(now: Beginning): string {
  if (now.task === "autoencoder") return opening(now, OF_CODES);
  if (now.isImages) return opening(now, OF_IMAGES);
  return now.isTable ? opening(now, OF_ROWS) : opening(now);
}

function squeezing({ inputs, codeUnits, isImages }: Beginning): string {
  const values = { inputs: count(inputs), pixels: count(inputs), code: numbers(codeUnits) };
  if (!isImages)
    return codeUnits < inputs
      ? t("Each row is squeezed from {inputs} inputs into {code}, and said again from those alone.", values)
      : t("Each row is turned from {inputs} inputs into {code}, and said again from those alone.", values);
  return codeUnits < inputs
    ? t("Each image is squeezed from {pixels} pixels into {code}, and drawn again from those alone.", values)
    : t("Each image is turned from {pixels} pixels into {code}, and drawn again from those alone.", values);
}

/** So many numbers, as a part of a sentence. */
function numbers(units: number): string {
  return plural(units, "one number", "{count} numbers");
}

function vanishingSentence({ vanishing, isBounded }: Situation): string {
  const values = { ...vanishing, ratio: number(vanishing?.ratio, 2) };
  return isBounded
    ? t("Stuck: the gradient in {first} is {ratio} times smaller than in {last}. Try ReLU or fewer layers.", values)
    : t("Stuck: the gradient in {first} is {ratio} times smaller than in {last}. Try fewer layers.", values);
}

function deadSentence({ dead }: Situation): string {
  const { name = "", units = 0, value = 0 } = dead ?? {};
  const values = { dead: Math.round(value * units), units, layer: name };
  return t("{dead} of {units} units of {layer} are dead: no sample can move them. Try leaky ReLU there.", values);
}

function risingSentence({ rising, isImages, isRegularized }: Situation): string {
  const { epochs = 0, lowest, now } = rising ?? {};
  const values = { epochs: count(epochs), lowest: loss(lowest), now: loss(now) };
  if (isRegularized)
    return t(
      "Overfitting: for {epochs} epochs the test loss has risen, from {lowest} to {now}. Try more data.",
      values,
    );
  return isImages
    ? t("Overfitting: for {epochs} epochs the loss on unseen images rose, from {lowest} to {now}. Try L2.", values)
    : t("Overfitting: for {epochs} epochs the loss on unseen points rose, from {lowest} to {now}. Try L2.", values);
}

/** Where a cause is measured beside it, it is that which is to be mended. */
function plateauSentence({ plateau, saturated, isAdam }: Situation): string {
  if (saturated) {
    const values = { loss: loss(plateau?.loss), share: percent(saturated.value, 0), layer: saturated.name };
    return t("Stuck at a loss of {loss}: {share} of the slopes in {layer} are almost 0. Try smaller weights.", values);
  }
  const values = { epochs: count(plateau?.epochs ?? 0), loss: loss(plateau?.loss) };
  return isAdam
    ? t("A plateau: for {epochs} epochs the training loss has stayed at {loss}. Try a larger rate.", values)
    : t("A plateau: for {epochs} epochs the training loss has stayed at {loss}. Try Adam.", values);
}

function classificationSentence(now: Situation, topic: Topic): string {
  const values = { train: percent(now.trainAccuracy), test: percent(now.testAccuracy) };
  return now.isImages ? imagesSentence(topic, values) : pointsSentence(topic, values);
}

type Shares = Readonly<Record<"train" | "test", string>>;

function pointsSentence(topic: Topic, values: Shares): string {
  switch (topic) {
    case "no test":
      return t("{train} of the training points are right. None are kept aside to test it.", values);
    case "overfitting":
      return t("Overfitting: {train} of the training points are right, but only {test} of unseen ones.", values);
    case "learned":
      return t("Learned: {test} of unseen points are right.", values);
    case "chance":
      return t("{test} of unseen points are right, about as many as by guessing.", values);
    default:
      return t("The network is finding the pattern: {test} of unseen points are already right.", values);
  }
}

function imagesSentence(topic: Topic, values: Shares): string {
  switch (topic) {
    case "no test":
      return t("{train} of the training images are right. None are kept aside to test it.", values);
    case "overfitting":
      return t("Overfitting: {train} of the training images are right, but only {test} of unseen ones.", values);
    case "learned":
      return t("Learned: {test} of unseen images are right.", values);
    case "chance":
      return t("{test} of unseen images are right, about as many as by guessing.", values);
    default:
      return t("The network is finding the pattern: {test} of unseen images are already right.", values);
  }
}

function regressionSentence({ trainLoss, testLoss }: Situation, topic: Topic): string {
  const values = { train: loss(trainLoss), test: loss(testLoss) };
  if (topic === "no test") return t("The training loss is {train}. No points are kept aside to test it.", values);
  if (topic === "overfitting")
    return t("Overfitting: the loss is {train} on training points, but {test} on unseen ones.", values);
  if (topic === "learned")
    return t("Learned: its answer follows the points, with a loss of {test} on unseen ones.", values);
  return t("The network is bending its answer to the points: the loss on unseen ones is {test}.", values);
}

/** Of an autoencoder of rows. */
function rowsSentence({ trainLoss, testLoss, inputs, codeUnits }: Situation, topic: Topic): string {
  const values = { train: loss(trainLoss), test: loss(testLoss), inputs: count(inputs), code: numbers(codeUnits) };
  if (topic === "no test") return t("It says the rows again with a loss of {train}. None are kept to test it.", values);
  if (topic === "overfitting")
    return t("Overfitting: it says training rows again with a loss of {train}, but unseen ones with {test}.", values);
  return codeUnits < inputs
    ? t("It squeezes {inputs} inputs into {code} and says the row again: the loss on unseen rows is {test}.", values)
    : t("It turns {inputs} inputs into {code} and says the row again: the loss on unseen rows is {test}.", values);
}

function autoencoderSentence(now: Situation, topic: Topic): string {
  if (!now.isImages) return rowsSentence(now, topic);
  const { trainLoss, testLoss, inputs, codeUnits } = now;
  const values = { train: loss(trainLoss), test: loss(testLoss), pixels: count(inputs), code: numbers(codeUnits) };
  if (topic === "no test")
    return t("It draws the digits again with a loss of {train}. None are kept to test it.", values);
  if (topic === "overfitting")
    return t(
      "Overfitting: it draws training images again with a loss of {train}, but unseen ones with {test}.",
      values,
    );
  return codeUnits < inputs
    ? t(
        "It squeezes {pixels} pixels into {code} and draws the digit again: the loss on unseen images is {test}.",
        values,
      )
    : t("It turns {pixels} pixels into {code} and draws the digit again: the loss on unseen images is {test}.", values);
}

const TOPICS: Readonly<Record<Task, (now: Situation) => Topic>> = {
  classification: classificationTopic,
  regression: regressionTopic,
  autoencoder: autoencoderTopic,
};

const SENTENCES: Readonly<Record<Task, (now: Situation, topic: Topic) => string>> = {
  classification: classificationSentence,
  regression: regressionSentence,
  autoencoder: autoencoderSentence,
};
