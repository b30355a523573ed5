/** What is going on, in one plain and true sentence. Rules, first match wins; no rule guesses. */
import { count, loss, number, percent } from "./format.ts";
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
      return "Setting up: the server is making the network and its data.";
    case "stopped":
      return "Training left all bounds and was stopped. You are looking at the last weights that made sense.";
    case "finished":
      return now.message ?? "Training is complete.";
    case "ready":
      return `${subject(now)} Press play to start${now.task === "autoencoder" ? "." : " training, or take one step at a time."}`;
    case "guessing":
      if (now.task === "autoencoder") return `${subject(now)} Watch the digits part.`;
      return `${subject(now)} The network is guessing which colour belongs where. Watch the background.`;
    default:
      return troubleSentence(now, topic) ?? SENTENCES[now.task](now, topic);
  }
}

/** What is wrong, if that is the topic. */
function troubleSentence({ vanishing, dead, rising, plateau, isImages }: Situation, topic: Topic): string | null {
  if (topic === "vanishing" && vanishing) {
    const { first, last, ratio } = vanishing;
    return `Stuck: the gradient in ${first} is ${number(ratio, 2)} times smaller than in ${last}: it hardly learns.`;
  }
  if (topic === "dead" && dead)
    return `${Math.round(dead.value * dead.units)} of ${dead.units} units of ${dead.name} are dead: no training sample can move them any more.`;
  if (topic === "rising" && rising) {
    const what = isImages ? "images" : "points";
    return `Overfitting: for ${rising.epochs} epochs the loss on unseen ${what} has risen, from ${loss(rising.lowest)} to ${loss(rising.now)}.`;
  }
  if (topic === "plateau" && plateau)
    return `A plateau: for ${plateau.epochs} epochs the training loss has stayed at ${loss(plateau.loss)}.`;
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

function subject({ task, isImages, inputs, codeUnits }: Situation): string {
  if (task === "autoencoder")
    return `Each image is ${codeUnits < inputs ? "squeezed" : "turned"} from ${count(inputs)} pixels into ${numbers(codeUnits)}, and drawn again from those alone.`;
  if (isImages) return "Each image is a handwritten digit.";
  return task === "classification" ? "Each dot is a point with a colour." : "Each dot is a point with a value.";
}

function classificationTopic({ trainAccuracy = 0, testAccuracy, classes }: Situation): Topic {
  if (testAccuracy === undefined) return "no test";
  if (trainAccuracy - testAccuracy > OVERFITTING_GAP) return "overfitting";
  if (testAccuracy >= 0.97) return "learned";
  return testAccuracy < (1 / (classes ?? 2)) * 1.25 ? "chance" : "finding";
}

function classificationSentence(now: Situation, topic: Topic): string {
  const what = now.isImages ? "images" : "points";
  const [train, test] = [percent(now.trainAccuracy), percent(now.testAccuracy)];
  switch (topic) {
    case "no test":
      return `${train} of the training ${what} are right. None are kept aside to test it.`;
    case "overfitting":
      return `Overfitting: ${train} of the training ${what} are right, but only ${test} of unseen ones.`;
    case "learned":
      return `Learned: ${test} of unseen ${what} are right.${suggestion(now)}`;
    case "chance":
      return `${test} of unseen ${what} are right, about as many as by guessing.`;
    default:
      return `The network is finding the pattern: ${test} of unseen ${what} are already right.`;
  }
}

function suggestion({ lastHidden }: Situation): string {
  return lastHidden ? ` Now try removing a neuron from ${lastHidden}.` : "";
}

function regressionTopic({ trainLoss = 0, testLoss }: Situation): Topic {
  if (testLoss === undefined) return "no test";
  return testLoss > 3 * trainLoss && testLoss > 0.01 ? "overfitting" : "bending";
}

function regressionSentence({ trainLoss, testLoss }: Situation, topic: Topic): string {
  const [train, test] = [loss(trainLoss), loss(testLoss)];
  if (topic === "no test") return `The training loss is ${train}. No points are kept aside to test it.`;
  if (topic === "overfitting")
    return `Overfitting: the loss is ${train} on training points, but ${test} on unseen ones.`;
  return `The network is bending its answer to the points: the loss on unseen ones is ${test}.`;
}

function autoencoderTopic({ trainLoss = 0, testLoss }: Situation): Topic {
  if (testLoss === undefined) return "no test";
  return testLoss > OVERFITTING_RATIO * trainLoss ? "overfitting" : "drawing";
}

function autoencoderSentence({ trainLoss, testLoss, inputs, codeUnits }: Situation, topic: Topic): string {
  const [train, test] = [loss(trainLoss), loss(testLoss)];
  const does = `It ${codeUnits < inputs ? "squeezes" : "turns"} ${count(inputs)} pixels into ${numbers(codeUnits)} and draws the digit again`;
  if (topic === "no test") return `${does}: training loss ${train}, with none kept to test.`;
  if (topic === "overfitting")
    return `Overfitting: it draws training images again with a loss of ${train}, but unseen ones with ${test}.`;
  return `${does}: the loss on unseen images is ${test}.`;
}

function numbers(units: number): string {
  return units === 1 ? "one number" : `${count(units)} numbers`;
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
