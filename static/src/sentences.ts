/** What is going on, in one plain and true sentence. Rules, first match wins; no rule guesses. */
import { count, loss, number, percent } from "./format.ts";
import { plural, t } from "./language.ts";
import type { Task } from "./wire.ts";

export interface Situation {
  readonly status: "playing" | "paused" | "finished" | "diverged" | null;
  /** Why it stopped by itself, in the server's words. */
  readonly message: string | null;
  readonly isAutoplay: boolean;
  readonly task: Task;
  readonly classes: number | null;
  readonly isImages: boolean;
  readonly epoch: number;
  readonly step: number;
  readonly trainAccuracy: number | undefined;
  readonly testAccuracy: number | undefined;
  readonly trainLoss: number | undefined;
  readonly testLoss: number | undefined;
  /** The name of the last hidden layer that has neurons to remove, "" when there is none. */
  readonly lastHidden: string;
  readonly inputs: number;
  /** How many numbers an autoencoder's code has. */
  readonly codeUnits: number;
  /** The gradient of the first layer is so many times smaller than the last's. */
  readonly vanishing: { readonly first: string; readonly last: string; readonly ratio: number } | null;
  /** The layer with most dead units, and their share of them. */
  readonly dead: { readonly name: string; readonly units: number; readonly value: number } | null;
  /** For so many epochs the test loss has risen while the training loss fell. */
  readonly rising: { readonly epochs: number; readonly lowest: number; readonly now: number } | null;
  /** For so many epochs the training loss has stayed at this. */
  readonly plateau: { readonly epochs: number; readonly loss: number } | null;
}

const FIRST_EPOCHS = 25;
const OVERFITTING_GAP = 0.12;
const OVERFITTING_RATIO = 1.5;

/** What there is to say; the sentence itself then follows the numbers. */
export type Topic =
  | "setting up"
  | "stopped"
  | "finished"
  | "ready"
  | "guessing"
  | "vanishing"
  | "dead"
  | "rising"
  | "plateau"
  | "no test"
  | "overfitting"
  | "learned"
  | "chance"
  | "finding"
  | "bending"
  | "drawing";

/** What the doctor knows more about. */
export const TROUBLES: readonly Topic[] = ["vanishing", "dead", "rising", "overfitting", "plateau"];

/** The sentence for a situation. */
export function sentence(now: Situation, topic = topicOf(now)): string {
  switch (topic) {
    case "setting up":
      return t("Setting up: the server is making the network and its data.");
    case "stopped":
      return t("Training left all bounds and was stopped. You are looking at the last weights that made sense.");
    case "finished":
      return t(now.message ?? "") || t("Training is complete.");
    case "ready":
      return readySentence(now);
    case "guessing":
      return guessingSentence(now);
    default:
      return troubleSentence(now, topic) ?? SENTENCES[now.task](now, topic);
  }
}

function readySentence(now: Situation): string {
  if (now.task === "autoencoder") return `${squeezing(now)} ${t("Press play to start.")}`;
  if (now.isImages)
    return t("Each image is a handwritten digit. Press play to start training, or take one step at a time.");
  return now.task === "classification"
    ? t("Each dot is a point with a colour. Press play to start training, or take one step at a time.")
    : t("Each dot is a point with a value. Press play to start training, or take one step at a time.");
}

function guessingSentence(now: Situation): string {
  if (now.task === "autoencoder") return `${squeezing(now)} ${t("Watch the digits part.")}`;
  if (now.isImages) return t("Each image is a handwritten digit. The network is guessing which. Watch the numbers.");
  return now.task === "classification"
    ? t("Each dot is a point with a colour. The network is guessing which colour belongs where. Watch the background.")
    : t("Each dot is a point with a value. The network is guessing the values between. Watch its answer bend.");
}

function squeezing({ inputs, codeUnits }: Situation): string {
  const values = { pixels: count(inputs), code: numbers(codeUnits) };
  return codeUnits < inputs
    ? t("Each image is squeezed from {pixels} pixels into {code}, and drawn again from those alone.", values)
    : t("Each image is turned from {pixels} pixels into {code}, and drawn again from those alone.", values);
}

/** What is wrong, if that is the topic. */
function troubleSentence({ vanishing, dead, rising, plateau, isImages }: Situation, topic: Topic): string | null {
  if (topic === "vanishing" && vanishing)
    return t("Stuck: the gradient in {first} is {ratio} times smaller than in {last}: it hardly learns.", {
      ...vanishing,
      ratio: number(vanishing.ratio, 2),
    });
  if (topic === "dead" && dead)
    return t("{dead} of {units} units of {layer} are dead: no training sample can move them any more.", {
      dead: Math.round(dead.value * dead.units),
      units: dead.units,
      layer: dead.name,
    });
  if (topic === "rising" && rising) {
    const values = { epochs: rising.epochs, lowest: loss(rising.lowest), now: loss(rising.now) };
    return isImages
      ? t("Overfitting: for {epochs} epochs the loss on unseen images has risen, from {lowest} to {now}.", values)
      : t("Overfitting: for {epochs} epochs the loss on unseen points has risen, from {lowest} to {now}.", values);
  }
  if (topic === "plateau" && plateau)
    return t("A plateau: for {epochs} epochs the training loss has stayed at {loss}.", {
      epochs: plateau.epochs,
      loss: loss(plateau.loss),
    });
  return null;
}

/** What a situation gives to talk about. */
export function topicOf(now: Situation): Topic {
  if (now.status === null) return "setting up";
  if (now.status === "diverged") return "stopped";
  if (now.status === "finished") return "finished";
  if (now.step === 0 && now.status === "paused") return "ready";
  if (now.isAutoplay && now.epoch < FIRST_EPOCHS) return "guessing";
  if (now.vanishing) return "vanishing";
  if (now.dead) return "dead";
  if (now.rising) return "rising";
  const topic = TOPICS[now.task](now);
  return now.plateau && topic !== "overfitting" && topic !== "learned" ? "plateau" : topic;
}

function classificationTopic({ trainAccuracy = 0, testAccuracy, classes }: Situation): Topic {
  if (testAccuracy === undefined) return "no test";
  if (trainAccuracy - testAccuracy > OVERFITTING_GAP) return "overfitting";
  if (testAccuracy >= 0.97) return "learned";
  return testAccuracy < (1 / (classes ?? 2)) * 1.25 ? "chance" : "finding";
}

function classificationSentence(now: Situation, topic: Topic): string {
  const values = { train: percent(now.trainAccuracy), test: percent(now.testAccuracy), layer: now.lastHidden };
  return now.isImages ? imagesSentence(topic, values) : pointsSentence(topic, values);
}

type Shares = Readonly<Record<"train" | "test" | "layer", string>>;

function pointsSentence(topic: Topic, values: Shares): string {
  switch (topic) {
    case "no test":
      return t("{train} of the training points are right. None are kept aside to test it.", values);
    case "overfitting":
      return t("Overfitting: {train} of the training points are right, but only {test} of unseen ones.", values);
    case "learned":
      return values.layer
        ? t("Learned: {test} of unseen points are right. Now try removing a neuron from {layer}.", values)
        : t("Learned: {test} of unseen points are right.", values);
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
      return values.layer
        ? t("Learned: {test} of unseen images are right. Now try removing a neuron from {layer}.", values)
        : t("Learned: {test} of unseen images are right.", values);
    case "chance":
      return t("{test} of unseen images are right, about as many as by guessing.", values);
    default:
      return t("The network is finding the pattern: {test} of unseen images are already right.", values);
  }
}

function regressionTopic({ trainLoss = 0, testLoss }: Situation): Topic {
  if (testLoss === undefined) return "no test";
  return testLoss > 3 * trainLoss && testLoss > 0.01 ? "overfitting" : "bending";
}

function regressionSentence({ trainLoss, testLoss }: Situation, topic: Topic): string {
  const values = { train: loss(trainLoss), test: loss(testLoss) };
  if (topic === "no test") return t("The training loss is {train}. No points are kept aside to test it.", values);
  if (topic === "overfitting")
    return t("Overfitting: the loss is {train} on training points, but {test} on unseen ones.", values);
  return t("The network is bending its answer to the points: the loss on unseen ones is {test}.", values);
}

function autoencoderTopic({ trainLoss = 0, testLoss }: Situation): Topic {
  if (testLoss === undefined) return "no test";
  return testLoss > OVERFITTING_RATIO * trainLoss ? "overfitting" : "drawing";
}

function autoencoderSentence(now: Situation, topic: Topic): string {
  const { inputs, codeUnits } = now;
  const values = {
    train: loss(now.trainLoss),
    test: loss(now.testLoss),
    pixels: count(inputs),
    code: numbers(codeUnits),
  };
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

function numbers(units: number): string {
  return plural(units, "one number", "{count} numbers");
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
